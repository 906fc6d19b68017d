//! Laws of the evaluator over generated queries: an expression gives over a column what it gives over the column's values
//! one by one, and nothing panics.

use proptest::prelude::*;

use crate::eval::answer;

/// The columns of the generated tables with literals they hold.
const COLUMNS: &[(&str, &str, &[&str])] = &[
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
const SHAPES: &[(&str, &[&str])] = &[
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
fn rows() -> impl Strategy<Value = Vec<Vec<usize>>> {
    proptest::collection::vec(proptest::collection::vec(0..100_usize, COLUMNS.len()), 1..5)
}

fn with_columns(expression: &str, cell: impl Fn(usize) -> String) -> String {
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
            rows.iter().map(|row| answer(&format!("print x = {}", with_columns(&expression, |at| cell(row, at))))).collect();
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
