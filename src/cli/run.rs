//! `sentinelc run`: evaluates a query on local files.

mod batch;
mod failure;
mod json;
mod plan;
mod progress;
mod text;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use failure::QueryError;

use super::{Failure, Outcome, output};
use crate::bind::{Environment, SuppliedTable, UnknownTables, ir};
use crate::eval::load::{self, TableFile};
use crate::eval::{self, Database, Limits, MissingTables, Plan, Settings, Table};
use crate::repo;
use crate::report::Finding;
use crate::text::Source;
use crate::unit::Query;
use crate::value::{Type, time};

/// Ticks from 0001-01-01 to 1970-01-01.
const UNIX_TICKS: i64 = 719_162 * time::TICKS_PER_DAY;

/// What the program takes before any table, in bytes: its code, the catalogue, buffers of files.
const BASE_MEMORY: usize = 256 << 20;

/// Evaluate a KQL query on local files
///
/// Exit codes: 0 the query ran, 1 it is wrong or failed, 2 it could not be run, 3 it needs something that is not supported.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Args {
    /// The file that holds the query; `-` or nothing reads standard input
    #[arg(value_name = "QUERY.kql", conflicts_with = "batch")]
    query: Option<PathBuf>,
    /// A table and its rows: JSON, JSON Lines, CSV, TSV or Parquet, also packed with gzip or zstd. A call whose rows the workspace
    /// holds, `_GetWatchlist('vips')`, is given the same way. May be given several times
    #[arg(long = "table", value_name = "NAME=FILE")]
    tables: Vec<String>,
    /// The content of an address that `externaldata` reads. May be given several times
    #[arg(long, value_name = "URL=FILE")]
    externaldata: Vec<String>,
    /// Show the stages that the query is compiled to instead of running it
    #[arg(long, conflicts_with_all = ["batch", "profile"])]
    explain_plan: bool,
    /// Show rows and time of each stage on standard error after the result
    #[arg(long, conflicts_with = "batch")]
    profile: bool,
    /// The time that `now()` gives, such as 2024-06-08T00:00:00Z; the clock's if left out
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Read no sentinelc.toml
    #[arg(long)]
    isolated: bool,
    /// Read queries from standard input, one JSON object {"id", "kql"} a line, and write one JSON result a line
    #[arg(long)]
    batch: bool,
    /// Where `rand()` and `new_guid()` start
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The longest a query may run, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 240)]
    timeout: u64,
    /// The most rows of any table on the way
    #[arg(long, value_name = "ROWS", default_value_t = 50_000_000)]
    max_rows: usize,
    /// The most memory of any table on the way, in MiB; all together may take twice as much
    #[arg(long, value_name = "MIB", default_value_t = 4096)]
    max_memory: usize,
}

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Columns side by side, for people
    Table,
    /// One object with columns and rows
    Json,
    /// One object a row
    Jsonl,
    /// Comma-separated values with a header
    Csv,
}

/// What every query of a call runs on.
struct Session {
    database: Database,
    files: Vec<Arc<TableFile>>,
    environment: Environment,
    settings: Settings,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let bar = progress::Bar::start();
    let open = if args.batch { TableFile::open } else { TableFile::open_start };
    let mut session = session(args, &bar, open)?;
    if args.batch {
        drop(bar);
        let done = batch::run(&session);
        session.complain();
        return done;
    }
    let source = read_query(args.query.as_deref())?;
    let mut answer = session.answer(args, &source);
    if session.files.iter().any(|file| file.is_surprised()) {
        session = self::session(args, &bar, TableFile::open)?;
        answer = session.answer(args, &source);
    }
    drop(bar);
    session.complain();
    match answer {
        Ok(answer) => {
            output::write(&answer.text)?;
            for note in &answer.notes {
                output::complain(note.trim_end());
            }
            Ok(Outcome::Clean)
        }
        Err(error) => {
            let read = error.kind != "input";
            if read || args.format == Format::Json {
                report(&error, &source, args.format)?;
            }
            match error.kind {
                "input" => Err(error.message.into()),
                "unsupported" => Ok(Outcome::Unsupported),
                _ => Ok(Outcome::Findings),
            }
        }
    }
}

/// What is shown of a query that could be run.
struct Answer {
    text: String,
    /// What is said about it on standard error.
    notes: Vec<String>,
}

impl Answer {
    /// All tables of a query's statements for people; for programs, whose formats hold one, the first of the last statement.
    fn new(statements: &[Vec<Table>], format: Format, profile: Option<String>) -> Self {
        let mut shown: Vec<&Table> = statements.iter().flatten().collect();
        let mut notes = Vec::new();
        if format != Format::Table {
            if shown.len() > 1 {
                notes.push(format!(
                    "note: the query gives {} tables; the first of its last statement is written, --format table shows all",
                    shown.len()
                ));
            }
            shown = statements.last().and_then(|last| last.first()).into_iter().collect();
        }
        notes.extend(profile);
        let texts: Vec<String> = shown.into_iter().map(|table| render(table, format)).collect();
        Self { text: texts.join("\n"), notes }
    }
}

/// How a file is opened.
type Open = fn(&Path, &load::Schema, Limits, load::Progress) -> Result<TableFile, load::LoadError>;

fn session(args: &Args, bar: &progress::Bar, open: Open) -> Result<Session, Failure> {
    let now = match &args.now {
        Some(text) => time::parse_datetime(text).ok_or_else(|| format!("--now: `{text}` is no time"))?,
        None => clock(),
    };
    let bytes = args.max_memory.saturating_mul(1 << 20);
    let limits = Limits {
        rows: args.max_rows,
        bytes,
        resident: bytes.saturating_mul(2).saturating_add(BASE_MEMORY),
        time: Duration::from_secs(args.timeout),
    };
    let settings = Settings { seed: args.seed, limits, missing_tables: MissingTables::Error, ..Settings::at(now) };
    let environment = world(args)?.with_unknown_tables(UnknownTables::ErrorEvenCustom);
    let mut session = Session { database: Database::new(), files: Vec::new(), environment, settings };
    for given in &args.tables {
        let (name, path) = pair("--table", given, "NAME=FILE", named_file(given))?;
        let schema = known_columns(name, &session.environment);
        let file = Arc::new(open(path, &schema, limits, bar.watch(path))?);
        if session.environment.is_answer(name) {
            session.environment.supply_answer(name, supplied(&schema, &file));
            session.database.insert_function(name, file.table()?.clone());
            session.files.push(file);
            continue;
        }
        if args.batch && file.fits() {
            file.load()?;
        }
        session.environment.supply(name, supplied(&schema, &file));
        session.database.insert_file(name, Arc::clone(&file));
        session.files.push(file);
    }
    for given in &args.externaldata {
        let (url, path) = pair("--externaldata", given, "URL=FILE", given.rsplit_once('='))?;
        session.database.insert_external(url, path);
    }
    Ok(session)
}

/// A table's name or a call, and its file. Both may hold `=`, the call between its parentheses.
fn named_file(given: &str) -> Option<(&str, &str)> {
    let first = given.find(['(', '='])?;
    if given[first..].starts_with('=') {
        return given.split_once('=');
    }
    let close = given.find(")=")?;
    Some((&given[..=close], &given[close + 2..]))
}

/// The halves of an argument.
fn pair<'a>(
    option: &str,
    given: &str,
    form: &str,
    halves: Option<(&'a str, &'a str)>,
) -> Result<(&'a str, &'a Path), Failure> {
    match halves.filter(|(name, path)| !name.is_empty() && !path.is_empty()) {
        Some((name, path)) => Ok((name, Path::new(path))),
        None => Err(format!("{option}: `{given}` is not of the form {form}").into()),
    }
}

fn clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UNIX_TICKS + i64::try_from(since.as_nanos() / 100).unwrap_or(0)
}

/// What queries may name: the catalogue, and what the configuration of the query's folder declares.
fn world(args: &Args) -> Result<Environment, Failure> {
    if args.isolated {
        return Ok(Environment::new());
    }
    let beside = args.query.as_deref().filter(|path| *path != Path::new("-")).unwrap_or(Path::new("."));
    Ok(repo::environment(&repo::find_config(beside)?)?)
}

/// The columns that the configuration or the catalogue knows for a table.
fn known_columns(name: &str, environment: &Environment) -> Vec<(String, Type)> {
    let table = environment.declared(name);
    table
        .map(|table| table.columns.iter().map(|column| (column.name.to_string(), column.ty)).collect())
        .unwrap_or_default()
}

/// The columns the query can use: those of the catalogue, then what the file has beyond.
fn supplied(schema: &[(String, Type)], file: &TableFile) -> SuppliedTable {
    let beyond = file.columns().filter(|(name, _)| !schema.iter().any(|(known, _)| known == name));
    let columns = schema.iter().map(|(name, ty)| (name.as_str(), *ty)).chain(beyond);
    let columns = columns.map(|(name, ty)| ir::Column { name: name.into(), ty }).collect();
    SuppliedTable { columns, open: false }
}

fn read_query(path: Option<&Path>) -> Result<Source, Failure> {
    match path {
        Some(path) if path != Path::new("-") => Ok(Source::read(path)?),
        _ => Ok(Source::read_from(Path::new("<stdin>"), std::io::stdin().lock())?),
    }
}

impl Session {
    /// Parses, binds and compiles a query.
    fn plan(&self, query: &Query) -> Result<Plan, QueryError> {
        if let Some(error) = QueryError::of_syntax(query) {
            return Err(error);
        }
        eval::resolve(&query.syntax, &self.environment, &self.database, &self.settings)
            .map_err(|error| QueryError::of_plan(&error, query, &self.environment))
    }

    /// The result of a query.
    fn evaluate(&self, text: &str) -> Result<Table, QueryError> {
        let query = Query::bare(text);
        self.plan(&query)?.run(&self.database, &self.settings).map_err(|error| QueryError::of_run(&error, &query))
    }

    /// What is shown for the query of a call.
    fn answer(&self, args: &Args, source: &Source) -> Result<Answer, QueryError> {
        let query = Query::bare(source.text());
        let plan = self.plan(&query)?;
        let failed = |error| QueryError::of_run(&error, &query);
        if args.explain_plan {
            return Ok(Answer { text: plan::explain(&plan, &query), notes: Vec::new() });
        }
        if !args.profile {
            let tables = plan.run_all(&self.database, &self.settings).map_err(failed)?;
            return Ok(Answer::new(&tables, args.format, None));
        }
        let (tables, costs) = plan.profile(&self.database, &self.settings);
        let profile = plan::profile(&plan, &costs, &query);
        Ok(Answer::new(&tables.map_err(failed)?, args.format, Some(profile)))
    }

    /// Says which cells of the files could not be converted.
    fn complain(&self) {
        for file in &self.files {
            for problem in file.problems() {
                output::complain(&format!("warning: {}: {problem}", file.path().display()));
            }
        }
    }
}

fn render(table: &Table, format: Format) -> String {
    match format {
        Format::Table => text::table(table),
        Format::Json => format!("{}\n", json::result(table)),
        Format::Jsonl => json::lines(table),
        Format::Csv => text::csv(table),
    }
}

/// Says why a query failed: as JSON where JSON is asked for, else on standard error with the place.
fn report(error: &QueryError, source: &Source, format: Format) -> Result<(), Failure> {
    if format == Format::Json {
        return output::write(&format!("{}\n", json::error(error)));
    }
    let findings: Vec<_> = error.findings.iter().map(|diagnostic| Finding { source, diagnostic }).collect();
    output::complain_of(&findings);
    Ok(())
}
