//! `--batch`: a query a line in, a result a line out.

use std::io::{BufRead as _, Write as _};

use serde_json::{Map, Value, json};

use super::super::{Failure, Outcome};
use super::{Session, json as results};

/// Answers every line of standard input. A query that fails is an answer with `error` and `kind`.
pub(super) fn run(session: &Session) -> Result<Outcome, Failure> {
    let mut out = std::io::stdout().lock();
    for (index, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.map_err(|error| format!("<stdin>:{}: {error}", index + 1))?;
        if line.trim().is_empty() {
            continue;
        }
        let request: Value =
            serde_json::from_str(&line).map_err(|error| format!("<stdin>:{}: not JSON: {error}", index + 1))?;
        let Some(kql) = request.get("kql").and_then(Value::as_str) else {
            return Err(format!("<stdin>:{}: an object with `kql` is expected", index + 1).into());
        };
        let answer = match session.evaluate(kql) {
            Ok(table) => results::result(&table),
            Err(error) => results::error(&error),
        };
        let id = request.get("id").cloned().unwrap_or(Value::Null);
        let mut response = Map::new();
        response.insert("id".to_owned(), id);
        if let Value::Object(fields) = answer {
            response.extend(fields);
        }
        match writeln!(out, "{}", json!(response)).and_then(|()| out.flush()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => break,
            written => written.map_err(|error| format!("cannot write to standard output: {error}"))?,
        }
    }
    Ok(Outcome::Clean)
}
