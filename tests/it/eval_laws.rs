//! Laws of the evaluator over generated queries and tables: an expression gives over a column what it gives over the
//! column's values one by one, operators that look at one row at a time give over a table what they give over its rows, a
//! group is aggregated as if it were alone, rows of a file are those of the table, and nothing panics.

use std::sync::Arc;

use proptest::prelude::*;
use sentinelc::bind::{Environment, SuppliedTable, ir};
use sentinelc::eval::load::{Progress, TableFile};
use sentinelc::eval::{self, Database, Limits, Settings, Table};
use sentinelc::kql;
use sentinelc::value::{Type, json::to_json, time};

use crate::eval::{answer, shown};

/// The columns of the generated tables with literals they hold.
pub(crate) const COLUMNS: &[(&str, &str, &[&str])] = &[
    ("l", "long", &["long(null)", "0", "1", "long(-7)", "3", "9223372036854775807", "long(-9223372036854775808)"]),
    ("r", "real", &["real(null)", "0.0", "real(-1.5)", "3.0", "real(nan)", "real(+inf)", "1e300"]),
    ("s", "string", &["''", "'a'", "'A b'", "'kaseya.com'", "'äÖ ß'", "'7'", "'-1.5'", "'2024-01-02'"]),
    ("b", "bool", &["bool(null)", "true", "false"]),
    (
        "t",
        "datetime",
        &["datetime(null)", "datetime(2024-02-29 12:34:56.7890123)", "datetime(0001-01-01)", "datetime(9999-12-31)"],
    ),
    ("p", "timespan", &["timespan(null)", "0s", "1d", "time(-01:30:00)", "1tick"]),
    (
        "d",
        "dynamic",
        &["dynamic(null)", "dynamic({'k':1})", "dynamic({'k':'a'})", "dynamic([1,2])", "dynamic('a')", "dynamic(3)"],
    ),
];

/// Expressions of each type over expressions of other types: `{l}` stands for one of type long.
pub(crate) const SHAPES: &[(&str, &[&str])] = &[
    (
        "l",
        &[
            "({l} + {l})",
            "({l} - {l})",
            "({l} * {l})",
            "({l} / {l})",
            "({l} % {l})",
            "-({l})",
            "strlen({s})",
            "tolong({s})",
            "iff({b}, {l}, {l})",
            "coalesce({l}, {l})",
            "tolong({d}.k)",
            "bin({l}, 3)",
            "indexof({s}, {s})",
            "case({b}, {l}, {b}, {l}, {l})",
        ],
    ),
    (
        "r",
        &[
            "({r} + {r})",
            "({r} * {l})",
            "({l} / {r})",
            "toreal({s})",
            "round({r})",
            "iff({b}, {r}, {r})",
            "({p} / {p})",
        ],
    ),
    (
        "s",
        &[
            "strcat({s}, {s})",
            "tolower({s})",
            "tostring({l})",
            "tostring({r})",
            "tostring({p})",
            "tostring({t})",
            "tostring({d}.k)",
            "substring({s}, 1)",
            "iff({b}, {s}, {s})",
            "tostring({d})",
        ],
    ),
    (
        "b",
        &[
            "({l} < {l})",
            "({l} == {l})",
            "({l} != {r})",
            "({r} >= {r})",
            "({s} == {s})",
            "({s} != {s})",
            "({t} > {t})",
            "({p} <= {p})",
            "({s} has {s})",
            "({s} contains {s})",
            "({s} !startswith {s})",
            "({s} =~ {s})",
            "({b} and {b})",
            "({b} or {b})",
            "not({b})",
            "({l} in ({l}, 3, 0))",
            "({s} in~ ('A', {s}))",
            "({s} has_any ('a', 'com'))",
            "({l} between ({l} .. {l}))",
            "({t} !between ({t} .. {p}))",
            "isnull({l})",
            "isempty({s})",
            "isnotnull({d}.k)",
            "({b} == {b})",
        ],
    ),
    ("t", &["({t} + {p})", "({t} - {p})", "startofday({t})", "bin({t}, 1h)", "todatetime({s})", "iff({b}, {t}, {t})"]),
    ("p", &["({t} - {t})", "({p} + {p})", "({p} - {p})", "totimespan({s})", "iff({b}, {p}, {p})"]),
    ("d", &["{d}.k", "{d}[0]", "todynamic({s})"]),
];

/// An expression of a type, named by the letter of its column, in which columns are written `<l>`.
fn expression(ty: &'static str, depth: u32) -> BoxedStrategy<String> {
    let literals = COLUMNS.iter().find(|column| column.0 == ty).map_or(&[][..], |column| column.2);
    let literal = proptest::sample::select(literals).prop_map(str::to_owned);
    let leaf = prop_oneof![3 => Just(format!("<{ty}>")), 1 => literal];
    if depth == 0 {
        return leaf.boxed();
    }
    let shapes = SHAPES.iter().find(|shapes| shapes.0 == ty).map_or(&[][..], |shapes| shapes.1);
    let shape = proptest::sample::select(shapes).prop_flat_map(move |shape| filled(shape, depth - 1));
    prop_oneof![1 => leaf, 3 => shape].boxed()
}

/// A shape with expressions in its places.
fn filled(shape: &'static str, depth: u32) -> BoxedStrategy<String> {
    let Some((before, rest)) = shape.split_once('{') else { return Just(shape.to_owned()).boxed() };
    let Some((ty, after)) = rest.split_once('}') else { return Just(shape.to_owned()).boxed() };
    (expression(ty, depth), filled(after, depth))
        .prop_map(move |(inner, after)| format!("{before}{inner}{after}"))
        .boxed()
}

/// Rows as indices into the literals of each column.
pub(crate) fn rows() -> impl Strategy<Value = Vec<Vec<usize>>> {
    proptest::collection::vec(proptest::collection::vec(0..100_usize, COLUMNS.len()), 1..5)
}

pub(crate) fn with_columns(expression: &str, cell: impl Fn(usize) -> String) -> String {
    let replace = |text: String, (at, column): (usize, &(&str, &str, &[&str]))| {
        text.replace(&format!("<{}>", column.0), &cell(at))
    };
    COLUMNS.iter().enumerate().fold(expression.to_owned(), replace)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn columns_give_what_their_values_give(
        expression in proptest::sample::select(vec!["l", "r", "s", "b", "t", "p", "d"]).prop_flat_map(|ty| expression(ty, 3)),
        rows in rows(),
    ) {
        let cell = |row: &[usize], at: usize| {
            let literals = COLUMNS[at].2;
            literals[row[at] % literals.len()].to_owned()
        };
        let schema: Vec<String> = COLUMNS.iter().map(|(name, ty, _)| format!("{name}:{ty}")).collect();
        let cells: Vec<String> = rows.iter().flat_map(|row| (0..COLUMNS.len()).map(|at| cell(row, at))).collect();
        let over_columns = with_columns(&expression, |at| COLUMNS[at].0.to_owned());
        let table =
            answer(&format!("datatable({})[{}] | project x = {over_columns}", schema.join(", "), cells.join(", ")));
        let singles: Vec<String> =
            rows.iter().map(|row| answer(&format!("print 1 | project x = {}", with_columns(&expression, |at| cell(row, at))))).collect();
        if table.starts_with("x:") {
            let mut lines = table.lines();
            let header = lines.next().unwrap_or_default();
            for (line, single) in lines.zip(&singles) {
                prop_assert_eq!(single, &format!("{header}\n{line}"), "{}", &over_columns);
            }
        } else {
            prop_assert!(singles.iter().any(|single| !single.starts_with("x:")), "{}: {}", over_columns, table);
        }
    }
}

/// Operators that look at one row at a time and keep the columns.
const ROW_WISE: &[&str] = &[
    "where {b}",
    "where {b} and {b}",
    "where {b} | where {b}",
    "extend l = {l}",
    "extend s = {s}, b = {b}",
    "extend t = {t}, p = {p}",
    "extend r = {r} | where {b}",
    "extend d = {d}",
    "project l, r, s, b, t, p, d",
    "project-reorder d, *",
    "project-away l | extend l = {l}",
    "project-rename x = s | project-rename s = x",
    "mv-expand d",
    "mv-expand d to typeof(long) | extend d = todynamic({s})",
    "mv-apply d on (where isnotnull(d))",
    "parse s with x:long ' ' y | project-away x, y",
    "parse kind=regex s with @'[a-z]*' x | project-away x",
    "parse-where s with x '.' y | project-away x, y",
    "parse-kv s as (A:string) | project-away A",
    "join kind=leftouter (print s = 'a', one = 1) on s | project-away s1, one",
    "lookup (datatable(s:string, one:long)['a', 1, '', 2]) on s | project-away one",
    "join kind=leftanti (print l = 1) on l",
    "evaluate narrow() | where 1 == 2 | project l = 1, r = 0.5, s = Value, b = true, t = now(), p = 1d, d = dynamic(1)",
];

/// Operators that look at all rows.
const LAST: &[&str] = &[
    "summarize count(), countif({b}), sum({l}), avg({r}), min({l}), max({t}), dcount({s}), make_list({l}), make_set({s}) by b",
    "summarize arg_max({l}, *), take_any(r) by s",
    "summarize arg_min({t}, l, s) by b, bin(l, 10)",
    "summarize percentile({l}, 50), stdev({l}), variance({r}), sumif({l}, {b}), avgif({r}, {b}), dcountif({s}, {b})",
    "summarize make_bag(d), make_list_if({s}, {b}), binary_all_or({l}), hll({s}), tdigest({l}) by d",
    "distinct s, b",
    "distinct *",
    "count",
    "sort by {l} desc, {s} asc nulls first, {t}",
    "sort by {r}, {p} asc, {b}",
    "top 2 by {l}",
    "top-hitters 2 of s",
    "top-nested 2 of s by max({l}), top-nested 1 of b by count()",
    "sample 2",
    "sample-distinct 1 of s",
    "take 2",
    "serialize n = row_number(), before = prev(l), after = next(s), sum = row_cumsum(l)",
    "make-series n = count() on l from 0 to 10 step 3 by s",
    "make-series n = sum({r}) default = 0.0 on t from datetime(2024-02-01) to datetime(2024-03-01) step 7d",
    "join kind=inner (datatable(s:string, k:long)['a', 1, 'A b', 2, 'a', 3]) on s",
    "join kind=fullouter (datatable(l:long, k:long)[1, 1, 3, 2]) on l",
    "union (print s = 'a', x = 1)",
    "union withsource = source kind = inner (print s = 'a')",
    "partition by b (top 1 by l)",
    "reduce by s",
    "getschema",
    "as x | where {b}",
    "scan with (step one: {b}; step two: one.l == l;)",
    "evaluate bag_unpack(d)",
    "evaluate pivot(b, count(), s)",
    "facet by s, b",
    "fork (count) (where {b})",
    "search 'a'",
];

fn operators(of: &'static [&'static str], count: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let one = proptest::sample::select(of).prop_flat_map(|shape| filled(shape, 2));
    proptest::collection::vec(one, count).prop_map(|chain| {
        let chain = with_columns(&chain.join(" | "), |at| COLUMNS[at].0.to_owned());
        if chain.is_empty() { "where true".to_owned() } else { chain }
    })
}

/// A `datatable` of rows as indices into the literals of each column.
pub(crate) fn datatable(rows: &[Vec<usize>]) -> String {
    let schema: Vec<String> = COLUMNS.iter().map(|(name, ty, _)| format!("{name}:{ty}")).collect();
    let cell = |row: &Vec<usize>, at: usize| COLUMNS[at].2[row[at] % COLUMNS[at].2.len()];
    let cells: Vec<&str> = rows.iter().flat_map(|row| (0..COLUMNS.len()).map(|at| cell(row, at))).collect();
    format!("datatable({})[{}]", schema.join(", "), cells.join(", "))
}

/// The answer's lines without the header; `None` where there is no answer.
fn lines(query: &str) -> Option<Vec<String>> {
    let answer = answer(query);
    let (header, rows) = answer.split_once('\n').unwrap_or((&answer, ""));
    header.starts_with("l:").then(|| rows.lines().map(str::to_owned).collect())
}

/// The table of a `datatable`, as it is and as a file of JSON lines.
fn table_and_file(rows: &[Vec<usize>], folder: &std::path::Path) -> (Table, TableFile) {
    let settings = Settings::at(time::parse_datetime("2024-06-08T00:00:00Z").expect("a time"));
    let syntax = kql::parse(&datatable(rows));
    let table = eval::evaluate(&syntax, &Environment::new(), &Database::new(), &settings).expect("a table");
    let line = |row: usize| {
        let cells = table.names().iter().zip(table.columns());
        let cells = cells.map(|(name, column)| format!("\"{name}\": {}", to_json(&column.value(row))));
        format!("{{{}}}\n", cells.collect::<Vec<_>>().join(", "))
    };
    let path = folder.join("t.jsonl");
    std::fs::write(&path, (0..table.rows()).map(line).collect::<String>()).expect("a file");
    let schema: Vec<(String, Type)> = table.schema().map(|(name, ty)| (name.to_owned(), ty)).collect();
    let file = TableFile::open(&path, &schema, Limits::default(), Progress::default()).expect("a file");
    (table, file)
}

fn over(query: &str, environment: &Environment, database: &Database) -> String {
    let settings = Settings::at(time::parse_datetime("2024-06-08T00:00:00Z").expect("a time"));
    match eval::evaluate(&kql::parse(query), environment, database, &settings) {
        Ok(table) => shown(&table),
        Err(error) => format!("{}: {error}", error.kind()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_gives_what_its_rows_give(chain in operators(ROW_WISE, 1..4), rows in rows()) {
        let Some(whole) = lines(&format!("{} | {chain}", datatable(&rows))) else { return Ok(()) };
        let mut single = Vec::new();
        for row in &rows {
            let one = lines(&format!("{} | {chain}", datatable(std::slice::from_ref(row))));
            prop_assert!(one.is_some(), "{}", &chain);
            single.extend(one.unwrap_or_default());
        }
        prop_assert_eq!(whole, single, "{}", &chain);
    }

    #[test]
    fn rows_of_a_file_are_those_of_the_table(
        chain in operators(ROW_WISE, 0..3),
        last in operators(LAST, 1..3),
        rows in rows(),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let (table, file) = table_and_file(&rows, folder.path());
        let columns = table.schema().map(|(name, ty)| ir::Column { name: name.into(), ty }).collect();
        let mut environment = Environment::new();
        environment.supply("T", SuppliedTable { columns, open: false });
        let (mut in_memory, mut on_disk) = (Database::new(), Database::new());
        in_memory.insert("T", table);
        on_disk.insert_file("T", Arc::new(file));
        for query in [format!("T | {chain} | {last}"), format!("union (T | {chain}), T | {last}")] {
            let whole = over(&query, &environment, &in_memory);
            prop_assert_eq!(&over(&query, &environment, &on_disk), &whole, "{}", &query);
            prop_assert_eq!(&over(&query, &environment, &in_memory), &whole, "{}", &query);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_join_gives_the_pairs_whose_keys_are_equal(left in rows(), right in rows()) {
        let numbered = |rows: &[Vec<usize>], name: &str| format!("{} | serialize {name} = row_number() | extend one = 1", datatable(rows));
        let (left, right) = (numbered(&left, "i"), numbered(&right, "j"));
        for keys in [&["l"] as &[&str], &["s"], &["b"], &["t"], &["l", "s"], &["s", "b", "p"]] {
            let on = |kind: &str, rest: &str| {
                answer(&format!("{left} | join kind={kind} ({right}) on {} | {rest}", keys.join(", ")))
            };
            let equal: Vec<String> = keys.iter().map(|key| format!("{key} == {key}1")).collect();
            let pairs = "project i, j | order by i asc, j asc";
            let crossed = format!("{left} | join kind=inner ({right}) on one | where {}", equal.join(" and "));
            prop_assert_eq!(on("inner", pairs), answer(&format!("{crossed} | {pairs}")), "{:?}", keys);
            let met = answer(&format!("{left} | where i in (({crossed} | project i)) | project i | order by i asc"));
            prop_assert_eq!(on("leftsemi", "project i | order by i asc"), met, "{:?}", keys);
            let lonely = answer(&format!("{right} | where j !in (({crossed} | project j)) | project j | order by j asc"));
            prop_assert_eq!(on("rightanti", "project j | order by j asc"), lonely, "{:?}", keys);
        }
    }

    #[test]
    fn a_group_is_aggregated_as_if_it_were_alone(values in proptest::collection::vec(expression("l", 2), 1..3), rows in rows()) {
        let value = with_columns(&values.join(" + "), |at| COLUMNS[at].0.to_owned());
        let aggregates = format!(
            "n = count(), sum({value}), min({value}), max({value}), arg_max({value}, s, t), make_list({value}), \
             make_set({value}), dcount({value}), countif({value} > 0), avg({value}), percentile({value}, 50), \
             take_any(s), min(s), max(r), sum(r), make_set(d), stdev(r), arg_min(r, l)"
        );
        let table = datatable(&rows);
        for key in ["s", "b", "l"] {
            let grouped = answer(&format!("{table} | summarize {aggregates} by key = {key} | project-away key"));
            let keys = answer(&format!("{table} | distinct {key}")).lines().count() - 1;
            let mut alone = Vec::new();
            for at in 0..keys {
                let nth = format!("toscalar({table} | extend row = 1 | summarize by {key} | serialize n = row_number() | where n == {} | project {key})", at + 1);
                let same = format!("(isnull({key}) and isnull({nth})) or {key} == {nth} or tostring({key}) == tostring({nth})");
                let single = answer(&format!("{table} | where {same} | summarize {aggregates}"));
                alone.push(single.lines().nth(1).unwrap_or(&single).to_owned());
            }
            let grouped: Vec<&str> = grouped.lines().skip(1).collect();
            prop_assert_eq!(grouped, alone, "{} by {}", &value, key);
        }
    }
}
