//! The `sentinelc` binary.

fn main() {}
