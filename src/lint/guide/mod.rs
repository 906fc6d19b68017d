//! What Microsoft's contributor guide asks of rules for the Azure-Sentinel repository, beyond what its validators refuse. They
//! are for who contributes there, so they run on request only.
//!
//! Source: `.github/instructions/detections.instructions.md` and `huntingqueries.instructions.md` of Azure/Azure-Sentinel, 2026.

mod off_guide_description;
mod off_guide_keys;
mod off_guide_name;

use super::{Context, Lint};
use crate::rule::Kind;

pub(super) static LINTS: &[&Lint] = &[&off_guide_description::LINT, &off_guide_keys::LINT, &off_guide_name::LINT];

/// Whether the guide is about the file: it is about analytics rules and hunting queries.
fn is_guided(cx: &Context<'_>) -> bool {
    cx.rule().kind.as_ref().is_some_and(|kind| kind.value.is_detection())
}

fn is_hunting(cx: &Context<'_>) -> bool {
    cx.rule().kind.as_ref().is_some_and(|kind| kind.value == Kind::Hunting)
}
