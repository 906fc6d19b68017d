//! What the rules of a repository say together: which product's rules look for which names, hosts and files, and what
//! tells the rules apart. Built once
//! from all loaded files, then only read; a lint asks it whose a value is that the product catalogue does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::condition::{Matching, Test};
use super::identity::Identities;
use super::ownership::{Subject, accepted};
use super::{Context, Surroundings};
use crate::bind::Environment;
use crate::catalog::column_roles::Role;
use crate::catalog::products::{host_of, is_shared_host, normal_name, registrable};
use crate::unit::Unit;

static NO_RULES: Repository =
    Repository { rules: Vec::new(), by_value: BTreeMap::new(), identities: Identities::none() };

/// The products that the rules of a repository are about, and the values they look for, with their places. The order in
/// which files are given does not matter.
#[derive(Debug, Default)]
pub struct Repository {
    rules: Vec<Evidence>,
    by_value: BTreeMap<Key, Vec<Sighting>>,
    identities: Identities,
}

/// One rule, as evidence about others.
#[derive(Debug)]
pub(super) struct Evidence {
    /// Its file.
    pub(super) path: PathBuf,
    /// What it is about.
    pub(super) subject: Subject,
    /// 1-based line and column of its name.
    pub(super) name_at: (u32, u32),
}

/// A value in a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sighting {
    /// The rule, in [`Repository::rules`].
    rule: usize,
    /// 1-based.
    pub(super) line: u32,
    /// 1-based, in characters.
    pub(super) column: u32,
}

/// A value in the form it is compared in. Vendors and products are both names: one rule asks for the company, the next
/// for the product.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A name without case, punctuation and company suffix.
    Name(String),
    /// The part of a host that one party registered.
    Host(String),
    /// A piece of a host's name, lower case.
    Word(String),
    /// The name of a file, lower case.
    File(String),
}

impl Key {
    /// The key of a value compared with a column of `role`; `None` for what says nothing about a product: a host of a
    /// service that many share, a pattern, a text of less than three letters.
    pub(super) fn of(role: Role, value: &str) -> Option<Self> {
        let key = match role {
            Role::Vendor | Role::Product => Self::Name(normal_name(value)),
            Role::Domain => {
                let Some(host) = host_of(value) else { return Self::word(value) };
                let registered = registrable(&host);
                if is_shared_host(&host) || is_shared_host(&registered) {
                    return None;
                }
                Self::Host(registered)
            }
            Role::File => Self::File(value.rsplit(['\\', '/']).next()?.to_lowercase()),
        };
        let text = key.text();
        (text.chars().count() >= 3 && !text.contains('*')).then_some(key)
    }

    fn word(value: &str) -> Option<Self> {
        let is_word = value.len() >= 4 && value.chars().all(|c| c.is_alphanumeric() || c == '-');
        is_word.then(|| Self::Word(value.to_lowercase()))
    }

    /// Whether a value of its kind says whose it is only by bearing a name: programs of the system and words like
    /// `relay` stand in rules about any product.
    pub(super) fn is_common(&self) -> bool {
        matches!(self, Self::Word(_) | Self::File(_))
    }

    fn text(&self) -> &str {
        match self {
            Self::Name(text) | Self::Host(text) | Self::Word(text) | Self::File(text) => text,
        }
    }

    /// The part that may be a product's name: of `anydesk.com` and `anydesk.exe` it is `anydesk`.
    pub(super) fn stem(&self) -> String {
        let text = self.text();
        let stem = match self {
            Self::Name(_) | Self::Word(_) => text,
            Self::Host(_) | Self::File(_) => text.split_once('.').map_or(text, |(stem, _)| stem),
        };
        normal_name(stem)
    }

    /// The length of the longest of `names` that the value bears; 0 where it bears none.
    pub(super) fn bears(&self, names: &BTreeSet<String>) -> usize {
        let text: String = self.text().chars().filter(|c| c.is_alphanumeric()).collect();
        names.iter().filter(|name| name.len() >= 3 && text.contains(name.as_str())).map(String::len).max().unwrap_or(0)
    }
}

impl Repository {
    /// Reads the rules of a repository. A rule whose name speaks of no product, or of several, is no evidence about any.
    pub fn of<'u>(units: impl IntoIterator<Item = &'u Unit>) -> Self {
        let mut units: Vec<&Unit> = units.into_iter().collect();
        units.sort_by(|a, b| a.source.path().cmp(b.source.path()));
        units.dedup_by(|a, b| a.source.path() == b.source.path());
        let mut all = Self::default();
        for unit in units {
            all.add(unit);
        }
        all
    }

    /// A repository of no rules.
    pub(super) fn empty() -> &'static Self {
        &NO_RULES
    }

    fn add(&mut self, unit: &Unit) {
        self.identities.add(unit);
        // What a rule accepts is read from its text alone: no name of its query is resolved.
        let environment = Environment::new();
        let cx =
            Context::new(unit, Surroundings { repository: Self::empty(), environment: &environment, before: None });
        let rule = self.rules.len();
        let mut seen: BTreeMap<Key, Sighting> = BTreeMap::new();
        for (role, test) in accepted(&cx).into_iter().filter(|(role, test)| counts(*role, test)) {
            for value in &test.values {
                let at = unit.source.position(cx.to_file(value.span).start);
                if let Some(key) = Key::of(role, &value.text) {
                    seen.entry(key).or_insert(Sighting { rule, line: at.line, column: at.column });
                }
            }
        }
        let name_at = unit.source.position(unit.rule.name.as_ref().map_or(cx.head(), |name| name.span).start);
        let name_at = (name_at.line, name_at.column);
        let subject = Subject::of(&cx);
        for (key, sighting) in seen {
            self.by_value.entry(key).or_default().push(sighting);
        }
        self.rules.push(Evidence { path: unit.source.path().to_owned(), subject, name_at });
    }

    /// The rules in other files than `path` that look for a value.
    pub(super) fn sightings(&self, key: &Key, path: &Path) -> Vec<(&Evidence, Sighting)> {
        let found = self.by_value.get(key).into_iter().flatten().map(|sighting| (self.rule(*sighting), *sighting));
        found.filter(|(rule, _)| rule.path != path).collect()
    }

    /// What tells the rules apart.
    pub(super) const fn identities(&self) -> &Identities {
        &self.identities
    }

    /// Every rule.
    pub(super) fn rules(&self) -> impl Iterator<Item = &Evidence> {
        self.rules.iter()
    }

    fn rule(&self, sighting: Sighting) -> &Evidence {
        &self.rules[sighting.rule]
    }
}

/// Whether the values of a test are whole values: a piece of a file's name is no file.
pub(super) fn counts(role: Role, test: &Test) -> bool {
    role != Role::File || matches!(test.matching, Matching::Equal | Matching::Has | Matching::EndsWith)
}
