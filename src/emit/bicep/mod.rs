//! The Bicep target: renders the template, reads the file again with a reader of our own, compares what a rule is about
//! with the rule and checks the resource against the schema of the ARM target.

mod read;

use serde_json::{Map, Value};

use super::{Context, EmitError, Target, TemplateError, Templates, check, escape};
use read::{Resource, Term};

/// The text of the Bicep file.
pub(super) fn render(context: &Context, templates: &Templates) -> Result<String, EmitError> {
    let name =
        if context.kind == "Hunting" { "bicep/hunting_query.bicep.jinja" } else { "bicep/alert_rule.bicep.jinja" };
    let fail = |message: String| TemplateError { template: name.to_owned(), message };
    let text = templates.render(Target::Bicep, name, context)?;
    let resources = read::resources(&text).map_err(|error| fail(format!("the output is no Bicep: {error}")))?;
    let rule = the_rule(&resources).ok_or_else(|| fail("the output has no rule resource".to_owned()))?;
    for (property, expected) in [("query", &context.query), ("displayName", &context.name)] {
        if rule["properties"][property].as_str().and_then(escape::arm_text) != Some(expected) {
            return Err(fail(format!("the output's {property} is not the rule's")).into());
        }
    }
    check::resource(&rule)?;
    Ok(text)
}

/// The one resource that is a rule, as the ARM resource it stands for.
fn the_rule(resources: &[Resource]) -> Option<Value> {
    let mut rules = resources.iter().filter(|resource| resource.body.iter().any(|(key, _)| key == "properties"));
    let resource = rules.next().filter(|_| rules.next().is_none())?;
    let (kind, version) = resource.kind.split_once('@')?;
    let mut out = Map::new();
    out.insert("type".to_owned(), Value::String(kind.to_owned()));
    out.insert("apiVersion".to_owned(), Value::String(version.to_owned()));
    for (key, term) in &resource.body {
        if key == "properties" || key == "kind" {
            out.insert(key.clone(), value(term));
        }
    }
    Some(Value::Object(out))
}

/// The ARM value a term is compiled to (Bicep escapes what ARM would read as an expression); a reference to a symbol is null, which no checked property allows.
fn value(term: &Term) -> Value {
    match term {
        Term::Text(text) => Value::String(escape::arm_literal(text)),
        Term::Number(number) => Value::from(*number),
        Term::Bool(truth) => Value::Bool(*truth),
        Term::Reference => Value::Null,
        Term::Array(items) => Value::Array(items.iter().map(value).collect()),
        Term::Object(slots) => Value::Object(slots.iter().map(|(key, term)| (key.clone(), value(term))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hostile() -> impl Strategy<Value = String> {
        let pieces = vec![
            "'", "''", "'''", "${", "$", "$'''", "\\", "\\u{41}", "\n", "\r\n", "\r", "\t", "}", "]", "//", "/*",
            "\u{0}", "\u{feff}", "\u{2028}", "é😀", "a b",
        ];
        let piece =
            prop_oneof![proptest::sample::select(pieces).prop_map(str::to_owned), any::<char>().prop_map(String::from)];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in hostile(), key in hostile()) {
            let body = escape::bicep(&Value::String(text.clone()));
            let file = format!("resource r 'a/b@1' = {{\n  properties: {{\n    {}: {body}\n    end: 1\n  }}\n}}\n", escape::bicep_key(&key));
            let resources = read::resources(&file).map_err(|error| TestCaseError::fail(format!("{error}\n{file}")))?;
            let expected = Term::Object(vec![(key, Term::Text(text)), ("end".to_owned(), Term::Number(1))]);
            prop_assert_eq!(&resources[0].body[0].1, &expected, "{}", file);
        }

        #[test]
        fn reading_never_panics(file in hostile()) {
            let _ = read::resources(&format!("resource r 'a' = {{ x: {file} }}"));
            let _ = read::resources(&file);
        }
    }
}
