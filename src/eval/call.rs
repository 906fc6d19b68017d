//! Calls of built-in functions: written on single values, run over columns.

use super::builder::ColumnBuilder;
use super::column::{Column, dynamic_bytes};
use super::error::Error;
use super::function::{self, absent};
use super::limits::ROWS_PER_CHECK;
use super::run::Run;
use super::vector::Vector;
use crate::text::Span;
use crate::value::{Type, Value};

/// A function ready to be called with arguments of every row.
#[derive(Debug, Clone)]
pub(crate) struct Function {
    built_in: &'static function::Function,
    arguments: Vec<Type>,
    result: Type,
    span: Span,
}

impl Function {
    /// Finds a built-in function. Fails with Unsupported where it is not built.
    pub(crate) fn find(name: &str, arguments: Vec<Type>, result: Type, span: Span) -> Result<Self, Error> {
        let missing = || {
            let what = match absent::reason(name) {
                Some(reason) => format!("the function {name}(), which {reason},"),
                None => format!("the function {name}()"),
            };
            Error::unsupported(what, span)
        };
        let built_in = function::lookup(name).ok_or_else(missing)?;
        Ok(Self { built_in, arguments, result, span })
    }

    fn call(&self, arguments: &[Value], run: &Run) -> Result<Value, Error> {
        let call = function::Call { result: self.result, arg_types: &self.arguments, context: &run.functions };
        let value = self.built_in.call(arguments, &call).map_err(|failure| Error::of_function(failure, self.span))?;
        let value = match (value, self.result) {
            (Value::Int(number), Type::Long) => Value::Long(i64::from(number)),
            (value, _) => value,
        };
        if bytes(&value) <= MOST_BYTES {
            return Ok(value);
        }
        let message = format!("{}() makes a value of more than {} MiB", self.built_in.name, MOST_BYTES >> 20);
        Err(Error::LimitExceeded { message, span: self.span })
    }

    /// Calls for every row: once if all arguments are the same for all rows, once for each text if the only argument that
    /// varies is a column of texts that repeat.
    pub(crate) fn apply(&self, arguments: &[Vector], rows: usize, run: &Run) -> Result<Vector, Error> {
        let mut row: Vec<Value> = arguments.iter().map(|argument| argument.value(0)).collect();
        let varying: Vec<usize> =
            (0..arguments.len()).filter(|&at| matches!(arguments.get(at), Some(Vector::Many(_)))).collect();
        let fixed = !is_volatile(self.built_in.name);
        if varying.is_empty() && fixed {
            return self.call(&row, run).map(Vector::One);
        }
        let mut results = ColumnBuilder::new(self.result);
        let mut made = 0_usize;
        if let ([at], true) = (varying.as_slice(), fixed)
            && let Some(Vector::Many(Column::String(strings))) = arguments.get(*at)
            && let Some((texts, codes)) = strings.dictionary()
        {
            for (index, text) in texts.iter().enumerate() {
                if index % ROWS_PER_CHECK == 0 {
                    run.budget.check(self.span)?;
                }
                if let Some(cell) = row.get_mut(*at) {
                    *cell = Value::String(text.to_owned());
                }
                let value = self.call(&row, run)?;
                made = made.saturating_add(bytes(&value));
                run.budget.bytes(made, self.span)?;
                self.push(&mut results, value)?;
            }
            return Ok(Vector::Many(results.finish().gather(codes)));
        }
        for index in 0..rows {
            run.budget.row(index, self.span)?;
            for &at in &varying {
                if let (Some(cell), Some(argument)) = (row.get_mut(at), arguments.get(at)) {
                    *cell = argument.value(index);
                }
            }
            let value = self.call(&row, run)?;
            made = made.saturating_add(bytes(&value));
            run.budget.bytes(made, self.span)?;
            self.push(&mut results, value)?;
        }
        Ok(Vector::Many(results.finish()))
    }

    fn push(&self, results: &mut ColumnBuilder, value: Value) -> Result<(), Error> {
        results.push(value).map_err(|mismatch| {
            let what = format!(
                "{}() with a result of type {} where {} stands",
                self.built_in.name, mismatch.found, mismatch.expected
            );
            Error::unsupported(what, self.span)
        })
    }
}

/// The largest value a function may make, in bytes: each call can make a value many times the size of what it is given,
/// and calls follow each other.
const MOST_BYTES: usize = 64 << 20;

/// About how many bytes a value takes beside its place in a column.
fn bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Dynamic(tree) => dynamic_bytes(tree),
        _ => 0,
    }
}

/// Functions that give another value at each call.
fn is_volatile(name: &str) -> bool {
    matches!(name, "rand" | "new_guid")
}
