//! The KQL front end: trees, mistakes, laws, and agreement with Microsoft's parser.

mod hostile;
mod laws;
mod mistakes;
mod trees;
mod verdicts;
