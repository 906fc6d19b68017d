//! The tables and functions that each configuration declares, read once.

use std::collections::HashMap;
use std::path::PathBuf;

use super::Failure;
use crate::bind::Environment;
use crate::repo::{self, Located};

/// The environments of the configurations met so far, by the path of the configuration file.
#[derive(Debug, Default)]
pub(super) struct Worlds {
    known: HashMap<Option<PathBuf>, Environment>,
}

impl Worlds {
    /// What queries may name where this configuration holds.
    pub(super) fn of(&mut self, config: &Located) -> Result<&Environment, Failure> {
        if !self.known.contains_key(&config.path) {
            self.known.insert(config.path.clone(), repo::environment(config)?);
        }
        Ok(&self.known[&config.path])
    }
}
