//! Compiles a loaded rule file to what a deployment or another tool reads: an ARM template, a Bicep file, a Sigma rule.
//!
//! ```text
//! Unit -> context (what every template may say) -> engine (templates/) -> text -> read again, compared, checked -> Artefact
//! ```
//!
//! A target that has no place for something a rule says loses it by name: every [`Artefact`] carries its [`Loss`]es. What
//! cannot be said at all is a [`Refusal`]; half a rule or a different rule is never written. The same unit gives the
//! same bytes.

mod arm;
mod bicep;
mod check;
mod context;
mod engine;
mod escape;
mod file_name;
mod loss;
mod sigma;

use std::str::FromStr;

pub use context::Context;
pub use engine::{TemplateError, Templates};
pub use loss::{Loss, LossKind, Reason, Refusal};
pub use sigma::{SigmaField, SigmaRule, SigmaSelection};

use crate::diag::Level;
use crate::unit::Unit;

/// What a rule can be compiled to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// An Azure Resource Manager template, as Sentinel Repositories deploys it.
    Arm,
    /// A Bicep file, the same resource.
    Bicep,
    /// A Sigma detection rule.
    Sigma,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 3] = [Self::Arm, Self::Bicep, Self::Sigma];

    /// The word users write, and the folder its files are written to.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Arm => "arm",
            Self::Bicep => "bicep",
            Self::Sigma => "sigma",
        }
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|target| target.as_str() == text).ok_or_else(|| {
            format!("no target is called `{text}`; there are {}", Self::ALL.map(Self::as_str).join(", "))
        })
    }
}

/// How close a Sigma rule keeps to the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Matching {
    /// Sigma's own modifiers, which every backend knows, where they match at least what the query matches; each widening is a loss.
    #[default]
    Portable,
    /// Regular expressions where Sigma's own modifiers would match more than the query does.
    Exact,
}

/// One compiled file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// What it is.
    pub target: Target,
    /// Its name, relative to the output folder, with `/`: `arm/fleetdeck.json`.
    pub file_name: String,
    /// Its text; lines end with a line feed.
    pub text: String,
    /// What the rule says and the target does not, and what the target needs and the rule does not say.
    pub losses: Vec<Loss>,
}

/// Why there is no artefact.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// The rule cannot be said in the target.
    #[error("the rule cannot be said in this target")]
    Refused(Refusal),
    /// A template is broken: it does not parse, uses a name that is not there, or gives an output that is no artefact.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

impl From<Refusal> for EmitError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Compiles `unit` to `target`. Reads no file and no clock.
pub fn emit(unit: &Unit, target: Target, matching: Matching, templates: &Templates) -> Result<Artefact, EmitError> {
    refuse_kind(unit, target)?;
    refuse_broken(unit)?;
    let stem = file_name::stem(unit.source.path()).map_err(Refusal::of)?;
    match target {
        Target::Arm => {
            let (context, losses) = context::read(unit)?;
            let text = arm::render(&context, templates)?;
            Ok(Artefact { target, file_name: format!("arm/{stem}.json"), text, losses })
        }
        Target::Bicep => {
            let (context, losses) = context::read(unit)?;
            let text = bicep::render(&context, templates)?;
            Ok(Artefact { target, file_name: format!("bicep/{stem}.bicep"), text, losses })
        }
        Target::Sigma => {
            let (rule, prefix, losses) = sigma::read(unit, matching)?;
            let text = sigma::render(&rule, templates)?;
            let name = file_name::sigma(prefix, &stem);
            Ok(Artefact { target, file_name: format!("sigma/{name}.yml"), text, losses })
        }
    }
}

/// Refuses files of kinds that no target has a place for.
fn refuse_kind(unit: &Unit, target: Target) -> Result<(), Refusal> {
    let Some(kind) = unit.rule.kind.as_ref().filter(|kind| !kind.value.is_detection()) else { return Ok(()) };
    let message = format!(
        "{} cannot be compiled to {}; scheduled and near-real-time rules and hunting queries can",
        kind.value.describe(),
        target.as_str()
    );
    Err(Refusal::of(Reason::new(message, Some(kind.span))))
}

/// Refuses a file that was not read whole or whose query does not parse: what is left of it is another rule. Fields that
/// the rule schema alone complains about are judged by each target.
fn refuse_broken(unit: &Unit) -> Result<(), Refusal> {
    let broken = unit.diagnostics.iter().filter(|found| found.level == Level::Error && found.lint != "rule-schema");
    let reasons: Vec<Reason> =
        broken.map(|found| Reason::new(found.message.clone(), Some(found.primary.span))).collect();
    if reasons.is_empty() { Ok(()) } else { Err(Refusal { reasons }) }
}
