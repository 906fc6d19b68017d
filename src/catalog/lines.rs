//! Files of sorted lines, searched by bisection without reading the whole.

use memchr::{memchr, memrchr};

/// A text whose lines are sorted by their first tab-separated field, in byte order.
#[derive(Debug, Clone, Copy)]
pub(super) struct SortedLines(pub(super) &'static str);

impl SortedLines {
    /// What follows the first tab of the line whose first field is `name`.
    pub(super) fn get(self, name: &str) -> Option<&'static str> {
        self.entry(name).map(|(_, rest)| rest)
    }

    /// The line whose first field is `name`: that field, and what follows the tab.
    pub(super) fn entry(self, name: &str) -> Option<(&'static str, &'static str)> {
        let text = self.0;
        let (mut low, mut high) = (0, text.len());
        while low < high {
            // The middle may be inside a letter of several bytes.
            let before = &text.as_bytes()[low..usize::midpoint(low, high)];
            let start = memrchr(b'\n', before).map_or(low, |at| low + at + 1);
            let end = memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |at| start + at);
            let (key, rest) = text[start..end].split_once('\t').unwrap_or((&text[start..end], ""));
            match key.as_bytes().cmp(name.as_bytes()) {
                std::cmp::Ordering::Equal => return Some((key, rest)),
                std::cmp::Ordering::Less => low = (end + 1).min(text.len()),
                std::cmp::Ordering::Greater => high = start,
            }
        }
        None
    }

    /// The first fields of all lines, sorted.
    pub(super) fn names(self) -> impl Iterator<Item = &'static str> + Clone {
        self.0.lines().map(|line| line.split_once('\t').map_or(line, |(name, _)| name))
    }

    /// First field and rest of all lines, sorted.
    pub(super) fn entries(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.0.lines().filter_map(|line| line.split_once('\t'))
    }
}

#[cfg(test)]
mod tests {
    use super::SortedLines;

    #[test]
    fn every_line_is_found_and_nothing_else() {
        let lines = SortedLines("a\t1\nab\t…………\nb\t3\nzz\t4\n");
        for (name, rest) in [("a", "1"), ("ab", "…………"), ("b", "3"), ("zz", "4")] {
            assert_eq!(lines.get(name), Some(rest), "{name}");
        }
        for name in ["", "aa", "A", "z", "zzz", "~"] {
            assert_eq!(lines.get(name), None, "{name}");
        }
        assert_eq!(SortedLines("").get("a"), None);
    }
}
