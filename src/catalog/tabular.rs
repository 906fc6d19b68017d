//! Tabular operators as people read them: how each is written, what it does, and its parameters (Microsoft: "Tabular operators" of
//! the Kusto documentation, a page for each).

use super::lines::SortedLines;

/// An operator's line is `name<TAB>form<TAB>doc`; those of its parameters follow it as `name parameter<TAB>values<TAB>doc`.
const TABULAR: SortedLines = SortedLines(include_str!("../../schemas/catalog/functions/tabular.txt"));

/// A tabular operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabularOperator {
    /// Its word: `join`.
    pub name: &'static str,
    /// How it is written, with what may be left out in brackets.
    pub form: &'static str,
    /// What it does, in one sentence.
    pub doc: &'static str,
    /// Its parameters, by name.
    pub parameters: Vec<OperatorParameter>,
}

/// A parameter of a tabular operator: `kind` of `join`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorParameter {
    /// Its name.
    pub name: &'static str,
    /// The values it takes, in words.
    pub values: &'static str,
    /// What it says, in one sentence.
    pub doc: &'static str,
}

/// The tabular operator that this very word starts.
pub fn tabular_operator(name: &str) -> Option<TabularOperator> {
    let (name, rest) = TABULAR.entry(name).filter(|(name, _)| !name.contains(' '))?;
    let (form, doc) = rest.split_once('\t')?;
    let parameters = TABULAR.entries().filter_map(|(key, rest)| parameter(key, rest, name)).collect();
    Some(TabularOperator { name, form, doc, parameters })
}

fn parameter(key: &'static str, rest: &'static str, operator: &str) -> Option<OperatorParameter> {
    let name = key.strip_prefix(operator)?.strip_prefix(' ')?;
    let (values, doc) = rest.split_once('\t')?;
    Some(OperatorParameter { name, values, doc })
}

/// The words that start tabular operators, sorted.
pub fn tabular_operator_names() -> impl Iterator<Item = &'static str> {
    TABULAR.names().filter(|name| !name.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_that_of_an_operator_or_of_its_parameter() {
        let mut lines = 0;
        for operator in tabular_operator_names().filter_map(tabular_operator) {
            lines += 1 + operator.parameters.len();
            for doc in operator.parameters.iter().map(|parameter| parameter.doc).chain([operator.doc]) {
                assert!(doc.ends_with('.') && doc.len() < 140, "{}: {doc}", operator.name);
            }
            assert!(operator.form.starts_with(operator.name), "{}", operator.name);
        }
        assert_eq!(lines, TABULAR.entries().count());
        assert_eq!(tabular_operator("join kind"), None);
    }
}
