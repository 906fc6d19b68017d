//! Comparisons of values of several types, and lists of them: KQL in, table out.

use crate::eval::answer;

#[test]
fn a_constant_text_equals_a_value_of_another_type() {
    let table = "datatable(id:int, at:datetime, done:bool)[4688, datetime(2024-01-01), true, \
        1, datetime(null), false, int(null), datetime(null), bool(null)]";
    insta::assert_snapshot!(answer(&format!(r#"let code = "4688"; let codes = dynamic(["1", "x"]); {table}
        | summarize countif(id == "4688"), countif(id != "4688"), countif("4688" == id), countif(id == code),
            countif(id in ("4688", "1")), countif(id !in ("4688")), countif(id in (codes)), countif(id == "x"),
            countif(at == "2024-01-01"), countif(done == "true")"#)), @"
    countif_:long | countif_1:long | countif_2:long | countif_3:long | countif_4:long | countif_5:long | countif_6:long | countif_7:long | countif_8:long | countif_9:long
    1 | 2 | 1 | 1 | 2 | 2 | 1 | 0 | 1 | 1
    ");
}

#[test]
fn a_constant_number_equals_a_text() {
    insta::assert_snapshot!(answer(r#"let codes = dynamic([0, 50126]); datatable(s:string)["0", "50126", "", "1.5"]
        | summarize countif(s == 0), countif(s != 0), countif(s in (0, 50126)), countif(s !in (codes)), countif(s == 1.5)"#), @"
    countif_:long | countif_1:long | countif_2:long | countif_3:long | countif_4:long
    1 | 3 | 2 | 2 | 1
    ");
}

#[test]
fn columns_of_whole_numbers_equal_texts_and_others_are_not_compared() {
    let table = r#"datatable(n:int, s:string, r:real)[1, "1", 1.5, 2, "3", 2.5] | "#;
    let answers = [
        "where n == s",
        "where s != n",
        "where n in ((print s = '1'))",
        "where s in ((print n = 3))",
        "where r == s",
        "where s == true",
        "where r in ((print s = '1'))",
    ];
    let answers: Vec<String> = answers.iter().map(|pipe| answer(&format!("{table}{pipe}"))).collect();
    insta::assert_snapshot!(answers.join("\n"), @r#"
    n:int | s:string | r:real
    1 | "1" | 1.5
    n:int | s:string | r:real
    2 | "3" | 2.5
    n:int | s:string | r:real
    1 | "1" | 1.5
    n:int | s:string | r:real
    2 | "3" | 2.5
    unsupported: `==` of real and string is not supported at `r == s`
    unsupported: `==` of string and bool is not supported at `s == true`
    unsupported: `in` of real and string is not supported at `r in ((print s = '1'))`
    "#);
}

#[test]
fn a_text_equals_a_dynamic_that_is_written_so() {
    let table = r#"datatable(d:dynamic)[dynamic([]), dynamic(["a"]), dynamic({"k":1}), dynamic(1), dynamic(true),
        dynamic("1"), dynamic(null)] | "#;
    let answers = [
        r#"where d != "[]" | count"#,
        r#"where d == '["a"]'"#,
        r#"where d == "1""#,
        r#"where "true" == d"#,
        r#"where d in ("true", '{"k":1}')"#,
        r#"where d !in ("1", "[]") | count"#,
        r#"where d.k == "1""#,
        r#"extend s = "1" | where d == s | count"#,
        r#"where d == """#,
        r#"where d.k != "" | count"#,
    ];
    let answers: Vec<String> = answers.iter().map(|pipe| answer(&format!("{table}{pipe}"))).collect();
    insta::assert_snapshot!(answers.join("\n"), @r#"
    Count:long
    6
    d:dynamic
    ["a"]
    d:dynamic
    1
    "1"
    d:dynamic
    true
    d:dynamic
    {"k":1}
    true
    Count:long
    4
    d:dynamic
    {"k":1}
    Count:long
    2
    d:dynamic
    null
    Count:long
    1
    "#);
}

#[test]
fn a_text_inside_a_dynamic_counts_as_what_it_names() {
    let query = r#"datatable(d:dynamic)[dynamic("True"), dynamic(true), dynamic("12"), dynamic(12), dynamic("1.5"),
        dynamic("2024-01-01"), dynamic("x"), dynamic(null)]
        | extend done = d == true, undone = d != true, twelve = d == 12, many = d > 5, listed = d in (12, 13), half = d == 1.5,
            day = d == datetime(2024-01-01)"#;
    insta::assert_snapshot!(answer(query), @r#"
    d:dynamic | done:bool | undone:bool | twelve:bool | many:bool | listed:bool | half:bool | day:bool
    "True" | true | false | false | null | false | false | false
    true | true | false | false | false | false | false | false
    "12" | true | false | true | true | true | false | false
    12 | false | true | true | true | true | false | false
    "1.5" | false | true | false | null | false | true | false
    "2024-01-01" | false | true | false | null | false | false | true
    "x" | false | true | false | null | false | false | false
    null | false | true | false | null | false | false | false
    "#);
}

#[test]
fn a_list_holds_what_equals_one_of_its_items() {
    let query = r#"print a = 1 in (true), b = 1.0 in (1), c = 1 in (1.0, 2.5), d = dynamic("1") in (1), e = dynamic(1) in ("1"),
        f = dynamic("True") in (true), g = dynamic(null) in (""), h = 1h in (3600), i = decimal(1) in (1),
        j = dynamic([1]) in (dynamic([[1]])), k = datetime(2020-01-01) in (dynamic([datetime(2020-01-01)])),
        l = guid(74be27de-1e4e-49d9-b579-fe0b331d3642) !in ("74be27de-1e4e-49d9-b579-fe0b331d3642")"#;
    insta::assert_snapshot!(answer(query), @"
    a:bool | b:bool | c:bool | d:bool | e:bool | f:bool | g:bool | h:bool | i:bool | j:bool | k:bool | l:bool
    true | true | true | true | true | true | true | false | true | true | true | false
    ");
    let query = r#"datatable(d:dynamic)[dynamic(1), dynamic("1"), dynamic(true), dynamic(null), dynamic([1]), dynamic("x")]
        | extend a = d in (1), b = d in ("1"), c = d in (true), e = d in ("x", 1.0), f = d !in (1), g = d in ("")"#;
    insta::assert_snapshot!(answer(query), @r#"
    d:dynamic | a:bool | b:bool | c:bool | e:bool | f:bool | g:bool
    1 | true | true | true | true | false | false
    "1" | true | true | true | true | false | false
    true | true | false | true | true | false | false
    null | false | false | false | false | true | true
    [1] | false | false | false | false | true | false
    "x" | false | false | false | true | true | false
    "#);
}

#[test]
fn a_list_takes_texts_and_others_as_the_test_for_equality_does() {
    let table = r#"datatable(n:int, s:string, r:real, t:datetime)[1, "1", 1.5, datetime(2024-01-01), 2, "3", 2.5, datetime(null)] | "#;
    let answers = [
        "where s in (n)",
        "where '1' in (n)",
        "where s in (r)",
        "where s in (true)",
        "where '2024-01-01' in (t)",
        "where t in ('2024-01-01')",
        "where s in (1.0, 3)",
    ];
    let answers: Vec<String> = answers.iter().map(|pipe| answer(&format!("{table}{pipe} | project n"))).collect();
    insta::assert_snapshot!(answers.join("\n"), @"
    n:int
    1
    n:int
    1
    unsupported: `in` of string and real is not supported at `r`
    unsupported: `in` of string and bool is not supported at `true`
    unsupported: `in` of string and datetime is not supported at `t`
    n:int
    1
    n:int
    1
    2
    ");
}

#[test]
fn long_lists_are_looked_up() {
    let rows = "range x from 1 to 50000 step 1";
    for value in ["x", "toint(x)", "datetime(2024-01-01) + x * 1s", "x * 1s", "tostring(x)"] {
        let list = format!("{rows} | where x % 2 == 0 | project v = {value}");
        let query = format!("{rows} | extend v = {value} | where v in (({list})) | count");
        assert_eq!(answer(&query), "Count:long\n25000", "{query}");
    }
}
