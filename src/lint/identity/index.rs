//! What tells the rules of a repository apart: ids, names, file names and queries, and the dialects they are written in. Built
//! once from all loaded files, then only read; a lint asks it where else a value stands.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::diag::Elsewhere;
use crate::kql::Syntax;
use crate::kql::token::TokenKind;
use crate::rule::Kind;
use crate::rule::dialect::{self, Dialect};
use crate::text::Span;
use crate::unit::Unit;

/// What the files of a repository are called and what they hold.
#[derive(Debug, Default)]
pub(in crate::lint) struct Identities {
    files: Vec<Known>,
    ids: Index,
    names: Index,
    file_names: Index,
    queries: Index,
}

type Index = BTreeMap<String, Vec<usize>>;

/// One file of a repository.
#[derive(Debug)]
pub(in crate::lint) struct Known {
    /// Where it lies.
    pub(in crate::lint) path: PathBuf,
    /// What it is.
    pub(in crate::lint) kind: Kind,
    /// The name in it.
    pub(in crate::lint) name: String,
    /// The id in it, in lower case.
    pub(in crate::lint) id: String,
    dialect: Option<Dialect>,
    id_at: (u32, u32),
    name_at: (u32, u32),
    query_at: (u32, u32),
}

/// Which kinds share one list of the service, so that two of a name or id get in each other's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lint) enum Family {
    Analytics,
    Hunting,
    Detection,
    Function,
    Other,
}

/// The family of a kind.
pub(in crate::lint) const fn family(kind: Kind) -> Family {
    match kind {
        Kind::Scheduled | Kind::Nrt | Kind::Fusion | Kind::IncidentCreation => Family::Analytics,
        Kind::Hunting => Family::Hunting,
        Kind::CustomDetection => Family::Detection,
        Kind::AsimParser | Kind::Function | Kind::WorkspaceParser => Family::Function,
        Kind::SummaryRule | Kind::Watchlist | Kind::ExplorationQuery => Family::Other,
    }
}

impl Identities {
    /// An index of no files.
    pub(in crate::lint) const fn none() -> Self {
        Self {
            files: Vec::new(),
            ids: BTreeMap::new(),
            names: BTreeMap::new(),
            file_names: BTreeMap::new(),
            queries: BTreeMap::new(),
        }
    }

    /// Adds a file; a template, and one whose kind cannot be told, are none of the repository's rules.
    pub(in crate::lint) fn add(&mut self, unit: &Unit) {
        let rule = &unit.rule;
        let Some(kind) = rule.kind.as_ref().map(|kind| kind.value).filter(|_| !unit.is_template) else { return };
        let at = |span: Option<Span>| {
            let place = unit.source.position(span.unwrap_or_default().start);
            (place.line, place.column)
        };
        let text =
            |field: &Option<crate::rule::Field<String>>| field.as_ref().map(|field| field.value.trim().to_owned());
        let known = Known {
            path: unit.source.path().to_owned(),
            kind,
            name: text(&rule.name).unwrap_or_default(),
            id: text(&rule.id).unwrap_or_default().to_lowercase(),
            dialect: dialect::of(rule),
            id_at: at(rule.id.as_ref().map(|id| id.span)),
            name_at: at(rule.name.as_ref().map(|name| name.span)),
            query_at: at(rule.query.as_ref().map(|query| query.key)),
        };
        let number = self.files.len();
        let note = |index: &mut Index, key: Option<String>| {
            if let Some(key) = key.filter(|key| !key.is_empty()) {
                index.entry(key).or_default().push(number);
            }
        };
        note(&mut self.ids, Some(known.id.clone()));
        note(&mut self.names, Some(name_key(&known.name)));
        note(&mut self.file_names, file_name(&known.path));
        note(&mut self.queries, unit.query.as_ref().and_then(|query| query_key(&query.syntax)));
        self.files.push(known);
    }

    /// The other files with this id, in lower case.
    pub(in crate::lint) fn with_id(&self, id: &str, path: &Path) -> Vec<&Known> {
        self.others(&self.ids, id, path)
    }

    /// The other files with this name, whatever its case.
    pub(in crate::lint) fn with_name(&self, name: &str, path: &Path) -> Vec<&Known> {
        self.others(&self.names, &name_key(name), path)
    }

    /// The other files that are called like this one.
    pub(in crate::lint) fn with_file_name(&self, path: &Path) -> Vec<&Known> {
        file_name(path).map(|name| self.others(&self.file_names, &name, path)).unwrap_or_default()
    }

    /// The other files with the same query, white space and comments aside; none for a query too short to tell.
    pub(in crate::lint) fn with_query(&self, syntax: &Syntax, path: &Path) -> Vec<&Known> {
        query_key(syntax).map(|query| self.others(&self.queries, &query, path)).unwrap_or_default()
    }

    /// How many files are written in a dialect, and the first of them.
    pub(in crate::lint) fn written_in(&self, dialect: Dialect) -> (usize, Option<&Known>) {
        let mut files = self.files.iter().filter(|file| file.dialect == Some(dialect));
        let first = files.next();
        (first.map_or(0, |_| 1 + files.count()), first)
    }

    fn others<'s>(&'s self, index: &Index, key: &str, path: &Path) -> Vec<&'s Known> {
        let found = index.get(key).into_iter().flatten().filter_map(|&number| self.files.get(number));
        found.filter(|file| file.path != path).collect()
    }
}

impl Known {
    /// The place of its id.
    pub(in crate::lint) fn at_id(&self) -> Elsewhere {
        self.at(self.id_at)
    }

    /// The place of its name.
    pub(in crate::lint) fn at_name(&self) -> Elsewhere {
        self.at(self.name_at)
    }

    /// The place of its query.
    pub(in crate::lint) fn at_query(&self) -> Elsewhere {
        self.at(self.query_at)
    }

    fn at(&self, (line, column): (u32, u32)) -> Elsewhere {
        let text = if self.name.is_empty() { "here".to_owned() } else { format!("in `{}`", self.name) };
        Elsewhere { path: self.path.clone(), line, column, text }
    }
}

fn name_key(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn file_name(path: &Path) -> Option<String> {
    path.file_name().map(|name| name.to_string_lossy().to_lowercase())
}

/// The fewest words and signs of a query that cannot be the same by chance.
const FEWEST_TOKENS: usize = 10;

fn query_key(syntax: &Syntax) -> Option<String> {
    let says = says(syntax);
    (says.len() >= FEWEST_TOKENS).then(|| says.join(" "))
}

/// The words and signs of a query, without white space and comments.
pub(in crate::lint) fn says(syntax: &Syntax) -> Vec<&str> {
    let tokens = syntax.tokens.iter().filter(|token| !matches!(token.kind, TokenKind::Whitespace | TokenKind::Comment));
    tokens.map(|token| token.span.slice(&syntax.text)).filter(|text| !text.is_empty()).collect()
}
