//! Texts as words between separators, and patterns of them.

/// What stands for a word that differs.
const WILDCARD: &str = "*";

/// What separates words.
#[derive(Debug)]
pub(super) enum Separators {
    /// Every character but the letters and digits of ASCII. They are shown in patterns.
    NotAlphanumeric,
    /// These characters. A wildcard stands for those beside it as well, as the examples of Microsoft's page show.
    Listed(String),
}

/// A text: one separator more than words, those at both ends may be empty.
#[derive(Debug)]
pub(super) struct Words<'t> {
    pub(super) words: Vec<&'t str>,
    pub(super) separators: Vec<&'t str>,
}

impl Separators {
    fn includes(&self, character: char) -> bool {
        match self {
            Self::NotAlphanumeric => !character.is_ascii_alphanumeric(),
            Self::Listed(characters) => characters.contains(character),
        }
    }

    /// Takes a text apart.
    pub(super) fn split<'t>(&self, text: &'t str) -> Words<'t> {
        let (mut words, mut separators) = (Vec::new(), Vec::new());
        let mut rest = text;
        loop {
            let start = rest.find(|character| !self.includes(character)).unwrap_or(rest.len());
            let (separator, from_word) = rest.split_at(start);
            separators.push(separator);
            if from_word.is_empty() {
                return Words { words, separators };
            }
            let end = from_word.find(|character| self.includes(character)).unwrap_or(from_word.len());
            let (word, behind) = from_word.split_at(end);
            words.push(word);
            rest = behind;
        }
    }

    /// The pattern of texts that have the same separators: the words that all share and that `is_frequent` at their place.
    /// None without such a word.
    pub(super) fn pattern(&self, texts: &[&Words], is_frequent: &dyn Fn(usize, &str) -> bool) -> Option<String> {
        let (first, rest) = texts.split_first()?;
        let is_kept = |place: usize| {
            let word = first.words[place];
            is_frequent(place, word) && rest.iter().all(|text| text.words.get(place) == Some(&word))
        };
        let kept: Vec<bool> = (0..first.words.len()).map(is_kept).collect();
        if !kept.contains(&true) {
            return None;
        }
        let mut pattern = String::new();
        for (place, separator) in first.separators.iter().enumerate() {
            let before = place.checked_sub(1).and_then(|before| kept.get(before));
            let behind = kept.get(place);
            let is_swallowed = before == Some(&false) || behind == Some(&false);
            if matches!(self, Self::NotAlphanumeric) || !is_swallowed {
                pattern.push_str(separator);
            }
            match behind {
                Some(true) => pattern.push_str(first.words[place]),
                Some(false) if !pattern.ends_with(WILDCARD) => pattern.push_str(WILDCARD),
                _ => {}
            }
        }
        Some(pattern)
    }
}
