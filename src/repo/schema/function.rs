//! Saved functions: a body in a `.kql` file named like the function, or the YAML of a parser as the Azure-Sentinel repository
//! keeps it. Bodies are bound; what a function gives is inferred, also through functions that call each other.

use std::path::Path;

use serde_json::Value;

use super::{document, extension, stem};
use crate::bind::ir::BoundResult;
use crate::bind::{Environment, SuppliedTable, bind};
use crate::kql;
use crate::value::Type;

/// Functions call functions no deeper than this; columns that come from further down stay unknown.
const MAX_ROUNDS: usize = 8;

/// A saved function.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SavedFunction {
    /// What it is called; parsers have a second name in the workspace.
    names: Vec<String>,
    /// The body, with a null of the right type for each parameter. `None` where a parameter is a table.
    body: Option<String>,
}

/// Reads one file.
pub(super) fn read(path: &Path, text: &str) -> Result<SavedFunction, String> {
    if ["kql", "csl"].contains(&extension(path).as_str()) {
        return Ok(SavedFunction { names: vec![stem(path)], body: Some(text.to_owned()) });
    }
    let document = document::read(path, text)?;
    let field = |key: &str| document.get(key).and_then(Value::as_str).map(str::to_owned);
    let names: Vec<String> = ["FunctionAlias", "FunctionName", "ParserName", "EquivalentBuiltInParser"]
        .into_iter()
        .filter_map(field)
        .filter(|name| !name.trim().is_empty())
        .collect();
    let query = field("FunctionQuery").or_else(|| field("ParserQuery"));
    let (false, Some(query)) = (names.is_empty(), query) else {
        return Err(
            "is no saved function: FunctionName with FunctionQuery, or ParserName with ParserQuery, is expected"
                .to_owned(),
        );
    };
    let parameters =
        ["FunctionParameters", "FunctionParams", "ParserParams"].into_iter().find_map(|key| document.get(key));
    let parameters = parameters.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    Ok(SavedFunction { names, body: with_parameters(parameters, &query) })
}

fn with_parameters(parameters: &[Value], query: &str) -> Option<String> {
    let mut text = String::new();
    for parameter in parameters {
        let field = |key: &str| parameter.get(key).and_then(Value::as_str).map(str::trim);
        let (name, ty) = (field("Name")?, field("Type")?.to_lowercase());
        let value = match Type::from_name(&ty)? {
            Type::String => "''".to_owned(),
            ty => format!("{ty}(null)"),
        };
        text.extend(["let ", name, " = ", &value, ";\n"]);
    }
    text.push_str(query);
    Some(text)
}

/// Binds the functions and adds what each gives. Until that is known a function gives a table of unknown columns.
pub(super) fn supply(functions: &[SavedFunction], environment: &mut Environment) {
    let unknown = SuppliedTable { columns: Vec::new(), open: true };
    for name in functions.iter().flat_map(|function| &function.names) {
        environment.supply_function(name, unknown.clone());
    }
    let bodies: Vec<(&SavedFunction, kql::Syntax)> =
        functions.iter().filter_map(|function| Some((function, kql::parse(function.body.as_deref()?)))).collect();
    for _ in 0..MAX_ROUNDS {
        let mut changed = false;
        for (function, syntax) in &bodies {
            let Some(result) = given(syntax, environment) else { continue };
            for name in &function.names {
                changed |= environment.function(name) != Some(&result);
                environment.supply_function(name, result.clone());
            }
        }
        if !changed {
            break;
        }
    }
}

/// What a body gives, where it parses and is a table.
fn given(syntax: &kql::Syntax, environment: &Environment) -> Option<SuppliedTable> {
    if !syntax.problems.is_empty() {
        return None;
    }
    match bind(syntax, environment).results.pop()? {
        BoundResult::Table(table) => Some(SuppliedTable { columns: table.columns, open: table.open }),
        BoundResult::Scalar(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_that_call_each_other_have_their_columns() {
        let parser = "ParserName: vimX\nEquivalentBuiltInParser: _Im_X\nParserParams:\n  - Name: disabled\n    Type: bool\n    Default: false\n\
                      ParserQuery: |\n  Inner | where not(disabled) | extend d = disabled\n";
        let functions = [
            read(Path::new("p.yaml"), parser).expect("a parser"),
            read(Path::new("Inner.kql"), "print a = 1, b = 'x'").expect("a body"),
        ];
        let mut environment = Environment::new();
        supply(&functions, &mut environment);
        for name in ["vimX", "_Im_X"] {
            let result = environment.function(name).expect("supplied");
            let columns: Vec<String> = result.columns.iter().map(|c| format!("{}:{}", c.name, c.ty)).collect();
            assert_eq!((columns.join(","), result.open), ("a:long,b:string,d:bool".to_owned(), false));
        }
    }

    #[test]
    fn a_function_that_calls_itself_ends() {
        let functions = [read(Path::new("F.kql"), "F | extend a = 1").expect("a body")];
        let mut environment = Environment::new();
        supply(&functions, &mut environment);
        assert!(environment.function("F").is_some_and(|result| result.open));
    }
}
