//! `FileProfile`: what the service knows of a file (Microsoft: "`FileProfile()`", advanced hunting). Its answers are rows given
//! for `FileProfile`, with the file's hash in `SHA1`, `SHA256` or `MD5`; a file without a row has no profile.

use std::collections::HashMap;

use super::Compiled;
use crate::bind::ir::{self, PluginArg};
use crate::eval::column::{ABSENT, Column};
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::Scope;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::stage::source::not_given;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::{Value, convert};

/// The columns of hashes.
const HASHES: [&str; 3] = ["SHA1", "SHA256", "MD5"];

/// A compiled `FileProfile`.
#[derive(Debug)]
pub(crate) struct FileProfile {
    input: Box<Stage>,
    hash: Compiled,
    span: Span,
}

/// Compiles `FileProfile`.
pub(super) fn compile(
    input: &ir::Rel,
    args: &[PluginArg],
    span: Span,
    compiler: &mut Compiler,
) -> Result<FileProfile, Error> {
    let hash = super::required(args.first().and_then(super::scalar), "a column of hashes", span)?;
    Ok(FileProfile { input: Box::new(compiler.rel(input)?), hash: compiler.expr(hash)?, span })
}

impl FileProfile {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let input = self.input.run(run)?;
        let Some(profiles) = run.database.function("FileProfile") else {
            return Err(not_given("FileProfile", self.span));
        };
        let mut rows: HashMap<String, u32> = HashMap::new();
        for column in HASHES.iter().filter_map(|name| profiles.column(name)) {
            for (row, at) in (0..profiles.rows()).zip(0_u32..) {
                let hash = convert::to_text(&column.value(row)).to_lowercase();
                if !hash.is_empty() {
                    rows.entry(hash).or_insert(at);
                }
            }
        }
        let hashes = self.hash.eval_column(Scope::all(input.columns(), input.rows()), run)?;
        let found: Vec<u32> = (0..input.rows())
            .map(|row| match hashes.value(row) {
                Value::String(hash) => rows.get(&hash.to_lowercase()).copied().unwrap_or(ABSENT),
                _ => ABSENT,
            })
            .collect();
        let columns = stage.names.iter().zip(&stage.types).map(|(name, &ty)| {
            input.column(name).cloned().unwrap_or_else(|| match profiles.column(name) {
                Some(column) => column.gather(&found),
                None => Column::nulls(ty, input.rows()),
            })
        });
        stage.conform(columns.collect(), input.rows())
    }
}
