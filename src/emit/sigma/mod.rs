//! The Sigma target: reads what a query tests out of its syntax tree and writes a detection rule that matches the same
//! events, or more of them where Sigma's own modifiers are wider (each widening is a loss; [`Matching::Exact`] uses
//! regular expressions instead). What Sigma cannot say is refused with its place: a rule that matches fewer events, or
//! others, is never written.
//!
//! ```text
//! query -> pipeline (stages: which rows pass) -> predicate (expressions -> Condition) -> detection (selections, condition)
//! ```

mod column;
mod constants;
mod detection;
mod head;
mod logsource;
mod pipeline;
mod predicate;
mod terms;

use serde::Serialize;
use serde_json::Value;

use super::engine::{TemplateError, Templates};
use super::loss::{Loss, Reason, Refusal};
use super::{EmitError, Matching, Target, check};
use crate::text::Span;
use crate::unit::Unit;

/// The template.
const TEMPLATE: &str = "sigma/rule.yml.jinja";

/// A rule as the Sigma template says it: the contract of `templates/sigma` (docs/templates.md lists it).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SigmaRule {
    /// The rule's name.
    pub title: String,
    /// The rule's GUID, in lower case.
    pub id: String,
    /// `stable`, `test`, `experimental`, `deprecated`.
    pub status: &'static str,
    /// The description without the lines that are only a link.
    pub description: Option<String>,
    /// The links of the description.
    pub references: Vec<String>,
    /// `attack.command-and-control`, `attack.t1219`.
    pub tags: Vec<String>,
    /// The category of the log source.
    pub category: String,
    /// The product of the log source.
    pub product: String,
    /// The named parts of the detection.
    pub selections: Vec<SigmaSelection>,
    /// How they are joined.
    pub condition: String,
    /// `informational`, `low`, `medium`, `high`.
    pub level: String,
}

/// One named part of a detection: it matches when any alternative does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SigmaSelection {
    /// Its name.
    pub name: String,
    /// Whether it is written as a list: there is more than one alternative.
    pub is_list: bool,
    /// The alternatives; each matches when all its fields do.
    pub alternatives: Vec<Vec<SigmaField>>,
}

/// A test of one field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SigmaField {
    /// The field and its modifiers: `Image|endswith`.
    pub key: String,
    /// The values in Sigma's notation (wildcards escaped); any of them, or all with the modifier `all`.
    pub values: Vec<Value>,
}

/// The Sigma rule of a unit, the prefix of its file's name, and what it loses.
pub(super) fn read(unit: &Unit, matching: Matching) -> Result<(SigmaRule, &'static str, Vec<Loss>), Refusal> {
    let mut notes = Notes::default();
    let head = head::read(&unit.rule, &mut notes);
    let Some(query) = &unit.query else {
        notes.refuse("the rule has no query", None);
        return Err(notes.into_refusal());
    };
    if let Some(problem) = query.syntax.problems.first() {
        notes.refuse(format!("the query does not parse: {}", problem.message), Some(problem.span));
    }
    let matched = if notes.reasons.is_empty() { pipeline::read(&query.syntax, matching, &mut notes) } else { None };
    notes.map_query_spans(|span| query.to_file(span));
    let (Some(head), Some(matched)) = (head, matched) else { return Err(notes.into_refusal()) };
    let (selections, condition) = detection::build(&matched.condition);
    let rule = SigmaRule {
        title: head.title,
        id: head.id,
        status: head.status,
        description: head.description,
        references: head.references,
        tags: head.tags,
        category: matched.category.name.clone(),
        product: matched.product.to_owned(),
        selections,
        condition,
        level: head.level,
    };
    Ok((rule, &matched.category.file_prefix, notes.losses))
}

/// The text of the Sigma rule: rendered, read again, compared and checked.
pub(super) fn render(rule: &SigmaRule, templates: &Templates) -> Result<String, EmitError> {
    let fail = |message: String| TemplateError { template: TEMPLATE.to_owned(), message };
    let text = templates.render(Target::Sigma, TEMPLATE, rule)?;
    let value: Value = serde_yaml::from_str(&text).map_err(|error| fail(format!("the output is no YAML: {error}")))?;
    if value["title"].as_str() != Some(&rule.title) || value["detection"] != detection::as_value(rule) {
        return Err(fail("the output's title or detection is not the rule's".to_owned()).into());
    }
    check::sigma(&value)?;
    Ok(text)
}

/// What reading a rule for Sigma has to say. Places of the query and of the file are told apart until they are mapped.
#[derive(Debug, Default)]
struct Notes {
    losses: Vec<Loss>,
    reasons: Vec<Reason>,
    /// How many of each came from the head of the rule and hold offsets of the file.
    of_file: (usize, usize),
}

impl Notes {
    fn lose(&mut self, what: impl Into<String>, why: impl Into<String>, span: Span) {
        self.losses.push(Loss::lost(what, why, Some(span)));
    }

    fn refuse(&mut self, message: impl Into<String>, span: Option<Span>) {
        self.reasons.push(Reason::new(message, span));
    }

    /// What was said so far holds offsets of the file.
    fn end_of_head(&mut self) {
        self.of_file = (self.losses.len(), self.reasons.len());
    }

    fn map_query_spans(&mut self, to_file: impl Fn(Span) -> Span) {
        for loss in &mut self.losses[self.of_file.0..] {
            loss.span = loss.span.map(&to_file);
        }
        for reason in &mut self.reasons[self.of_file.1..] {
            reason.span = reason.span.map(&to_file);
        }
    }

    fn into_refusal(self) -> Refusal {
        Refusal { reasons: self.reasons }
    }
}
