//! The ARM target: renders the template, reads the JSON again, compares what a rule is about with the rule, checks it
//! against the schema and lays it out.

use serde_json::Value;

use super::{Context, EmitError, Target, TemplateError, Templates, check, escape};

/// The text of the ARM template.
pub(super) fn render(context: &Context, templates: &Templates) -> Result<String, EmitError> {
    let name = if context.kind == "Hunting" { "arm/hunting_query.json.jinja" } else { "arm/alert_rule.json.jinja" };
    let fail = |message: String| TemplateError { template: name.to_owned(), message };
    let rendered = templates.render(Target::Arm, name, context)?;
    let template: Value =
        serde_json::from_str(&rendered).map_err(|error| fail(format!("the output is no JSON: {error}")))?;
    let properties = &template["resources"][0]["properties"];
    for (property, expected) in [("query", &context.query), ("displayName", &context.name)] {
        let literal = properties[property].as_str();
        if literal.and_then(escape::arm_text) != Some(expected) {
            return Err(fail(format!("the output's {property} is not the rule's")).into());
        }
    }
    check::arm(&template)?;
    let mut text = serde_json::to_string_pretty(&template).map_err(|error| fail(error.to_string()))?;
    text.push('\n');
    Ok(text)
}
