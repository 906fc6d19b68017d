//! `sentinelc import`: published hunting pages become rule files and test files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::output::{self, Existing, look};
use super::{Failure, Outcome};
use crate::import::{self, Imported};
use crate::report::{self, Finding, Tally};
use crate::text::Source;

/// Read published hunting pages, and write for each a rule file and a test file.
///
/// A page is a web page saved as text: a hypothesis, the query, the YAML rule without its indentation, a table of tables,
/// benign scenarios with filters. What is wrong with a page is reported; nothing is written unless every page can be read.
///
/// Exit code: 0 when the files are written, 2 when not.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The pages
    #[arg(value_name = "PAGE", required = true)]
    pages: Vec<PathBuf>,
    /// The folder the files are written to; it is made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replace files that are there already
    #[arg(long)]
    force: bool,
    /// How findings are written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
    Sarif,
}

/// Imports the pages and writes the files.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let mut imported = Vec::new();
    for path in &args.pages {
        let source = Source::read(path)?;
        let page = import::import(&source)?;
        imported.push((source, page));
    }
    let files = files(&imported, &args.out)?;
    let existing = if args.force { Existing::Replace } else { Existing::Keep };
    output::write_files(files.iter().map(|(path, text)| (path.as_path(), *text)), existing)?;
    let findings: Vec<Finding<'_>> = imported
        .iter()
        .flat_map(|(source, page)| page.diagnostics.iter().map(move |diagnostic| Finding { source, diagnostic }))
        .collect();
    output::write(&match args.format {
        Format::Text => report::text(&findings, Tally::of(&findings, imported.len()), look(&std::io::stdout())),
        Format::Json => report::json(&findings),
        Format::Sarif => report::sarif(&findings),
    })?;
    Ok(Outcome::Clean)
}

/// What is to be written, by path. Fails where two pages give files of one name.
fn files<'i>(imported: &'i [(Source, Imported)], out: &Path) -> Result<BTreeMap<PathBuf, &'i str>, Failure> {
    let mut files = BTreeMap::new();
    let mut pages: BTreeMap<&str, &Path> = BTreeMap::new();
    for (source, page) in imported {
        if let Some(other) = pages.insert(&page.name, source.path()) {
            let (one, other) = (source.path().display(), other.display());
            return Err(format!("{one}: its rule has the name of that of {other}; import them to two folders").into());
        }
        files.insert(out.join(format!("{}.yaml", page.name)), page.rule.as_str());
        files.insert(out.join(format!("{}.test.yaml", page.name)), page.tests.as_str());
    }
    Ok(files)
}
