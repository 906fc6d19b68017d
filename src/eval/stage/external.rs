//! `externaldata`: the rows of files that are given for its addresses; nothing is read from the network (Microsoft:
//! "externaldata operator").

use std::path::Path;

use super::{mismatch, source};
use crate::bind::ir;
use crate::eval::builder::concat;
use crate::eval::column::Column;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::Expr;
use crate::eval::load::{Format, Header, Layout, TableFile};
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::stream;
use crate::eval::table::Table;
use crate::value::{Type, Value, convert};

/// A compiled `externaldata`.
#[derive(Debug)]
pub(crate) struct External {
    uris: Vec<Expr>,
    /// The format that is asked for.
    format: Option<Format>,
    header: Header,
}

impl External {
    /// Compiles `externaldata`; Unsupported where it asks for a format that is not read.
    pub(super) fn compile(
        uris: &[ir::Expr],
        properties: &[(ir::Name, ir::Expr)],
        compiler: &mut Compiler,
    ) -> Result<Self, Error> {
        let mut external = Self { uris: compiler.exprs(uris)?, format: None, header: Header::Given };
        for (name, value) in properties {
            let value = compiler.expr(value)?;
            match (name.to_ascii_lowercase().as_str(), value.constant()) {
                ("format", Some(Value::String(format))) => {
                    let unknown = || Error::unsupported(format!("externaldata of the format {format}"), value.span);
                    external.format = Some(Format::from_name(format).ok_or_else(unknown)?);
                }
                ("ignorefirstrecord", Some(skip)) if convert::to_bool(skip) == Some(true) => {
                    external.header = Header::GivenAndSkipped;
                }
                ("ingestionmapping", _) => {
                    return Err(Error::unsupported("externaldata with an ingestion mapping", value.span));
                }
                _ => {}
            }
        }
        Ok(external)
    }

    /// The rows of every address, one below the other: those of the file that is given for it, or those that are given for
    /// the call `externaldata('https://…')`.
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let mut tables = Vec::with_capacity(self.uris.len());
        for uri in &self.uris {
            let Value::String(uri) = uri.eval_constant(run)? else {
                return Err(Error::runtime("an address of externaldata is no text", uri.span));
            };
            tables.push(match run.database.external(&uri) {
                Some(path) => self.file(path, &uri, stage, run)?,
                None => source::function(stage, &format!("externaldata('{uri}')"), run)?,
            });
        }
        let columns = stage.types.iter().enumerate().map(|(at, &ty)| {
            let parts = tables.iter().filter_map(|table| table.columns().get(at));
            concat(ty, parts).map_err(|failure| mismatch(failure, stage.span))
        });
        Ok(stage.table(columns.collect::<Result<_, _>>()?, tables.iter().map(Table::rows).sum()))
    }

    fn file(&self, path: &Path, uri: &str, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let failed = |error| stream::failed(&error, stage.span);
        let schema: Vec<(String, Type)> = stage.names.iter().cloned().zip(stage.types.iter().copied()).collect();
        let address = uri.split(['?', ';']).next().unwrap_or_default();
        let by_ending = || address.rsplit('.').next().and_then(Format::from_name);
        let format = self.format.or_else(|| Format::from_path(Path::new(address))).or_else(by_ending);
        let format = format.unwrap_or(Format::CSV);
        let layout = Layout { format: Some(format), header: self.header };
        let file = TableFile::open_as(path, layout, &schema, run.settings.limits).map_err(failed)?;
        let table = file.table().map_err(failed)?;
        let columns = stage.names.iter().zip(&stage.types).map(|(name, &ty)| match table.column(name) {
            Some(column) => column.clone(),
            None => Column::nulls(ty, table.rows()),
        });
        stage.conform(columns.collect(), table.rows())
    }
}
