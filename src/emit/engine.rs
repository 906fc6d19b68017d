//! Renders the templates of `templates/`: minijinja, strict about names that are not there, with one formatter a target,
//! so that `{{ value }}` always gives a literal of the target's language and no text of a rule can become code.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, ValueKind};
use minijinja::{AutoEscape, Environment, ErrorKind, Output, UndefinedBehavior, Value};
use serde::Serialize;

use super::Target;
use super::escape;

/// The templates that come with the product, by their path below `templates/`.
const EMBEDDED: [(&str, &str); 5] = [
    ("arm/alert_rule.json.jinja", include_str!("../../templates/arm/alert_rule.json.jinja")),
    ("arm/hunting_query.json.jinja", include_str!("../../templates/arm/hunting_query.json.jinja")),
    ("bicep/alert_rule.bicep.jinja", include_str!("../../templates/bicep/alert_rule.bicep.jinja")),
    ("bicep/hunting_query.bicep.jinja", include_str!("../../templates/bicep/hunting_query.bicep.jinja")),
    ("sigma/rule.yml.jinja", include_str!("../../templates/sigma/rule.yml.jinja")),
];

/// How many steps a template may take: far more than any rule needs, so that an endless loop ends.
const FUEL: u64 = 5_000_000;

/// The templates of one run.
#[derive(Debug, Clone)]
pub struct Templates {
    texts: BTreeMap<&'static str, String>,
}

/// A template that does not parse, names something that is not there, or gives no artefact of its target.
#[derive(Debug, thiserror::Error)]
#[error("template {template}: {message}")]
pub struct TemplateError {
    /// The template's path below `templates/`.
    pub template: String,
    /// What is wrong.
    pub message: String,
}

impl Default for Templates {
    fn default() -> Self {
        Self { texts: EMBEDDED.iter().map(|&(name, text)| (name, text.to_owned())).collect() }
    }
}

impl Templates {
    /// The paths, below a templates folder, that [`Templates::replace`] knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        EMBEDDED.iter().map(|&(name, _)| name)
    }

    /// Uses `text` in the place of the template that comes with the product; false if there is none called `name`.
    pub fn replace(&mut self, name: &str, text: String) -> bool {
        self.texts.iter_mut().find(|(known, _)| **known == name).map(|(_, old)| *old = text).is_some()
    }

    /// Renders one template. Line ends come out as line feeds, with one at the end.
    pub(super) fn render(
        &self,
        target: Target,
        name: &'static str,
        context: &impl Serialize,
    ) -> Result<String, TemplateError> {
        let fail = |error: minijinja::Error| TemplateError { template: name.to_owned(), message: with_causes(&error) };
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
        let mut environment = environment(target, syntax.map_err(fail)?);
        let source = self.texts.get(name).map_or("", String::as_str).replace("\r\n", "\n");
        environment.add_template_owned(name, source).map_err(fail)?;
        let template = environment.get_template(name).map_err(fail)?;
        template.render(Serde(context)).map_err(fail)
    }
}

fn environment(target: Target, syntax: SyntaxConfig) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_syntax(syntax);
    environment.set_fuel(Some(FUEL));
    match target {
        Target::Arm => environment.set_formatter(|out, _, value| write(out, value, escape::arm)),
        Target::Bicep => {
            environment.set_formatter(|out, _, value| write(out, value, escape::bicep));
            environment.add_filter("key", |key: String| Value::from_safe_string(escape::bicep_key(&key)));
            environment.add_filter("bare", bare);
        }
        Target::Sigma => {
            environment.set_formatter(|out, _, value| write(out, value, escape::yaml));
            environment.add_filter("block", |text: String| Value::from_safe_string(escape::yaml_block(&text)));
        }
    }
    environment
}

/// Writes a value as a literal; what a filter has already made text of the target is written as it is.
fn write(out: &mut Output, value: &Value, literal: fn(&serde_json::Value) -> String) -> Result<(), minijinja::Error> {
    if value.kind() == ValueKind::Undefined {
        return Err(minijinja::Error::from(ErrorKind::UndefinedError));
    }
    if value.is_safe() {
        out.write_str(value.as_str().unwrap_or_default())?;
        return Ok(());
    }
    let json = serde_json::to_value(value).map_err(|error| {
        minijinja::Error::new(ErrorKind::BadSerialization, "a value of no JSON type").with_source(error)
    })?;
    out.write_str(&literal(&json))?;
    Ok(())
}

/// A version inside a literal that the template itself writes: letters, digits, `.` and `-`, nothing that could end it.
fn bare(text: String) -> Result<Value, minijinja::Error> {
    if text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')) {
        return Ok(Value::from_safe_string(text));
    }
    Err(minijinja::Error::new(ErrorKind::InvalidOperation, "`bare` takes letters, digits, `.` and `-` only"))
}

fn with_causes(error: &minijinja::Error) -> String {
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        message.push_str(": ");
        message.push_str(&error.to_string());
        cause = error.source();
    }
    message
}
