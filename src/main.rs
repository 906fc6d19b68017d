//! The `sentinelc` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    sentinelc::cli::main()
}
