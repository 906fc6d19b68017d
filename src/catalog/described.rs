//! Built-in functions and the operators between values as people read them: what each gives in one line, and the ways to call it.

use super::functions::{AGGREGATE, OPERATOR, PLUGIN, SCALAR};
use super::lines::SortedLines;

const DOCS: SortedLines = SortedLines(include_str!("../../schemas/catalog/functions/docs.txt"));

/// A scalar function, an aggregate, a plugin or an operator between values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Described {
    /// `scalar`, `aggregate`, `plugin` or `operator`.
    pub kind: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it gives; `None` for one that is out of date.
    pub doc: Option<&'static str>,
    /// What to write in the place of one that is out of date.
    pub instead: Option<&'static str>,
    signatures: &'static str,
}

impl Described {
    /// The ways to call it in the notation of the catalogue: `(value: number, roundTo: number) -> widest`.
    pub fn signatures(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.signatures.split(" ; ").map(str::trim)
    }
}

/// The functions of this very name; a few are both scalar and aggregate.
pub fn described(name: &str) -> Vec<Described> {
    [("scalar", SCALAR), ("aggregate", AGGREGATE), ("plugin", PLUGIN), ("operator", OPERATOR)]
        .into_iter()
        .filter_map(|(kind, functions)| {
            let (name, rest) = functions.entries().find(|(known, _)| *known == name)?;
            let mut fields = rest.split('\t').skip(1);
            let instead = fields.next().filter(|instead| *instead != "-");
            Some(Described {
                kind,
                name,
                doc: DOCS.get(&format!("{kind} {name}")),
                instead,
                signatures: fields.next()?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_described_or_out_of_date() {
        let mut docs = 0;
        for (name, _) in [SCALAR, AGGREGATE, PLUGIN, OPERATOR].into_iter().flat_map(SortedLines::entries) {
            for function in described(name) {
                assert!(function.doc.is_some() != function.instead.is_some(), "{} {name}", function.kind);
            }
        }
        for (key, doc) in DOCS.entries() {
            let (kind, name) = key.split_once(' ').expect("kind and name");
            assert!(described(name).iter().any(|function| function.kind == kind && function.doc == Some(doc)), "{key}");
            assert!(doc.ends_with('.') && doc.len() < 120, "{key}: {doc}");
            docs += 1;
        }
        assert!(docs > 400, "{docs} lines");
    }
}
