//! What the binder says of queries, one JSON object a line, for comparing with other binders.
//!
//! Reads `{id, query}` a line from standard input and answers each with `{id, syntax, problems, columns, open}`: how many
//! syntax errors there are; each problem as `{lint, start, end, message}`; the columns of the result as `[name, type]`, null
//! where it is no table. Offsets count UTF-16 units. Every table that the catalogue lacks is a mistake.

use std::io::{BufRead, Write};

use sentinelc::bind::ir::{BoundResult, Problem};
use sentinelc::bind::{Environment, UnknownTables, bind};
use sentinelc::kql;
use serde_json::{Value, json};

fn main() -> std::io::Result<()> {
    let environment = Environment::new().with_unknown_tables(UnknownTables::ErrorEvenCustom);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let asked: Value = serde_json::from_str(&line?)?;
        let query = asked["query"].as_str().unwrap_or_default();
        let syntax = kql::parse(query);
        let bound = bind(&syntax, &environment);
        let problems: Vec<Value> = bound.problems.iter().map(|problem| shown(problem, query)).collect();
        let (columns, open) = match bound.results.last() {
            Some(BoundResult::Table(rel)) => {
                let columns = rel.columns.iter().map(|column| json!([column.name.as_str(), column.ty.to_string()]));
                (Value::Array(columns.collect()), rel.open)
            }
            _ => (Value::Null, false),
        };
        let (id, syntax) = (&asked["id"], syntax.problems.len());
        writeln!(
            out,
            "{}",
            json!({ "id": id, "syntax": syntax, "problems": problems, "columns": columns, "open": open })
        )?;
    }
    out.flush()
}

fn shown(problem: &Problem, query: &str) -> Value {
    let offset = |byte: u32| query[..byte as usize].encode_utf16().count();
    let (start, end) = (offset(problem.span.start), offset(problem.span.end));
    json!({ "lint": problem.lint, "start": start, "end": end, "message": problem.message })
}
