//! Functions whose values the service knows: their answers are rows that a test or `--table` gives, looked up by the
//! argument. What a user agent tells is also known without rows, for those that are ([`user_agent`]).

use super::builder::ColumnBuilder;
use super::error::Error;
use super::expr::{Expr, Scope};
use super::function::user_agent::{self, Part};
use super::run::Run;
use super::stage::source::{not_given, not_given_for};
use super::table::Table;
use super::vector::Vector;
use crate::text::Span;
use crate::value::{Dynamic, Type, Value};

/// A function whose answers are given.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// `geo_info_from_ip_address`.
    Location,
    /// `parse_user_agent`, and the parts that are asked for.
    UserAgent(Vec<Part>),
}

impl Answer {
    /// The answers for each value of the argument.
    pub(crate) fn eval(&self, argument: &Expr, scope: Scope, run: &Run) -> Result<Vector, Error> {
        let rows = run.database.function(self.name());
        match argument.eval(scope, run)? {
            Vector::One(asked) => self.of(&asked, rows, argument.span).map(Vector::One),
            Vector::Many(asked) => {
                let mut bags = ColumnBuilder::new(Type::Dynamic);
                for row in 0..scope.rows() {
                    run.budget.check(argument.span)?;
                    let answer = self.of(&asked.value(row), rows, argument.span)?;
                    bags.push(answer).map_err(|mismatch| argument.mismatch(mismatch))?;
                }
                Ok(Vector::Many(bags.finish()))
            }
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Location => "geo_info_from_ip_address",
            Self::UserAgent(_) => "parse_user_agent",
        }
    }

    fn of(&self, asked: &Value, rows: Option<&Table>, span: Span) -> Result<Value, Error> {
        let bag = match (self, rows) {
            (Self::Location, Some(rows)) => row_of(asked, rows),
            (Self::Location, None) => return Err(not_given(self.name(), span)),
            (Self::UserAgent(parts), Some(rows)) => {
                let is_asked = |key: &str| parts.iter().any(|part| part.key() == key);
                row_of(asked, rows).into_iter().filter(|(key, _)| is_asked(key)).collect()
            }
            (Self::UserAgent(parts), None) => user_agent_parts(asked, parts, span)?,
        };
        Ok(Value::Dynamic(Dynamic::Bag(bag)))
    }
}

/// The row whose first column is the value, its other columns as slots; none without one.
fn row_of(asked: &Value, rows: &Table) -> Vec<(String, Dynamic)> {
    let Some(row) = (0..rows.rows()).find(|&row| rows.value(row, 0) == *asked) else { return Vec::new() };
    let columns = rows.names().iter().zip(rows.columns()).skip(1);
    columns.map(|(name, column)| (name.clone(), Dynamic::from_value(&column.value(row)))).collect()
}

fn user_agent_parts(asked: &Value, parts: &[Part], span: Span) -> Result<Vec<(String, Dynamic)>, Error> {
    let text = if let Value::String(text) = asked { text.as_str() } else { "" };
    let known = user_agent::Known::parse(text);
    let answer = |part: &Part| {
        let call = || format!("parse_user_agent({text:?}, \"{}\")", part.look_for());
        let found = known.as_ref().and_then(|known| known.part(*part));
        let found = found.ok_or_else(|| not_given_for(&call(), "parse_user_agent", span))?;
        Ok((part.key().to_owned(), found))
    };
    parts.iter().map(answer).collect()
}
