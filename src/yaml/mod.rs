//! YAML as it stands in the file. [`read()`] gives a tree whose every node carries its place and its text as written
//! (`version: 1.10` stays `1.10`), and what is wrong in words an analyst understands. It never fails: where a part of the file
//! is no YAML, the file is cut at its top-level keys and every other part is still read. [`mod@write`] is the way back.

mod build;
mod explain;
mod line;
mod read;
mod repair;
mod section;
mod slip_indent;
mod tree;
mod value;
pub mod write;

pub use read::read;
pub use tree::{Document, Entry, Kind, Mapping, Node, Scalar, Style};
pub use value::embedded;

/// The deepest nesting that is read; a rule needs eight levels.
pub const MAX_DEPTH: usize = 64;

/// The most values that are read from one file; a rule has a few hundred.
pub const MAX_NODES: usize = 200_000;

/// The most nodes that aliases (`*name`) may add to one file.
pub const MAX_ALIAS_NODES: usize = 10_000;
