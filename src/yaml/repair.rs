//! A broken section: the likeliest slip is found, and its fix is tried. A fix is only offered where the section is YAML
//! afterwards; the section is then also read that way, so that the stages above see its content.

use super::build::{Built, Cause, Failure, build};
use super::explain::{self, MAX_EDITS, Slip};
use crate::diag::{Diagnostic, Fix, Level, Safety};
use crate::text::{Edit, Span, apply};

/// The most slips of one kind mended in one section.
const MAX_ROUNDS: usize = 64;

/// A broken section, explained.
pub(super) struct Repair {
    pub(super) problem: Diagnostic,
    /// The section as the fix would make it, with places in the file as it is.
    pub(super) repaired: Option<Built>,
    /// Whether the section holds a template's placeholder instead of a mistake.
    pub(super) is_template: bool,
}

/// Explains why `section`, which stands at `base` in the file, is no YAML. `failure` is `None` where it parses, but to
/// no mapping.
pub(super) fn repair(section: &str, base: u32, failure: Option<Failure>) -> Repair {
    let failure = failure.unwrap_or(Failure { cause: Cause::Scan(granit_parser::ErrorKind::SimpleKeyExpected), at: 0 });
    for find in explain::SLIPS {
        let Some(slip) = find(section, &failure) else { continue };
        let Some(repaired) = mend(section, base, &slip, *find) else {
            if slip.sure {
                return Repair { problem: diagnostic(&slip, base, None), repaired: None, is_template: slip.template };
            }
            continue;
        };
        let Mended { edits, built, places, safety } = repaired;
        let shifted = edits.iter().map(|edit| Edit::replace(edit.span.shifted(base), edit.text.clone())).collect();
        let fix = Fix { title: slip.fix_title.to_owned(), edits: shifted, safety };
        let mut problem = diagnostic(&slip, base, Some(fix));
        for place in places.iter().skip(1) {
            problem = problem.related(place.shifted(base), "and here");
        }
        return Repair { problem, repaired: Some(built), is_template: false };
    }
    Repair { problem: explain::plain(section, base, &failure), repaired: None, is_template: false }
}

fn diagnostic(slip: &Slip, base: u32, fix: Option<Fix>) -> Diagnostic {
    let level = if slip.template { Level::Note } else { Level::Error };
    let mut problem =
        Diagnostic::new("yaml-syntax", level, slip.message.clone(), slip.span.shifted(base)).help(slip.help.clone());
    problem.fix = fix;
    if let Some((span, text)) = &slip.related {
        problem = problem.related(span.shifted(base), text.clone());
    }
    problem
}

struct Mended {
    edits: Vec<Edit>,
    built: Built,
    places: Vec<Span>,
    /// Safe where each of the slips is.
    safety: Safety,
}

/// Applies the slip's edits, and those of the same slip found after it, until the section is a mapping.
fn mend(section: &str, base: u32, first: &Slip, find: explain::Find) -> Option<Mended> {
    let mut edits = first.edits.clone();
    let mut places = vec![first.span];
    let mut safety = first.safety;
    for _ in 0..MAX_ROUNDS {
        if edits.is_empty() || edits.len() > MAX_EDITS {
            return None;
        }
        let text = apply(section, &edits).ok()?;
        match build(&text, 0) {
            Ok(mut built) => {
                let root = built.root.as_mut()?;
                root.as_mapping()?;
                root.map_spans(&|at| base + before(&edits, at));
                built.comments.clear();
                built.problems.clear();
                return Some(Mended { edits, built, places, safety });
            }
            Err(failure) => {
                let next = find(&text, &failure)?;
                let original = |span: Span| Span::new(before(&edits, span.start), before(&edits, span.end));
                let place = original(next.span);
                if places.contains(&place) {
                    return None;
                }
                places.push(place);
                if next.safety == Safety::Unsafe {
                    safety = Safety::Unsafe;
                }
                let more: Vec<Edit> =
                    next.edits.iter().map(|edit| Edit::replace(original(edit.span), edit.text.clone())).collect();
                edits.extend(more);
            }
        }
    }
    None
}

/// The place in the text before `edits` of a place in the text after them; places inside an edit give its start.
fn before(edits: &[Edit], at: u32) -> u32 {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.span);
    let mut removed = 0_i64;
    for edit in sorted {
        let start = i64::from(edit.span.start) - removed;
        let inserted = i64::try_from(edit.text.len()).unwrap_or(i64::MAX);
        if i64::from(at) < start {
            break;
        }
        if i64::from(at) < start + inserted {
            return edit.span.start;
        }
        removed += i64::from(edit.span.len()) - inserted;
    }
    u32::try_from(i64::from(at) + removed).unwrap_or(0)
}
