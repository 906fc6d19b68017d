//! Saved functions: a body in a `.kql` file named like the function, the YAML of a parser as the Azure-Sentinel repository keeps
//! it, or the JSON with a function's result columns of its tests. Bodies are bound; what a function gives is inferred, also
//! through functions that call each other.

use std::path::Path;

use serde_json::Value;

use super::table::{named_columns, of_type};
use super::{document, extension, stem};
use crate::bind::ir::BoundResult;
use crate::bind::{Environment, FunctionParameter, FunctionResult, SuppliedTable, WorkspaceFunction, bind};
use crate::kql;
use crate::value::Type;

/// Functions call functions no deeper than this; columns that come from further down stay unknown.
const MAX_ROUNDS: usize = 8;

/// A saved function.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SavedFunction {
    /// What it is called; parsers have a second name in the workspace.
    names: Vec<String>,
    parameters: Vec<FunctionParameter>,
    gives: Gives,
}

/// Where what a function gives is known from.
#[derive(Debug, PartialEq, Eq)]
enum Gives {
    /// Its body, with a value for each parameter.
    Body(String),
    /// A declaration.
    Declared(FunctionResult),
}

/// Reads one file.
pub(super) fn read(path: &Path, text: &str) -> Result<SavedFunction, String> {
    if ["kql", "csl"].contains(&extension(path).as_str()) {
        let gives = Gives::Body(text.to_owned());
        return Ok(SavedFunction { names: vec![stem(path)], parameters: Vec::new(), gives });
    }
    let document = document::read(path, text)?;
    let field = |key: &str| document.get(key).and_then(Value::as_str).map(str::to_owned);
    let list = |key: &str| document.get(key).and_then(Value::as_array).map(Vec::as_slice);
    let names: Vec<String> = ["FunctionAlias", "FunctionName", "ParserName", "EquivalentBuiltInParser"]
        .into_iter()
        .filter_map(field)
        .filter(|name| !name.trim().is_empty())
        .collect();
    let parameters = ["FunctionParameters", "FunctionParams", "ParserParams"].into_iter().find_map(list);
    let parameters = parameters.unwrap_or_default().iter().map(parameter).collect::<Result<Vec<_>, _>>()?;
    let query = field("FunctionQuery").or_else(|| field("ParserQuery"));
    let gives = match (query, list("FunctionResultColumns")) {
        _ if names.is_empty() => None,
        (Some(query), _) => Some(Gives::Body(with_values(&parameters, &query))),
        (None, Some(columns)) => Some(Gives::Declared(FunctionResult::Table(SuppliedTable {
            columns: named_columns(columns).map_err(|error| format!("`FunctionResultColumns`: {error}"))?.into(),
            open: false,
        }))),
        (None, None) => None,
    };
    let gives = gives.ok_or(
        "is no saved function: FunctionName with FunctionQuery or FunctionResultColumns, or ParserName with ParserQuery, is \
         expected",
    )?;
    Ok(SavedFunction { names, parameters, gives })
}

/// A parameter as a parser's YAML lists it. It may be left out where it has a default, or is said not to be required.
fn parameter(of: &Value) -> Result<FunctionParameter, String> {
    let field = |key: &str| of.get(key).and_then(Value::as_str).map(str::trim);
    let (Some(name), Some(ty)) = (field("Name"), field("Type")) else {
        return Err("a parameter lacks Name or Type".to_owned());
    };
    // A table's columns stand behind its name or its type: `T:(a:string)`, `table:(*)`.
    let (name, columns) = name.split_once(':').map_or((name, None), |(name, columns)| (name.trim(), Some(columns)));
    let is_table = columns.is_some() || ty.starts_with('(') || ty.to_lowercase().starts_with("table");
    let scalar = if is_table { None } else { of_type(ty) };
    if scalar.is_none() && !is_table {
        return Err(format!("`{ty}`, the type of parameter {name}, is no type of Kusto"));
    }
    let required = of.get("IsRequired").is_some_and(|required| *required == Value::Bool(true) || required == "true");
    let optional = of.get("Default").is_some() || (of.get("IsRequired").is_some() && !required);
    Ok(FunctionParameter { name: name.into(), ty: scalar, optional })
}

/// The body with a value of the right type for each parameter: no value of one changes what columns there are.
fn with_values(parameters: &[FunctionParameter], query: &str) -> String {
    let mut text = String::new();
    for parameter in parameters {
        let value = match parameter.ty {
            // Of a table in another database nothing is known.
            None => "database('').T".to_owned(),
            Some(Type::String) => "''".to_owned(),
            Some(ty) => format!("{ty}(null)"),
        };
        text.extend(["let ", &parameter.name, " = ", &value, ";\n"]);
    }
    text.push_str(query);
    text
}

/// Binds the functions and adds what each gives, which is unknown until then.
pub(super) fn supply(functions: &[SavedFunction], environment: &mut Environment) {
    let mut bodies: Vec<(&SavedFunction, kql::Syntax)> = Vec::new();
    for function in functions {
        let result = match &function.gives {
            Gives::Declared(result) => result.clone(),
            Gives::Body(body) => {
                bodies.push((function, kql::parse(body)));
                FunctionResult::Unknown
            }
        };
        supply_one(function, &result, environment);
    }
    for _ in 0..MAX_ROUNDS {
        let mut changed = false;
        for (function, syntax) in &bodies {
            let result = given(syntax, environment);
            let known = function.names.first().and_then(|name| environment.supplied_function(name));
            if known.is_some_and(|known| known.result != result) {
                changed = true;
                supply_one(function, &result, environment);
            }
        }
        if !changed {
            break;
        }
    }
}

fn supply_one(function: &SavedFunction, result: &FunctionResult, environment: &mut Environment) {
    for name in &function.names {
        let parameters = function.parameters.clone();
        environment.supply_function(name, WorkspaceFunction { parameters, result: result.clone() });
    }
}

/// What a body gives, where it parses.
fn given(syntax: &kql::Syntax, environment: &Environment) -> FunctionResult {
    if !syntax.problems.is_empty() {
        return FunctionResult::Unknown;
    }
    match bind(syntax, environment).results.pop() {
        Some(BoundResult::Table(table)) => {
            FunctionResult::Table(SuppliedTable { columns: table.columns, open: table.open })
        }
        Some(BoundResult::Scalar(value)) if value.ty != Type::Unknown => FunctionResult::Scalar(value.ty),
        Some(BoundResult::Scalar(_)) | None => FunctionResult::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(environment: &Environment, name: &str) -> String {
        let function = environment.supplied_function(name).expect("supplied");
        let parameter = |of: &FunctionParameter| {
            let ty = of.ty.map_or("table", Type::as_str);
            format!("{}:{ty}{}", of.name, if of.optional { "?" } else { "" })
        };
        let parameters: Vec<String> = function.parameters.iter().map(parameter).collect();
        let result = match &function.result {
            FunctionResult::Table(table) => {
                let columns: Vec<String> = table.columns.iter().map(|c| format!("{}:{}", c.name, c.ty)).collect();
                format!("{}{}", columns.join(","), if table.open { "*" } else { "" })
            }
            other => format!("{other:?}"),
        };
        format!("({}) {result}", parameters.join(", "))
    }

    fn world(files: &[(&str, &str)]) -> Environment {
        let functions: Vec<SavedFunction> =
            files.iter().map(|(path, text)| read(Path::new(path), text).expect("a function")).collect();
        let mut environment = Environment::new();
        supply(&functions, &mut environment);
        environment
    }

    #[test]
    fn functions_that_call_each_other_have_their_columns() {
        let parser = "ParserName: vimX\nEquivalentBuiltInParser: _Im_X\nParserParams:\n  - Name: disabled\n    Type: bool\n    Default: false\n\
                      ParserQuery: |\n  Inner | where not(disabled) | extend d = disabled\n";
        let environment = world(&[("p.yaml", parser), ("Inner.kql", "print a = 1, b = 'x'")]);
        for name in ["vimX", "_Im_X"] {
            assert_eq!(shown(&environment, name), "(disabled:bool?) a:long,b:string,d:bool");
        }
    }

    #[test]
    fn scalars_tables_and_declared_columns_are_told_apart() {
        let scalar = "FunctionName: Up\nFunctionParams:\n  - Name: s\n    Type: string\nFunctionQuery: toupper(s)\n";
        let rows = "FunctionName: Rows\nFunctionParams:\n  - Name: T:(a:string)\n    Type: table\n  - Name: n\n    Type: int\nFunctionQuery: T | extend b = n\n";
        let declared = r#"{"FunctionName": "D", "FunctionParameters": [{"Name": "n", "Type": "Int", "IsRequired": false}],
            "FunctionResultColumns": [{"Name": "a", "Type": "Long"}]}"#;
        let environment = world(&[("u.yaml", scalar), ("r.yaml", rows), ("d.json", declared)]);
        assert_eq!(shown(&environment, "Up"), "(s:string) Scalar(String)");
        assert_eq!(shown(&environment, "Rows"), "(T:table, n:int) b:int*");
        assert_eq!(shown(&environment, "D"), "(n:int?) a:long");
    }

    #[test]
    fn a_function_that_calls_itself_ends() {
        let environment = world(&[("F.kql", "F | extend a = 1")]);
        assert_eq!(shown(&environment, "F"), "() a:long*");
    }
}
