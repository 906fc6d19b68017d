//! The name that a misspelt one was probably meant to be.

/// The candidate most like `name`, if one is like it at all: a few letters off, or one begins with the other.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let name = name.to_lowercase();
    let scored =
        candidates.into_iter().filter_map(|candidate| Some((distance(&name, &candidate.to_lowercase())?, candidate)));
    scored.min().map(|(_, candidate)| candidate)
}

fn distance(name: &str, candidate: &str) -> Option<usize> {
    let edits = strsim::damerau_levenshtein(name, candidate);
    let begins = name.len() >= 3 && (candidate.starts_with(name) || name.starts_with(candidate));
    (begins || edits <= 1 + name.chars().count() / 4).then_some(edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_decides() {
        assert_eq!(nearest("exlude", ["include", "exclude"]), Some("exclude"));
        assert_eq!(nearest("warn", ["note", "warning"]), Some("warning"));
        assert_eq!(nearest("x", ["include", "exclude"]), None);
    }
}
