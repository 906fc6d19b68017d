//! `sentinelc run`: evaluates a query on local files.

use std::path::PathBuf;

use super::{Failure, Outcome, output};

/// Evaluate a KQL query on local files
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file that holds the query; `-` reads standard input
    #[arg(value_name = "QUERY.kql")]
    query: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let Some(query) = &args.query else {
        return Err("no query given".into());
    };
    output::write(&format!("{}\n", query.display()))?;
    Ok(Outcome::Clean)
}
