//! The KQL front end: trees, mistakes, laws, and agreement with Microsoft's parser.

mod hostile;
mod laws;
mod mistakes;
mod page;
mod trees;
mod verdicts;
