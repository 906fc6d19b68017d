//! The integration tests, linked into one binary.
