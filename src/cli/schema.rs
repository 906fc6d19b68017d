//! `sentinelc schema`: the JSON Schemas of the files that people write.

use super::{Failure, Outcome, output};
use crate::rule::{self, Kind};
use crate::{repo, testing};

/// Print the JSON Schema of the files that sentinelc reads, for editors and other validators
///
/// Editors that know yaml-language-server check a file against the schema that its first line names:
/// `# yaml-language-server: $schema=rule.schema.json`
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Rules of every kind, tests of rules, or sentinelc.toml
    #[arg(value_name = "FILES")]
    files: Files,
    /// Rules of one kind only, such as scheduled, nrt, hunting or custom-detection
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<Kind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Files {
    Rule,
    Test,
    Config,
}

fn kind(name: &str) -> Result<Kind, String> {
    Kind::ALL.into_iter().find(|kind| kind.schema_name() == name).ok_or_else(|| {
        let names = Kind::ALL.map(Kind::schema_name).join(", ");
        format!("there is no kind of this name; the kinds are {names}")
    })
}

/// Writes the schema.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let text = match (args.files, args.kind) {
        (Files::Rule, None) => rule::schema::any().to_owned(),
        (Files::Rule, Some(kind)) => rule::schema::text(kind).to_owned(),
        (_, Some(_)) => return Err("--kind goes with `sentinelc schema rule`".to_owned().into()),
        (Files::Test, None) => testing::committed_schema().to_owned(),
        (Files::Config, None) => repo::schema(),
    };
    output::write(&text)?;
    Ok(Outcome::Clean)
}
