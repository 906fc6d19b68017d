//! KQL's comparisons of text, and how Sigma says them: by a modifier, which may match more, or by a regular expression.
//! Facts: Microsoft's "String operators" (a term is a run of alphanumeric characters; operators without `_cs` ignore
//! case) and the Sigma specification ("Modifiers": texts are compared without regard to case).

use crate::kql::ast::BinaryOp;

/// How a text has to be like a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equals,
    Contains,
    StartsWith,
    EndsWith,
    /// The value stands between boundaries of terms.
    Has,
    /// The value stands at the start of a term.
    HasPrefix,
    /// The value stands at the end of a term.
    HasSuffix,
    /// The value is a regular expression that matches somewhere.
    Regex,
}

/// Whether letters of different case differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Sensitive,
    Ignored,
}

impl Comparison {
    /// The modifier that says it, or says something wider.
    pub(super) const fn modifier(self) -> Option<&'static str> {
        match self {
            Self::Equals => None,
            Self::Contains | Self::Has | Self::HasPrefix | Self::HasSuffix => Some("contains"),
            Self::StartsWith => Some("startswith"),
            Self::EndsWith => Some("endswith"),
            Self::Regex => Some("re"),
        }
    }
}

/// What an operator compares, how, and whether it is negated; `None` for an operator that compares no texts.
pub(super) const fn operator(op: BinaryOp) -> Option<(Comparison, Case, bool)> {
    use BinaryOp as Op;
    use Case::{Ignored, Sensitive};
    use Comparison::{Contains, EndsWith, Equals, Has, HasPrefix, HasSuffix, Regex, StartsWith};
    Some(match op {
        Op::Equal => (Equals, Sensitive, false),
        Op::NotEqual | Op::NotEqualAngle => (Equals, Sensitive, true),
        Op::EqualTilde => (Equals, Ignored, false),
        Op::NotEqualTilde => (Equals, Ignored, true),
        Op::Has => (Has, Ignored, false),
        Op::NotHas => (Has, Ignored, true),
        Op::HasCs => (Has, Sensitive, false),
        Op::NotHasCs => (Has, Sensitive, true),
        Op::HasPrefix => (HasPrefix, Ignored, false),
        Op::NotHasPrefix => (HasPrefix, Ignored, true),
        Op::HasPrefixCs => (HasPrefix, Sensitive, false),
        Op::NotHasPrefixCs => (HasPrefix, Sensitive, true),
        Op::HasSuffix => (HasSuffix, Ignored, false),
        Op::NotHasSuffix => (HasSuffix, Ignored, true),
        Op::HasSuffixCs => (HasSuffix, Sensitive, false),
        Op::NotHasSuffixCs => (HasSuffix, Sensitive, true),
        Op::Contains => (Contains, Ignored, false),
        Op::NotContains => (Contains, Ignored, true),
        Op::ContainsCs => (Contains, Sensitive, false),
        Op::NotContainsCs => (Contains, Sensitive, true),
        Op::StartsWith => (StartsWith, Ignored, false),
        Op::NotStartsWith => (StartsWith, Ignored, true),
        Op::StartsWithCs => (StartsWith, Sensitive, false),
        Op::NotStartsWithCs => (StartsWith, Sensitive, true),
        Op::EndsWith => (EndsWith, Ignored, false),
        Op::NotEndsWith => (EndsWith, Ignored, true),
        Op::EndsWithCs => (EndsWith, Sensitive, false),
        Op::NotEndsWithCs => (EndsWith, Sensitive, true),
        Op::MatchesRegex => (Regex, Sensitive, false),
        _ => return None,
    })
}

/// What Sigma's modifier matches beyond the comparison, as a clause; `None` when both match the same.
pub(super) fn widening(comparison: Comparison, case: Case, values: &[String]) -> Option<&'static str> {
    let lettered = values.iter().any(|value| value.chars().any(char::is_alphabetic));
    match comparison {
        Comparison::Regex => None,
        Comparison::Has => Some("said as `contains`: matches inside longer words too"),
        Comparison::HasPrefix | Comparison::HasSuffix => Some("said as `contains`: matches anywhere in a word"),
        _ if case == Case::Sensitive && lettered => Some("said without regard to upper and lower case"),
        _ => None,
    }
}

/// The regular expression that says the comparison exactly, in a syntax that Kusto (Rust's, Unicode), RE2, PCRE and Python
/// share. Terms end where no letter or digit stands: `\W` or `_`, which word characters have beside those.
pub(super) fn pattern(comparison: Comparison, case: Case, value: &str) -> String {
    if comparison == Comparison::Regex {
        return value.to_owned();
    }
    let is_term = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (before, after) = (r"(^|[\W_])", r"([\W_]|$)");
    let before = if is_term(value.chars().next()) { before } else { "" };
    let after = if is_term(value.chars().next_back()) { after } else { "" };
    let (before, after) = match comparison {
        Comparison::Equals => ("^", "$"),
        Comparison::Contains | Comparison::Regex => ("", ""),
        Comparison::StartsWith => ("^", ""),
        Comparison::EndsWith => ("", "$"),
        Comparison::Has => (before, after),
        Comparison::HasPrefix => (before, ""),
        Comparison::HasSuffix => ("", after),
    };
    let flags = if case == Case::Ignored { "(?i)" } else { "" };
    format!("{flags}{before}{}{after}", regex::escape(value))
}

/// Whether a text is an IPv4 network: four bytes and the length of a prefix.
pub(super) fn is_ipv4_network(text: &str) -> bool {
    let Some((address, prefix)) = text.split_once('/') else { return false };
    address.parse::<std::net::Ipv4Addr>().is_ok() && prefix.parse::<u8>().is_ok_and(|bits| bits <= 32)
}

/// Whether a name can stand before the modifiers of a field.
pub(super) fn is_field_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_find_terms_not_parts() {
        let found = |comparison, value: &str, text: &str| {
            regex::Regex::new(&pattern(comparison, Case::Ignored, value)).is_ok_and(|regex| regex.is_match(text))
        };
        assert!(found(Comparison::Has, "kaseya.com", "www.KASEYA.com:443"));
        assert!(!found(Comparison::Has, "kaseya.com", "xkaseya.com"));
        assert!(!found(Comparison::Has, "level", "leveldb.exe"));
        assert!(!found(Comparison::Has, "kaseya.com", "\u{e9}kaseya.com"));
        assert!(found(Comparison::Has, "kaseya", "_kaseya_"));
        assert!(found(Comparison::Has, ".io", "fleetdeck.io"));
        assert!(found(Comparison::HasPrefix, "level", "my leveldb"));
        assert!(!found(Comparison::HasSuffix, "level", "leveldb"));
        assert!(found(Comparison::Equals, "a.b*", "A.B*"));
        assert!(!found(Comparison::Equals, "a.b", "axb"));
    }
}
