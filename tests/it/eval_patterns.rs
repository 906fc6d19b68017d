//! Plugins and operators that find patterns in rows.

use crate::eval::answer;
use crate::eval_plugins::answers;

const STORMS: &str = "let S = range n from 1 to 100 step 1 | project Kind = case(n <= 42, 'Hail', n <= 64, 'Wind', strcat('kind', n)), \
    Damage = iff(n <= 39 or n > 62, 'NO', 'YES'), Cost = case(n <= 40 or n > 60, 0, n), Weight = iff(n <= 10, 3, 1);\n";

#[test]
fn baskets_are_the_frequent_patterns_with_all_that_their_rows_share() {
    insta::assert_snapshot!(answers(
        STORMS,
        &[
            "S | project Kind, Damage, Cost | evaluate basket(0.2)",
            "S | project Kind, Damage, Cost | evaluate basket(0.2, '~', 1)",
            "S | project Kind, Damage, Cost | evaluate basket(0.3, '~', '~', '*', long(-1))",
            "S | evaluate basket(0.4, Weight)",
            "S | extend Nothing = 0 | evaluate basket(0.4, Nothing)",
            "S | where Cost > 100 | evaluate basket()",
            "S | evaluate basket(0.001)",
            "S | evaluate basket('~', '~', 0)",
        ]
    ));
}

#[test]
fn clusters_hold_many_rows_and_say_much_of_them() {
    insta::assert_snapshot!(answers(
        STORMS,
        &[
            "S | project Kind, Damage, Cost | evaluate autocluster()",
            "S | evaluate autocluster(0.2, Weight, 5, '*', long(-1))",
            "S | project Kind, Damage, Cost | evaluate autocluster(0.9)",
            "S | project Kind, Damage, Cost | evaluate autocluster('~', '~', 1)",
            "S | where Cost > 100 | evaluate autocluster()",
            "S | project Cost | where Cost > 0 | evaluate autocluster()",
            "S | project Kind = '' | evaluate autocluster()",
            "S | project Cost | evaluate autocluster(0.5, Cost)",
            "S | evaluate autocluster(1.5)",
            "S | evaluate autocluster('~', '~', 0)",
            "datatable(a:real, b:dynamic, c:bool)[1.5,dynamic({'a':1}),true, 1.5,dynamic({'a':1}),false, real(null),dynamic(null),bool(null)] \
             | evaluate autocluster()",
        ]
    ));
}

#[test]
fn differences_are_patterns_of_one_set_rather_than_the_other() {
    insta::assert_snapshot!(answers(
        STORMS,
        &[
            "S | evaluate diffpatterns(Damage, 'NO', 'YES')",
            "S | evaluate diffpatterns(Damage, 'YES', 'NO', Weight, 0.2, 1, '*', long(-1))",
            "S | evaluate diffpatterns(Weight, '1', '3', '~', 1)",
            "S | evaluate diffpatterns(Damage, 'NO', 'NO')",
            "S | evaluate diffpatterns(Damage, 'NO', 'PERHAPS')",
            "S | evaluate diffpatterns(Damage, 'NO', 'YES', '~', 0.001)",
            "S | evaluate diffpatterns(strcat(Damage, Kind), 'NO', 'YES')",
        ]
    ));
}

const MANY: &str = "let R = range n from 1 to 3000 step 1 | extend r = hash(tostring(n), 1000) | project State = case(r % 10 < 3, 'TEXAS', strcat('S', r % 37)), \
    Kind = case(r < 400, 'Hail', r < 600, 'Wind', strcat('E', r % 13)), Damage = iff(r between (400 .. 590) or r % 17 == 0, 'YES', 'NO'), \
    Source = case(r % 7 < 4, 'law', r % 5 == 0, '', tostring(r % 9)), Id = n;\n";

#[test]
fn counts_of_patterns_are_true() {
    let recounted = [
        "let P = R | evaluate autocluster(0.3); P | extend k = 1 | join kind=inner (R | extend k = 1) on k \
         | where State in ('', State1) and Kind in ('', Kind1) and Damage in ('', Damage1) and Source in ('', Source1) \
         | summarize Rows = count() by SegmentId, Count, Percent | where Rows != Count or abs(Percent - Rows / 30.0) > 0.05",
        "let P = R | evaluate diffpatterns(Damage, 'YES', 'NO', '~', 0.03); P | extend k = 1 | join kind=inner (R | extend k = 1) on k \
         | where State in ('', State1) and Kind in ('', Kind1) and Source in ('', Source1) \
         | summarize A = countif(Damage == 'YES'), B = countif(Damage == 'NO') by SegmentId, CountA, CountB | where A != CountA or B != CountB",
    ];
    for query in recounted {
        assert_eq!(answer(&format!("{MANY}{query}")).lines().count(), 1, "{query}");
    }
    insta::assert_snapshot!(answers(
        MANY,
        &["R | evaluate autocluster(0.3)", "R | evaluate diffpatterns(Damage, 'YES', 'NO', '~', 0.03)"]
    ));
}

const REPORTS: &str = "let T = range x from 1 to 200 step 1 | project Cold = x % 3 == 0, m = case(x % 3 == 0, \
    strcat('Record cold wind from the north ', x, ' degrees below normal temperatures'), x % 5 == 0, strcat('Below normal rain in ', x % 7, ' counties'), \
    strcat('The county of nowhere saw ', x, '  inches below normal rain'));\n";

#[test]
fn differences_of_texts_are_words_one_after_the_other() {
    insta::assert_snapshot!(answers(
        REPORTS,
        &[
            "T | evaluate diffpatterns_text(m, Cold)",
            "T | evaluate diffpatterns_text(m, Cold, 2, 0.2, 3)",
            "T | evaluate diffpatterns_text(m, Cold, 9)",
            "T | project m = strcat('a a a ', Cold, ' a a'), Cold | evaluate diffpatterns_text(m, Cold, 0, 0.2, 0)",
            "T | evaluate diffpatterns_text(m, bool(null))",
            "T | where Cold | evaluate diffpatterns_text(m, Cold)",
            "T | evaluate diffpatterns_text(m, Cold, 1, 0.05, 21)",
        ]
    ));
}

const LOG: &str = "let T = range x from 1 to 200 step 1 | project m = case(x % 4 == 0, strcat('User u', x, ' logged in from 10.0.0.', x % 7), \
    x % 4 == 1, strcat('User u', x, ' logged out'), x % 4 == 2, 'Disk is full', strcat('Cannot open C:\\\\temp\\\\', x, '.txt (', x % 3, ')'));\n";

#[test]
fn texts_that_look_alike_are_one_pattern() {
    insta::assert_snapshot!(answers(
        LOG,
        &[
            "T | reduce by m with threshold=0.01",
            "T | take 40 | reduce by m",
            "T | reduce kind=source by m with threshold=0.01 | summarize count() by Pattern",
            "T | reduce by m with threshold=2",
            "T | reduce by m with threshold=0.5, characters=m",
        ]
    ));
    insta::assert_snapshot!(answers(
        "",
        &[
            "datatable(m:string)['', 'a b', 'a c', '---', '(a) c', 'others'] | reduce by m",
            "datatable(m:string)['aXbXc', 'aXdXe', 'XaXdXf'] | reduce by m with characters='X'",
            "datatable(m:string)[] | reduce by m",
            "datatable(m:string)['a', 'a', 'b', 'c', 'd'] | reduce by m with threshold=0.3",
            "datatable(m:string, Pattern:long)['a', 1] | reduce kind=source by m with threshold=1",
        ]
    ));
}

/// The examples of Microsoft's page "reduce operator", with numbers of rows that the engine may have drawn.
#[test]
fn the_threshold_says_how_many_groups_there_are() {
    let texts = "let T = datatable(d:long, n:long)[8,82, 2,114, 6,88, 5,97, 1,102, 3,113, 0,89, 4,110, 7,109, 9,96] \
        | mv-expand n = range(1, n) | project MyText = strcat('MachineLearningX', d);\n";
    insta::assert_snapshot!(answers(
        texts,
        &[
            "T | reduce by MyText with threshold=0.001, characters='X'",
            "T | reduce by MyText with threshold=0.9, characters='X'",
            "range x from 1 to 10 step 1 | project str = strcat('foo', 'Z', tostring(x)) | reduce by str",
            "range x from 1 to 10 step 1 | project str = strcat('foo', 'Z', tostring(x)) | reduce by str with characters='Z'",
        ]
    ));
}

#[test]
fn a_weight_that_is_not_finite_counts_nothing() {
    let query = "datatable(k:string, w:real)['a',2.0, 'b',real(+inf), 'c',real(nan), 'd',-1.0, 'e',real(null)] | evaluate basket(0.5, w)";
    insta::assert_snapshot!(answer(query), @r#"
    SegmentId:long | Count:long | Percent:real | k:string | w:real
    0 | 2 | 100.0 | "a" | null
    "#);
}
