//! Paths into dynamics, as `extract_json` and the bag functions take them: `$.a.b[0]['c d']`.

use crate::value::Dynamic;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(i64),
}

/// The longest path; as deep as JSON text is read.
const MOST_STEPS: usize = 127;

/// Reads a path that starts with `$`; none when it is none, or too long.
pub(super) fn parse(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.trim().strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if steps.len() == MOST_STEPS {
            return None;
        }
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            if end == 0 {
                return None;
            }
            steps.push(Step::Key(after[..end].to_owned()));
            rest = &after[end..];
            continue;
        }
        let after = rest.strip_prefix('[')?;
        let quote = after.chars().next().filter(|c| matches!(c, '\'' | '"'));
        if let Some(quote) = quote {
            let inner = &after[1..];
            let end = inner.find(quote)?;
            steps.push(Step::Key(inner[..end].to_owned()));
            rest = inner[end + 1..].strip_prefix(']')?;
        } else {
            let end = after.find(']')?;
            steps.push(Step::Index(after[..end].trim().parse().ok()?));
            rest = &after[end + 1..];
        }
    }
    Some(steps)
}

/// What the path leads to.
pub(super) fn walk<'a>(value: &'a Dynamic, steps: &[Step]) -> Option<&'a Dynamic> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(at) => value.at(*at),
    })
}
