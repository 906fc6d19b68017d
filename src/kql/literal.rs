//! The values of literals and bracketed names, read from their text.

use std::borrow::Cow;

/// The name inside `['…']` or `["…"]`.
pub fn bracketed_name(raw: &str) -> Cow<'_, str> {
    Cow::Borrowed(raw)
}
