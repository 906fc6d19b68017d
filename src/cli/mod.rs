//! The command line: arguments, one file per command, exit codes.
//!
//! A command is a plain function from its arguments to an [`Outcome`]; what it has to say goes to standard output
//! through [`output::write`], why it could not run comes back as a [`Failure`] and is printed to standard error.

mod build;
mod check;
mod explain;
mod fmt;
mod import;
mod mend;
mod output;
mod parallel;
mod run;
mod schema;
mod test;
mod world;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The stack of the thread that works, in bytes. Trees of rules and queries are walked by recursion whose depth the
/// parsers bound; address space is reserved, memory is only used when a walk gets that deep.
const STACK_BYTES: usize = 256 * 1024 * 1024;

/// The Sentinel rule compiler: validates, lints, tests and compiles Microsoft Sentinel and Defender rules, offline.
#[derive(Debug, Parser)]
#[command(name = "sentinelc", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// One variant a command.
#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Args),
    Check(check::Args),
    Explain(explain::Args),
    Fmt(fmt::Args),
    Import(import::Args),
    Run(run::Args),
    Schema(schema::Args),
    Test(test::Args),
}

/// How a command that could run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Nothing to report: exit code 0.
    Clean,
    /// Findings at or above the threshold, a test that failed, a query that failed: exit code 1.
    Findings,
    /// The query needs what the evaluator does not support: exit code 3.
    Unsupported,
}

/// Why a command could not run: exit code 2. Printed as `error: …`, with its causes below.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs the command line of this process. Exit codes: 0 clean, 1 findings, 2 could not run, 3 unsupported query (`run` only).
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        output::complain(&bug(panic.payload_as_str(), panic.location().map(ToString::to_string)));
        // Whether the build unwinds or aborts, the exit code says that the command could not run.
        std::process::exit(2);
    }));
    let arguments = Arguments::parse();
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || dispatch(&arguments.command));
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(outcome))) => exit_code(outcome),
        Ok(Ok(Err(failure))) => {
            print_failure(failure.as_ref());
            ExitCode::from(2)
        }
        Ok(Err(_panic)) => ExitCode::from(2),
        Err(error) => {
            output::complain(&format!("error: cannot start a thread: {error}"));
            ExitCode::from(2)
        }
    }
}

/// What is said when the program fails over its own mistake.
fn bug(message: Option<&str>, place: Option<String>) -> String {
    let (message, place) = (message.unwrap_or("no message"), place.unwrap_or_else(|| "an unknown place".to_owned()));
    format!(
        "error: this is a bug in sentinelc {}: {message} ({place})\n  \
         please report it with the command and, if you may share it, the file it was given",
        env!("CARGO_PKG_VERSION")
    )
}

fn dispatch(command: &Command) -> Result<Outcome, Failure> {
    match command {
        Command::Build(args) => build::run(args),
        Command::Check(args) => check::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Fmt(args) => fmt::run(args),
        Command::Import(args) => import::run(args),
        Command::Run(args) => run::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Test(args) => test::run(args),
    }
}

fn exit_code(outcome: Outcome) -> ExitCode {
    match outcome {
        Outcome::Clean => ExitCode::SUCCESS,
        Outcome::Findings => ExitCode::from(1),
        Outcome::Unsupported => ExitCode::from(3),
    }
}

fn print_failure(failure: &dyn std::error::Error) {
    output::complain(&format!("error: {failure}"));
    let mut cause = failure.source();
    while let Some(error) = cause {
        output::complain(&format!("  because: {error}"));
        cause = error.source();
    }
}
