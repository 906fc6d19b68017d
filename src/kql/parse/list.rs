//! Lists with commas.

use super::Parser;
use crate::kql::keyword::Keyword;
use crate::kql::token::TokenKind;

/// Where a list ends, and what may stand before its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListEnd {
    /// Words that end the list besides `)`, `]`, `}`, `|`, `;` and the end of the text.
    pub(super) words: &'static [Keyword],
    /// What an element is called.
    pub(super) element: &'static str,
    /// Whether the list may be empty.
    pub(super) empty: Empty,
    /// Whether a comma may stand before the end.
    pub(super) trailing: Trailing,
}

/// Whether a list may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    Allowed,
    Refused,
}

/// Whether a comma may stand before the end of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trailing {
    Allowed,
    Refused,
}

impl ListEnd {
    pub(super) const EXPRESSIONS: Self =
        Self { words: &[], element: "an expression", empty: Empty::Allowed, trailing: Trailing::Refused };

    pub(super) const fn until(self, words: &'static [Keyword]) -> Self {
        Self { words, ..self }
    }

    pub(super) const fn of(self, element: &'static str) -> Self {
        Self { element, ..self }
    }

    pub(super) const fn not_empty(self) -> Self {
        Self { empty: Empty::Refused, ..self }
    }

    pub(super) const fn comma_at_end(self) -> Self {
        Self { trailing: Trailing::Allowed, ..self }
    }
}

impl Parser<'_> {
    pub(super) fn at_common_end(&self) -> bool {
        matches!(
            self.peek(),
            TokenKind::CloseParen
                | TokenKind::CloseBracket
                | TokenKind::CloseBrace
                | TokenKind::Bar
                | TokenKind::Semicolon
                | TokenKind::End
        )
    }

    fn at_list_end(&self, end: ListEnd) -> bool {
        self.at_common_end() || self.keyword().is_some_and(|keyword| end.words.contains(&keyword))
    }

    /// Reads elements with commas between them up to the end of the list.
    pub(super) fn list<T>(&mut self, end: ListEnd, element: fn(&mut Self) -> Option<T>) -> Vec<T> {
        self.list_until(end, Self::at_list_end, element)
    }

    /// [`Parser::list`] with an end of its own.
    pub(super) fn list_until<T>(
        &mut self,
        end: ListEnd,
        at_end: fn(&Self, ListEnd) -> bool,
        element: fn(&mut Self) -> Option<T>,
    ) -> Vec<T> {
        let mut elements = Vec::new();
        if at_end(self, end) {
            if end.empty == Empty::Refused {
                self.expected(end.element);
            }
            return elements;
        }
        loop {
            let start = self.at;
            match element(self) {
                Some(read) => elements.push(read),
                None if self.peek() == TokenKind::Comma => {
                    self.expected(end.element);
                }
                None => {
                    if elements.is_empty() && end.empty == Empty::Allowed {
                        return elements;
                    }
                    self.expected(end.element);
                    return elements;
                }
            }
            if self.lost {
                self.skip_to_comma(end, at_end);
            }
            if at_end(self, end) {
                return elements;
            }
            if self.eat(TokenKind::Comma).is_some() {
                self.lost = false;
                if at_end(self, end) {
                    if end.trailing == Trailing::Refused {
                        self.expected(end.element);
                    }
                    return elements;
                }
                continue;
            }
            if self.at == start {
                return elements;
            }
            if self.at_clause_word() {
                // The list ends here; whoever closes it says what is missing.
                return elements;
            }
            self.missing_comma(end, at_end);
            if self.eat(TokenKind::Comma).is_none() {
                return elements;
            }
            self.lost = false;
        }
    }

    /// Reads elements as long as commas follow; what comes after the last is left to whoever comes next.
    pub(super) fn list_open<T>(&mut self, what: &str, element: fn(&mut Self) -> Option<T>) -> Vec<T> {
        let mut elements = Vec::new();
        loop {
            let read = element(self);
            if read.is_none() {
                self.expected(what);
                if self.peek() != TokenKind::Comma {
                    return elements;
                }
            }
            elements.extend(read);
            if self.eat(TokenKind::Comma).is_none() {
                return elements;
            }
        }
    }

    fn missing_comma(&mut self, end: ListEnd, at_end: fn(&Self, ListEnd) -> bool) {
        self.expected(if end.words == [Keyword::By] { "`,` or `by`" } else { "`,` or the end of the list" });
        self.skip_to_comma(end, at_end);
    }

    /// Skips to the next comma or end of the list, past whole brackets.
    fn skip_to_comma(&mut self, end: ListEnd, at_end: fn(&Self, ListEnd) -> bool) {
        let mut depth = 0_usize;
        while self.peek() != TokenKind::End {
            match self.peek() {
                TokenKind::Comma if depth == 0 => return,
                _ if depth == 0 && at_end(self, end) => return,
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => depth += 1,
                TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => depth -= 1,
                _ => {}
            }
            self.bump();
        }
    }
}
