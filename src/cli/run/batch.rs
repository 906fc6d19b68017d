//! `--batch`: a query a line in, a result a line out.

use std::io::{BufRead, Read as _, Write as _};

use serde_json::Value;

use super::super::{Failure, Outcome};
use super::{Session, json as results};

/// The longest line of standard input, in bytes.
const LONGEST_LINE: u64 = 64 << 20;

/// Answers every line of standard input. A query that fails is an answer with `error` and `kind`.
pub(super) fn run(session: &Session) -> Result<Outcome, Failure> {
    let mut out = std::io::stdout().lock();
    let mut input = std::io::stdin().lock();
    for index in 0.. {
        let Some(line) = next_line(&mut input).map_err(|error| format!("<stdin>:{}: {error}", index + 1))? else {
            break;
        };
        if line.trim().is_empty() {
            continue;
        }
        let request: Value =
            serde_json::from_str(&line).map_err(|error| format!("<stdin>:{}: not JSON: {error}", index + 1))?;
        let Some(kql) = request.get("kql").and_then(Value::as_str) else {
            return Err(format!("<stdin>:{}: an object with `kql` is expected", index + 1).into());
        };
        let answer = match session.evaluate(kql) {
            Ok(table) => results::fields(&table),
            Err(error) => results::error_fields(&error),
        };
        let id = request.get("id").unwrap_or(&Value::Null);
        match writeln!(out, "{{\"id\":{id},{answer}}}").and_then(|()| out.flush()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => break,
            written => written.map_err(|error| format!("cannot write to standard output: {error}"))?,
        }
    }
    Ok(Outcome::Clean)
}

/// The next line with its line ending; `None` at the end. Fails on a line that is no UTF-8 or too long to be a query.
fn next_line(input: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut line = Vec::new();
    input.take(LONGEST_LINE + 1).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    let refused = |message: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, message);
    if line.len() as u64 > LONGEST_LINE {
        return Err(refused(&format!("the line is longer than {} MiB", LONGEST_LINE >> 20)));
    }
    String::from_utf8(line).map(Some).map_err(|_| refused("is not UTF-8 text"))
}
