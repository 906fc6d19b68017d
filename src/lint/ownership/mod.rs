//! Whose are the names, domains and files a rule looks for? A rule is about the products its name speaks of; a value
//! that belongs to another product is looked up in the catalogue and in the other rules of the repository. A name inside
//! another name proves nothing.

mod foreign_domain;
mod foreign_file_name;
mod foreign_vendor;
mod neighbours;
mod standing;
mod subject;

pub(super) use subject::{Subject, accepted};

use super::Lint;

pub(super) static LINTS: &[&Lint] = &[&foreign_domain::LINT, &foreign_file_name::LINT, &foreign_vendor::LINT];
