//! The command line: arguments, one file per command, exit code (0 clean, 1 findings, 2 could not run).
