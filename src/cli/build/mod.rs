//! `sentinelc build`: compiles rules to files that are deployed or read by other tools.

mod summary;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::output::{self, Existing};
use super::{Failure, Outcome};
use crate::emit::{self, Artefact, EmitError, Matching, Refusal, Target, Templates};
use crate::repo::{self, Discovery, File, Origin, Wanted};
use crate::text::Source;
use crate::unit::{self, Unit};

/// Compile rules to ARM templates, Bicep files and Sigma rules.
///
/// Writes `arm/NAME.json`, `bicep/NAME.bicep` and `sigma/PREFIX_NAME.yml` below DIR, named after the rule files. What a target cannot say is reported as lost, by name. Exit code: 0 when every rule was written, 1 when a target cannot say a rule, 2 when the build could not run; then nothing is written.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Rule files (.yaml, .yml) and folders
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// What to compile to, separated by commas: arm, bicep, sigma
    #[arg(long, value_name = "TARGETS", value_delimiter = ',', required = true)]
    target: Vec<Target>,
    /// The folder to write to; it is made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Use the templates of this folder in the place of those of the same path that come with sentinelc
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
    /// Sigma: say `has` and case-sensitive operators exactly, as regular expressions
    #[arg(long)]
    exact: bool,
    /// How the summary is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Read no sentinelc.toml
    #[arg(long)]
    isolated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

/// A rule compiled to one target.
#[derive(Debug)]
struct Built {
    /// Which of the units.
    unit: usize,
    target: Target,
    result: Result<Artefact, Refusal>,
}

/// Compiles everything, then writes everything.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let discovery = if args.isolated { Discovery::Isolated } else { Discovery::Configured };
    let templates = templates(args.templates.as_deref())?;
    let matching = if args.exact { Matching::Exact } else { Matching::Portable };
    let mut targets = args.target.clone();
    targets.sort_unstable();
    targets.dedup();
    let files = repo::files(&args.paths, Wanted::Rules, discovery)?;
    output::say_if_none(&files, "rules (.yaml, .yml)");
    let units = load(&files, &args.paths)?;
    let mut built = Vec::new();
    for (number, unit) in units.iter().enumerate() {
        for &target in &targets {
            let result = match emit::emit(unit, target, matching, &templates) {
                Ok(artefact) => Ok(artefact),
                Err(EmitError::Refused(refusal)) => Err(refusal),
                Err(error) => return Err(format!("{}: {error}", unit.source.path().display()).into()),
            };
            built.push(Built { unit: number, target, result });
        }
    }
    no_two_of_a_name(&units, &built)?;
    let artefacts = built.iter().filter_map(|built| built.result.as_ref().ok());
    let files: Vec<(PathBuf, &str)> =
        artefacts.map(|artefact| (args.out.join(&artefact.file_name), artefact.text.as_str())).collect();
    output::write_files(files.iter().map(|(path, text)| (path.as_path(), *text)), Existing::Replace)?;
    output::write(&match args.format {
        Format::Text => output::printable(&summary::text(&units, &built, &args.out)),
        Format::Json => summary::json(&units, &built, &args.out),
    })?;
    Ok(if built.iter().all(|built| built.result.is_ok()) { Outcome::Clean } else { Outcome::Findings })
}

/// The rule files, loaded. Bare queries and YAML that is no rule are passed over in folders; nothing is wrong with them.
fn load(files: &[File], named: &[PathBuf]) -> Result<Vec<Unit>, Failure> {
    let is_yaml = |path: &Path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| ["yaml", "yml"].iter().any(|known| extension.eq_ignore_ascii_case(known)))
    };
    let wanted = files.iter().filter(|file| is_yaml(&file.path) || named.contains(&file.path));
    let mut units = Vec::new();
    let mut unreadable = Vec::new();
    let mut passed_over = 0_usize;
    for file in wanted {
        match Source::read(&file.path).map(unit::load) {
            Ok(unit) if unit.is_rule || file.origin == Origin::Named => units.push(unit),
            Ok(_) => passed_over += 1,
            Err(error) => unreadable.push(error.to_string()),
        }
    }
    if passed_over > 0 {
        let files = if passed_over == 1 { "file that is no rule is" } else { "files that are no rules are" };
        output::complain(&format!("note: {passed_over} YAML {files} passed over"));
    }
    if unreadable.is_empty() { Ok(units) } else { Err(unreadable.join("\nerror: ").into()) }
}

fn templates(folder: Option<&Path>) -> Result<Templates, Failure> {
    let mut templates = Templates::default();
    let Some(folder) = folder else { return Ok(templates) };
    let mut used = 0;
    for name in Templates::names() {
        let path = folder.join(name);
        if path.exists() {
            templates.replace(name, Source::read(&path)?.text().to_owned());
            used += 1;
        }
    }
    if used == 0 {
        let names: Vec<&str> = Templates::names().collect();
        return Err(format!("{}: holds none of the templates {}", folder.display(), names.join(", ")).into());
    }
    Ok(templates)
}

/// Fails when two rules would be written to one file; file systems that ignore case count.
fn no_two_of_a_name(units: &[Unit], built: &[Built]) -> Result<(), Failure> {
    let mut owners: BTreeMap<String, usize> = BTreeMap::new();
    for built in built {
        let Ok(artefact) = &built.result else { continue };
        if let Some(first) = owners.insert(artefact.file_name.to_ascii_lowercase(), built.unit) {
            let path = |unit: usize| units[unit].source.path().display();
            return Err(format!(
                "{} and {} would both be written to {}; rename one of them",
                path(first),
                path(built.unit),
                artefact.file_name
            )
            .into());
        }
    }
    Ok(())
}
