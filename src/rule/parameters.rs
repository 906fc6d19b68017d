//! What the query of a parser or of a saved function is given: a list with a name and a type each, or, in a workspace parser,
//! one text as the workspace shows it: `starttime:datetime=datetime(null), disabled:bool=false`.

use super::model::Parameter;
use super::read::entry;
use crate::kql;
use crate::kql::ast::{LetValue, ParameterType, StatementKind};
use crate::value::Type;
use crate::yaml::{Mapping, Node};

/// The parameters of the file, in its order; what cannot be read is left out.
pub(super) fn read(rule: &Mapping) -> Vec<Parameter> {
    let listed = ["ParserParams", "FunctionParams", "FunctionParameters"].into_iter().find_map(|key| entry(rule, key));
    if let Some(items) = listed.and_then(|entry| entry.value.as_sequence()) {
        return items.iter().filter_map(from_item).collect();
    }
    let written = listed.or_else(|| entry(rule, "functionParameters"));
    written.and_then(|entry| entry.value.as_scalar()).map(|text| from_text(&text.value)).unwrap_or_default()
}

fn from_item(item: &Node) -> Option<Parameter> {
    let item = item.as_mapping()?;
    let text = |key: &str| entry(item, key)?.value.as_scalar().map(|text| text.value.trim().to_owned());
    let ty = text("Type").and_then(|ty| Type::from_name(&ty.to_lowercase()));
    Some(Parameter { name: text("Name")?, ty })
}

fn from_text(text: &str) -> Vec<Parameter> {
    let syntax = kql::parse(&format!("let f = ({text}) {{ 1 }}; f()"));
    let declared = syntax.query.statements.first().map(|statement| &statement.kind);
    let Some(StatementKind::Let { value: LetValue::Function(function), .. }) = declared else { return Vec::new() };
    let parameter = |parameter: &kql::ast::Parameter| {
        let ty = match &parameter.ty {
            ParameterType::Scalar(Some(ty)) => Type::from_name(&ty.span.slice(&syntax.text).to_lowercase()),
            _ => None,
        };
        Parameter { name: parameter.name.text(&syntax.text).into_owned(), ty }
    };
    function.parameters.iter().map(parameter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_parameters() {
        let read = from_text("start:datetime=datetime(null), names:dynamic=dynamic(['a,b']), T:(*), odd");
        let names: Vec<(&str, Option<Type>)> = read.iter().map(|known| (known.name.as_str(), known.ty)).collect();
        assert_eq!(
            names,
            [("start", Some(Type::DateTime)), ("names", Some(Type::Dynamic)), ("T", None), ("odd", None)]
        );
        assert!(from_text(") | evil (").is_empty() && from_text("").is_empty());
    }
}
