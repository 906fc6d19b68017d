//! The values of aggregates beyond the examples of Microsoft's pages: nulls, empty groups, every type, and laws that tie one
//! aggregate to another. `tests/eval/aggregates.txt` holds one case a line: `pipe over T => type value | …`.

use std::fmt::Write as _;

use crate::eval::answer;

/// Two groups with a null of each type in one row.
const TABLE: &str = r#"let T = datatable(k:string, x:long, y:real, s:string, b:bool, t:datetime, p:timespan, d:dynamic, m:decimal) [
    "a", 1, 1.5, "p", true, datetime(2024-01-01), 1h, dynamic({"u":1}), decimal(0.1),
    "a", 3, real(null), "", false, datetime(2024-01-03), 3h, dynamic([1,2]), decimal(0.2),
    "b", long(null), -2.0, "q", bool(null), datetime(null), timespan(null), dynamic(null), decimal(null),
    "b", 3, 4.0, "p", true, datetime(2024-01-02), 2h, dynamic({"u":2,"v":null}), decimal(0.3)];
T | "#;

/// The one row as `type value` with bars between; or the failure.
fn values(pipe: &str) -> String {
    let table = answer(&format!("{TABLE}{pipe}"));
    let Some((header, row)) = table.split_once('\n') else { return table };
    let types = header.split(" | ").filter_map(|column| column.rsplit_once(':')).map(|(_, ty)| ty);
    let cells = types.zip(row.split(" | ")).map(|(ty, cell)| format!("{ty} {cell}"));
    cells.collect::<Vec<_>>().join(" | ")
}

#[test]
fn values_of_aggregates_beyond_the_documented_examples() {
    let mut wrong = String::new();
    for line in include_str!("../eval/aggregates.txt").lines() {
        let (pipe, expected) = line.rsplit_once(" => ").expect("pipe => values");
        let found = values(pipe);
        if found != expected {
            let _ = writeln!(wrong, "{pipe}\n   gives {found}\n   not   {expected}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
