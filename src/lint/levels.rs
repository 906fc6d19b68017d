//! What the user wants of each lint: `[lint]` of the configuration, then `--select` and `--ignore`.

use std::collections::{BTreeMap, BTreeSet};

use super::registry;
use crate::diag::{Diagnostic, Level};
use crate::text::nearest;

/// The levels that hold for a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels {
    configured: BTreeMap<&'static str, Level>,
    selected: Option<BTreeSet<&'static str>>,
    ignored: BTreeSet<&'static str>,
}

/// A name that is no lint's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no lint `{name}`{}", .meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default())]
pub struct UnknownLint {
    /// The name as written.
    pub name: String,
    /// The lint probably meant.
    pub meant: Option<&'static str>,
}

impl UnknownLint {
    /// The error for `name`, with the lint it is most like.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), meant: nearest(name, registry::all().map(|lint| lint.name)) }
    }
}

impl Levels {
    /// From the levels of a configuration, by lint name.
    pub fn new<'a>(configured: impl IntoIterator<Item = (&'a str, Level)>) -> Result<Self, UnknownLint> {
        let known = configured.into_iter().map(|(name, level)| Ok((named(name)?, level)));
        Ok(Self { configured: known.collect::<Result<_, _>>()?, ..Self::default() })
    }

    /// With findings of these lints only. An empty list selects all.
    pub fn select<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownLint> {
        let names: BTreeSet<_> = names.into_iter().map(named).collect::<Result<_, _>>()?;
        self.selected = (!names.is_empty()).then_some(names);
        Ok(self)
    }

    /// Without findings of these lints.
    pub fn ignore<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Result<Self, UnknownLint> {
        self.ignored = names.into_iter().map(named).collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// Whether findings of a lint are wanted: those of a lint that runs on request, where it is selected or has a level.
    pub fn wants(&self, lint: &str) -> bool {
        let selected = match &self.selected {
            Some(selected) => selected.contains(lint),
            None => !registry::is_on_request(lint) || self.configured.contains_key(lint),
        };
        selected && !self.ignored.contains(lint) && self.configured.get(lint) != Some(&Level::Off)
    }

    /// Gives a finding the level configured for its lint. One that its lint made less than usual stays at most that.
    pub fn apply(&self, found: &mut Diagnostic) {
        let Some(&level) = self.configured.get(found.lint) else { return };
        let usual = registry::find(found.lint).map_or(found.level, |lint| lint.level);
        found.level = if found.level < usual { found.level.min(level) } else { level };
    }
}

fn named(name: &str) -> Result<&'static str, UnknownLint> {
    registry::find(name).map(|lint| lint.name).ok_or_else(|| UnknownLint::new(name))
}
