//! The evaluator: runs a bound query over tables of typed columns. It has no clock and reads no files of its own.

pub mod aggregate;
pub mod function;
