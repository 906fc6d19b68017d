//! The lexer: text to tokens, in one pass over the bytes.
//!
//! What a token is follows Microsoft's lexer: words with dashes (`project-away`) and signs (`!has`, `in~`) are single
//! tokens, `datetime(…)` and its like are literals up to the closing parenthesis on the same line, names are ASCII. Every
//! byte of the text belongs to exactly one token; what the language does not know becomes a [`TokenKind::Bad`].

mod number;

use memchr::memchr3;

pub(super) use number::TIMESPAN_UNITS;

use super::Problem;
use super::keyword::Keyword;
use super::problems::Problems;
use super::token::{Token, TokenKind};
use crate::text::Span;

/// The tokens of a text.
pub(super) struct Lexed {
    /// Those that mean something, followed by one [`TokenKind::End`].
    pub(super) tokens: Vec<Token>,
    /// The comments.
    pub(super) comments: Vec<Span>,
    /// Mistakes inside tokens, by place.
    pub(super) problems: Vec<Problem>,
}

/// Splits `text` into tokens. What stands between two tokens or comments is white space.
pub(super) fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, problems: Problems::default() };
    let mut tokens = Vec::with_capacity(text.len() / 6 + 8);
    let mut comments = Vec::new();
    loop {
        lexer.skip(SPACE);
        let start = lexer.at;
        if start == lexer.bytes.len() {
            break;
        }
        let kind = lexer.token();
        let span = Span::from_range(start..lexer.at);
        match kind {
            TokenKind::Whitespace => {}
            TokenKind::Comment => comments.push(span),
            _ => tokens.push(Token { kind, span }),
        }
    }
    tokens.push(Token { kind: TokenKind::End, span: Span::at(Span::from_range(0..text.len()).end) });
    Lexed { tokens, comments, problems: lexer.problems.sorted() }
}

struct Lexer<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    problems: Problems,
}

const WORD: u8 = 1;
const DIGIT: u8 = 2;
const SPACE: u8 = 4;
const START: u8 = 8;

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'0'..=b'9' => WORD | DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => WORD | START,
            b'$' => START,
            b' ' | b'\t' | b'\n' | b'\r' | 0x0c => SPACE,
            _ => 0,
        };
        byte += 1;
    }
    classes
}

fn is(byte: u8, class: u8) -> bool {
    CLASS[usize::from(byte)] & class != 0
}

impl Lexer<'_> {
    /// The byte `ahead` of the cursor; 0 past the end.
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn take(&mut self, len: usize, kind: TokenKind) -> TokenKind {
        self.at += len;
        kind
    }

    fn skip(&mut self, class: u8) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|&byte| !is(byte, class)).unwrap_or(rest.len());
    }

    fn token(&mut self) -> TokenKind {
        let byte = self.peek(0);
        let next = self.peek(1);
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => self.word(),
            b'0'..=b'9' => self.number(),
            b' ' | b'\t' | b'\n' | b'\r' | 0x0c => self.whitespace(),
            b'\'' | b'"' | b'`' | b'~' => self.string_or_bad(0),
            b'@' if matches!(next, b'\'' | b'"' | b'`' | b'~') => self.string_or_bad(1),
            b'/' if next == b'/' => self.line(TokenKind::Comment),
            b'#' => self.line(TokenKind::Directive),
            b'!' => self.bang(),
            b'&' if next == b'&' => self.take(2, TokenKind::AmpAmp),
            _ => match punctuation(byte, next) {
                Some((len, kind)) => self.take(len, kind),
                None => self.other(),
            },
        }
    }

    fn whitespace(&mut self) -> TokenKind {
        loop {
            self.skip(SPACE);
            if self.peek(0).is_ascii() {
                return TokenKind::Whitespace;
            }
            match self.text[self.at..].chars().next() {
                Some(character) if is_wide_space(character) => self.at += character.len_utf8(),
                _ => return TokenKind::Whitespace,
            }
        }
    }

    /// The rest of the line. Unicode's line and paragraph separators end it too.
    fn line(&mut self, kind: TokenKind) -> TokenKind {
        loop {
            self.at += memchr3(b'\n', b'\r', 0xe2, &self.bytes[self.at..]).unwrap_or(self.bytes.len() - self.at);
            let rest = &self.bytes[self.at..];
            if rest.first() != Some(&0xe2) || matches!(rest.get(..3), Some([_, 0x80, 0xa8 | 0xa9])) {
                return kind;
            }
            self.at += 3;
        }
    }

    fn word(&mut self) -> TokenKind {
        let start = self.at;
        self.at += 1;
        self.skip(WORD);
        let word = &self.bytes[start..self.at];
        if let Some(len) = self.joined_word(start) {
            let end = start + len;
            if self.bytes.get(end).is_some_and(|&byte| is(byte, WORD)) {
                return TokenKind::Identifier;
            }
            self.at = end;
            return match Keyword::from_bytes(&self.bytes[start..end]) {
                Some(keyword) => TokenKind::Keyword(keyword),
                None => TokenKind::Identifier,
            };
        }
        if let Some(keyword) = Keyword::from_bytes(word) {
            let literal = (self.peek(0) == b'(').then(|| literal_of(keyword)).flatten();
            return match literal {
                Some(kind) => self.until_paren(start, kind),
                None => TokenKind::Keyword(keyword),
            };
        }
        if matches!(word, b"true" | b"True" | b"TRUE" | b"false" | b"False" | b"FALSE") {
            return TokenKind::Bool;
        }
        if self.peek(0) == b'-' && raw_guid(&self.bytes[start..]) {
            self.at = start + 36;
            return TokenKind::RawGuid;
        }
        if matches!(word, b"h" | b"H") && matches!(self.peek(0), b'\'' | b'"' | b'`' | b'~' | b'@') {
            let verbatim = usize::from(self.peek(0) == b'@');
            if let Some(kind) = self.string(start, verbatim) {
                return kind;
            }
        }
        TokenKind::Identifier
    }

    /// The length of the longest word of the language that starts at `start` and goes past the plain word there.
    fn joined_word(&self, start: usize) -> Option<usize> {
        let joint = self.peek(0);
        let dashed = match joint {
            b'-' => is(self.peek(1), START),
            b'.' => &self.bytes[start..self.at] == b"hint",
            b' ' => &self.bytes[start..self.at] == b"matches",
            b'~' => &self.bytes[start..self.at] == b"in",
            _ => false,
        };
        if !dashed {
            return None;
        }
        JOINED
            .iter()
            .filter(|word| self.bytes[start..].starts_with(word.as_bytes()) && word.len() > self.at - start)
            .map(|word| word.len())
            .max()
    }

    /// `datetime(…)`: everything up to the closing parenthesis, which must be on the same line.
    fn until_paren(&mut self, start: usize, kind: TokenKind) -> TokenKind {
        let rest = &self.text[self.at..];
        let end = rest.find([')', '\r', '\n', '\u{2028}', '\u{2029}']).unwrap_or(rest.len());
        let closed = rest.as_bytes().get(end) == Some(&b')');
        let open = self.at;
        self.at += end + usize::from(closed);
        if !closed {
            self.problems.push(Problem {
                message: format!("`)` is missing: `{}` must end on its line", &self.text[start..=open]),
                span: Span::from_range(start..self.at),
                related: Some((Span::from_range(open..open + 1), "opened here".to_owned())),
                help: None,
            });
        }
        kind
    }

    fn bang(&mut self) -> TokenKind {
        match self.peek(1) {
            b'=' => return self.take(2, TokenKind::BangEqual),
            b'~' => return self.take(2, TokenKind::BangTilde),
            _ => {}
        }
        let rest = &self.bytes[self.at + 1..];
        let word = rest.iter().take_while(|&&byte| is(byte, WORD)).count();
        let tilde = usize::from(rest.get(word) == Some(&b'~') && &rest[..word] == b"in");
        for len in [word + tilde, word] {
            let end = self.at + 1 + len;
            if self.bytes.get(end).is_some_and(|&byte| is(byte, WORD)) {
                continue;
            }
            if let Some(keyword) = Keyword::from_bytes(&self.bytes[self.at..end]) {
                return self.take(len + 1, TokenKind::Keyword(keyword));
            }
        }
        self.bad("`!` stands alone", Some("write `not(…)`, or `!` in front of an operator: `!has`, `!in`, `!=`"))
    }

    fn other(&mut self) -> TokenKind {
        let Some(character) = self.text[self.at..].chars().next() else {
            self.at = self.bytes.len();
            return TokenKind::Bad;
        };
        if is_wide_space(character) {
            return self.whitespace();
        }
        if let Some(close) = closing_smart_quote(character) {
            return self.smart_quoted(character, close);
        }
        let start = self.at;
        let mut message = format!("`{}` is not part of the language", character.escape_debug());
        let mut help = None;
        self.at += character.len_utf8();
        if character.is_alphanumeric() {
            let rest = &self.text[self.at..];
            self.at += rest.find(|next: char| !next.is_alphanumeric() && next != '_').unwrap_or(rest.len());
            message = format!("`{}` is no name: names have only ASCII letters", &self.text[start..self.at]);
            help = Some("put the name in brackets and quotes: `['…']`".to_owned());
        } else if character == '&' {
            help = Some("write `and`".to_owned());
        } else if matches!(character, '–' | '—' | '−') {
            help = Some("write the ASCII `-`".to_owned());
        }
        self.problems.push(Problem { message, span: Span::from_range(start..self.at), related: None, help });
        TokenKind::Bad
    }

    fn bad(&mut self, message: &str, help: Option<&str>) -> TokenKind {
        let span = Span::from_range(self.at..self.at + 1);
        self.problems.push(Problem {
            message: message.to_owned(),
            span,
            related: None,
            help: help.map(ToOwned::to_owned),
        });
        self.take(1, TokenKind::Bad)
    }

    /// A text in typographic quotes; it is taken for the string it was meant to be, so that this is the only mistake.
    fn smart_quoted(&mut self, open: char, close: &[char]) -> TokenKind {
        let start = self.at;
        let rest = &self.text[start + open.len_utf8()..];
        let end = rest.find(|next: char| close.contains(&next) || next == '\n' || next == '\r').unwrap_or(rest.len());
        let quote = rest[end..].chars().next().filter(|next| close.contains(next));
        self.at = start + open.len_utf8() + quote.map_or(0, |quote| end + quote.len_utf8());
        self.problems.push(Problem {
            message: format!("`{open}` is a typographic quote, which does not start a string"),
            span: Span::from_range(start..start + open.len_utf8()),
            related: None,
            help: Some("write the straight quotes `\"` or `'`".to_owned()),
        });
        if quote.is_some() { TokenKind::String } else { TokenKind::Bad }
    }

    fn string_or_bad(&mut self, verbatim: usize) -> TokenKind {
        let start = self.at;
        if let Some(kind) = self.string(start, verbatim) {
            return kind;
        }
        match self.peek(0) {
            b'@' => self.take(1, TokenKind::At),
            _ => self.bad("this character starts nothing in the language", None),
        }
    }

    /// A string whose quote stands `prefix` bytes after the cursor; nothing when that is no quote.
    fn string(&mut self, start: usize, prefix: usize) -> Option<TokenKind> {
        let quote_at = self.at + prefix;
        let quote = *self.bytes.get(quote_at)?;
        match quote {
            b'\'' | b'"' if prefix == 0 => self.escaped_string(start, quote_at, quote),
            b'\'' | b'"' => self.verbatim_string(start, quote_at, quote),
            _ => {
                let fence = if quote == b'`' { "```" } else { "~~~" };
                if !self.text[quote_at..].starts_with(fence) {
                    return None;
                }
                let content = quote_at + fence.len();
                if let Some(end) = self.text[content..].find(fence) {
                    self.at = content + end + fence.len();
                } else {
                    self.at = self.bytes.len();
                    self.unterminated(Span::from_range(start..content), fence);
                }
            }
        }
        Some(TokenKind::String)
    }

    fn verbatim_string(&mut self, start: usize, open: usize, quote: u8) {
        let mut at = open + 1;
        loop {
            match self.bytes.get(at) {
                None | Some(b'\n' | b'\r') => return self.open_ended(start, at, quote),
                Some(&byte) if byte == quote && self.bytes.get(at + 1) == Some(&quote) => at += 2,
                Some(&byte) if byte == quote => {
                    self.at = at + 1;
                    return;
                }
                Some(_) => at += 1,
            }
        }
    }

    fn escaped_string(&mut self, start: usize, open: usize, quote: u8) {
        let mut at = open + 1;
        let mut bad_escape = None;
        loop {
            match self.bytes.get(at) {
                None | Some(b'\n' | b'\r') => break,
                Some(b'\\') => {
                    let len = escape_len(&self.bytes[at..]);
                    if len == 0 && bad_escape.is_none() {
                        bad_escape = Some(at);
                    }
                    at += if len > 0 { len } else { 1 };
                }
                Some(&byte) if byte == quote => {
                    self.at = at + 1;
                    if let Some(escape) = bad_escape {
                        self.bad_escape(escape);
                    }
                    return;
                }
                Some(_) => at += 1,
            }
        }
        match bad_escape {
            Some(escape) => {
                self.at = at;
                self.bad_escape(escape);
            }
            None => self.open_ended(start, at, quote),
        }
    }

    fn bad_escape(&mut self, at: usize) {
        let len = self.text[at + 1..].chars().next().map_or(1, |next| 1 + next.len_utf8());
        self.problems.push(Problem {
            message: format!("`{}` is no escape in a string", self.text[at..at + len].escape_debug()),
            span: Span::from_range(at..at + len),
            related: None,
            help: Some("double the backslash, or write a verbatim string: `@\"…\"`".to_owned()),
        });
    }

    fn open_ended(&mut self, start: usize, end: usize, quote: u8) {
        self.at = end;
        self.unterminated(Span::from_range(start..end), if quote == b'"' { "\"" } else { "'" });
    }

    fn unterminated(&mut self, span: Span, quote: &str) {
        self.problems.push(Problem {
            message: format!("this string has no closing `{quote}`"),
            span,
            related: None,
            help: None,
        });
    }

    fn number(&mut self) -> TokenKind {
        let rest = &self.bytes[self.at..];
        if rest.starts_with(b"3Dchart") && !rest.get(7).is_some_and(|&byte| is(byte, WORD)) {
            return self.take(7, TokenKind::Keyword(Keyword::Chart3d));
        }
        if raw_guid(rest) {
            return self.take(36, TokenKind::RawGuid);
        }
        let (len, kind) = number::number(rest);
        self.take(len, kind)
    }
}

/// Words of the language that go on past the end of a plain word.
static JOINED: &[&str] = &[
    "assert-schema",
    "commands-and-queries",
    "granny-asc",
    "granny-desc",
    "graph-match",
    "graph-shortest-paths",
    "graph-to-table",
    "graph-mark-components",
    "graph-where-nodes",
    "graph-where-edges",
    "hint.concurrency",
    "hint.distribution",
    "hint.materialized",
    "hint.num_partitions",
    "hint.shufflekey",
    "hint.spread",
    "hint.remote",
    "hint.strategy",
    "hint.progressive_top",
    "in~",
    "macro-expand",
    "make-graph",
    "make-series",
    "matches regex",
    "materialized-view-combine",
    "materialized-views",
    "mv-apply",
    "mv-expand",
    "parse-where",
    "parse-kv",
    "partitioned-by",
    "project-away",
    "project-by-names",
    "project-keep",
    "project-rename",
    "project-reorder",
    "project-smart",
    "sample-distinct",
    "set-or-append",
    "set-or-replace",
    "top-hitters",
    "top-nested",
];

const fn literal_of(keyword: Keyword) -> Option<TokenKind> {
    Some(match keyword {
        Keyword::Long | Keyword::Int64 => TokenKind::Long,
        Keyword::Int | Keyword::Int32 => TokenKind::Int,
        Keyword::Real | Keyword::Double => TokenKind::Real,
        Keyword::Decimal => TokenKind::Decimal,
        Keyword::Bool => TokenKind::Bool,
        Keyword::Datetime | Keyword::Date => TokenKind::DateTime,
        Keyword::Time | Keyword::Timespan => TokenKind::TimeSpan,
        Keyword::Guid => TokenKind::Guid,
        _ => return None,
    })
}

const fn punctuation(byte: u8, next: u8) -> Option<(usize, TokenKind)> {
    use TokenKind as T;
    Some(match (byte, next) {
        (b'.', b'.') => (2, T::DotDot),
        (b'<', b'=') => (2, T::LessEqual),
        (b'<', b'|') => (2, T::LessBar),
        (b'<', b'>') => (2, T::LessGreater),
        (b'>', b'=') => (2, T::GreaterEqual),
        (b'=', b'=') => (2, T::EqualEqual),
        (b'=', b'>') => (2, T::FatArrow),
        (b'=', b'~') => (2, T::EqualTilde),
        (b'(', _) => (1, T::OpenParen),
        (b')', _) => (1, T::CloseParen),
        (b'[', _) => (1, T::OpenBracket),
        (b']', _) => (1, T::CloseBracket),
        (b'{', _) => (1, T::OpenBrace),
        (b'}', _) => (1, T::CloseBrace),
        (b'|', _) => (1, T::Bar),
        (b'.', _) => (1, T::Dot),
        (b'+', _) => (1, T::Plus),
        (b'-', _) => (1, T::Minus),
        (b'*', _) => (1, T::Star),
        (b'/', _) => (1, T::Slash),
        (b'%', _) => (1, T::Percent),
        (b'<', _) => (1, T::Less),
        (b'>', _) => (1, T::Greater),
        (b'=', _) => (1, T::Equal),
        (b':', _) => (1, T::Colon),
        (b';', _) => (1, T::Semicolon),
        (b',', _) => (1, T::Comma),
        (b'@', _) => (1, T::At),
        (b'?', _) => (1, T::Question),
        _ => return None,
    })
}

/// White space beyond ASCII: the Unicode spaces and the byte order mark.
fn is_wide_space(character: char) -> bool {
    matches!(
        character,
        '\u{a0}' | '\u{1680}' | '\u{180e}' | '\u{2000}'
            ..='\u{200b}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}'
    )
}

fn closing_smart_quote(open: char) -> Option<&'static [char]> {
    match open {
        '“' | '”' | '„' | '‟' | '«' => Some(&['“', '”', '»']),
        '‘' | '’' | '‚' | '‛' | '´' => Some(&['‘', '’', '´']),
        _ => None,
    }
}

fn raw_guid(bytes: &[u8]) -> bool {
    bytes.get(..36).is_some_and(|bytes| {
        bytes.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    })
}

/// Length of the escape that `bytes`, which start with a backslash, start with; 0 if it is none.
pub(in crate::kql) fn escape_len(bytes: &[u8]) -> usize {
    let hex = |count: usize| {
        let digits = bytes.get(2..2 + count);
        if digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) { 2 + count } else { 0 }
    };
    match bytes.get(1) {
        Some(b'\\' | b'\'' | b'"' | b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v') => 2,
        Some(b'x') => hex(2),
        Some(b'u') => hex(4),
        Some(b'U') => hex(8),
        Some(b'0'..=b'7') => {
            let octal = |at: usize| matches!(bytes.get(at), Some(b'0'..=b'7'));
            match (octal(2), octal(3) && bytes[1] <= b'3') {
                (true, true) => 4,
                (true, false) => 3,
                _ => 2,
            }
        }
        _ => 0,
    }
}
