//! Expressions by operator precedence.
//!
//! From loose to tight: `or`, `and`; comparison with one value or a list; `<` and its like; `+ -`; `* / %`; the text
//! operators; sign; path. Comparisons and text operators do not chain: `a == b == c` is an error.

use super::Parser;
use super::list::ListEnd;
use crate::kql::ast::{Arg, BinaryOp, Expr, ExprKind, GivenNames, LogicalOp, MembershipOp, Name, NamedExpr, UnaryOp};
use crate::kql::keyword::Keyword;
use crate::kql::token::TokenKind;

/// Binding powers, loosest first.
const OR: u8 = 0;
const AND: u8 = 1;
const EQUALITY: u8 = 2;
const RELATION: u8 = 3;
const SUM: u8 = 4;
const PRODUCT: u8 = 5;
const TEXT: u8 = 6;

/// What may follow an operand.
#[derive(Clone, Copy)]
enum Infix {
    Logical(LogicalOp),
    Binary(BinaryOp),
    Membership(MembershipOp),
    Between { negated: bool },
}

impl Infix {
    fn power(self) -> u8 {
        match self {
            Self::Logical(LogicalOp::Or) => OR,
            Self::Logical(LogicalOp::And) => AND,
            Self::Membership(_) | Self::Between { .. } => EQUALITY,
            Self::Binary(op) => match op {
                BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::NotEqualAngle => EQUALITY,
                BinaryOp::Less | BinaryOp::LessOrEqual | BinaryOp::Greater | BinaryOp::GreaterOrEqual => RELATION,
                BinaryOp::Add | BinaryOp::Subtract => SUM,
                BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => PRODUCT,
                _ => TEXT,
            },
        }
    }
}

impl Parser<'_> {
    /// An expression without a name and without `|`.
    pub(super) fn unnamed(&mut self) -> Option<Expr> {
        if let Some(expr) = self.single_token() {
            return Some(expr);
        }
        self.nested(|parser| parser.binary(OR))
    }

    /// A name or literal that a delimiter follows: most expressions are no more.
    fn single_token(&mut self) -> Option<Expr> {
        if !matches!(
            self.peek_at(1),
            TokenKind::Comma | TokenKind::CloseParen | TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::Bar
        ) {
            return None;
        }
        match self.peek() {
            TokenKind::Identifier => {
                let span = self.bump();
                Some(Expr { kind: ExprKind::Name(Name { span, bracketed: false }), span })
            }
            TokenKind::String | TokenKind::Long | TokenKind::Real | TokenKind::Bool | TokenKind::TimeSpan => {
                self.literal()
            }
            _ => None,
        }
    }

    /// [`Parser::unnamed`], or a report that it is missing.
    pub(super) fn required_unnamed(&mut self) -> Expr {
        let expr = self.unnamed();
        self.or_missing(expr)
    }

    fn binary(&mut self, least: u8) -> Option<Expr> {
        self.chained(|parser| parser.operators(least))
    }

    fn operators(&mut self, least: u8) -> Option<Expr> {
        let mut left = self.operand(least)?;
        let mut most = TEXT;
        loop {
            let Some(infix) = self.infix() else { return Some(left) };
            let power = infix.power();
            if power < least || power > most {
                return Some(left);
            }
            self.push_down();
            // Operators that do not chain leave only looser ones for what follows.
            most = if matches!(power, EQUALITY | RELATION | TEXT) { power.saturating_sub(1) } else { power };
            left = match infix {
                Infix::Logical(op) => self.logical(left, op),
                Infix::Binary(op) => self.comparison(left, op, power),
                Infix::Membership(op) => self.in_list(left, op),
                Infix::Between { negated } => self.between(left, negated),
            };
        }
    }

    fn infix(&mut self) -> Option<Infix> {
        let kind = self.peek();
        let op = match kind {
            TokenKind::EqualEqual => BinaryOp::Equal,
            TokenKind::BangEqual => BinaryOp::NotEqual,
            TokenKind::LessGreater => BinaryOp::NotEqualAngle,
            TokenKind::Less => BinaryOp::Less,
            TokenKind::LessEqual => BinaryOp::LessOrEqual,
            TokenKind::Greater => BinaryOp::Greater,
            TokenKind::GreaterEqual => BinaryOp::GreaterOrEqual,
            TokenKind::Plus => BinaryOp::Add,
            TokenKind::Minus => BinaryOp::Subtract,
            TokenKind::Star => BinaryOp::Multiply,
            TokenKind::Slash => BinaryOp::Divide,
            TokenKind::Percent => BinaryOp::Modulo,
            TokenKind::Keyword(Keyword::And) => return Some(Infix::Logical(LogicalOp::And)),
            TokenKind::Keyword(Keyword::Or) => return Some(Infix::Logical(LogicalOp::Or)),
            TokenKind::Keyword(Keyword::Between) => return Some(Infix::Between { negated: false }),
            TokenKind::Keyword(Keyword::NotBetween) => return Some(Infix::Between { negated: true }),
            TokenKind::Keyword(Keyword::In) if self.is_at(1, Keyword::Range) => return None,
            TokenKind::AmpAmp => {
                self.note(self.here(), "`&&` is no operator".to_owned(), Some("write `and`".to_owned()));
                return Some(Infix::Logical(LogicalOp::And));
            }
            TokenKind::Bar if self.peek_at(1) == TokenKind::Bar && self.touches(1) && !self.is_stage_at(2) => {
                let span = self.here().to(self.token(1).span);
                self.note(span, "`||` is no operator".to_owned(), Some("write `or`".to_owned()));
                return Some(Infix::Logical(LogicalOp::Or));
            }
            _ => {
                return string_operator(kind).map(Infix::Binary).or_else(|| membership(kind).map(Infix::Membership));
            }
        };
        Some(Infix::Binary(op))
    }

    fn logical(&mut self, left: Expr, op: LogicalOp) -> Expr {
        let power = Infix::Logical(op).power();
        let mut span = left.span;
        let mut operands = Vec::with_capacity(4);
        operands.push(left);
        loop {
            if self.bump_kind() == TokenKind::Bar {
                self.bump();
            }
            let operand = self.binary(power + 1);
            let operand = self.or_missing(operand);
            span = span.to(operand.span);
            operands.push(operand);
            if !matches!(self.infix(), Some(Infix::Logical(next)) if next == op) {
                return Expr { kind: ExprKind::Logical { op, operands }, span };
            }
        }
    }

    fn comparison(&mut self, left: Expr, op: BinaryOp, power: u8) -> Expr {
        let op_span = self.bump();
        let right = if power == TEXT { self.signed() } else { self.binary(power + 1) };
        let right = self.or_missing(right);
        let span = left.span.to(right.span);
        Expr { kind: ExprKind::Binary { op, op_span, operands: Box::new([left, right]) }, span }
    }

    fn in_list(&mut self, value: Expr, op: MembershipOp) -> Expr {
        let op_span = self.bump();
        let start = self.here();
        let mut list = Vec::new();
        let mut open = self.require(TokenKind::OpenParen, "`(` and a list");
        if open.is_none() && membership(self.peek()).is_some() && self.peek_at(1) == TokenKind::OpenParen {
            // `x has_all has_any (…)`: the list is there, one word too late.
            self.bump();
            open = Some(self.bump());
        }
        if let Some(open) = open {
            list = if self.is_query_ahead() {
                vec![self.required_pipe()]
            } else {
                self.list(ListEnd::EXPRESSIONS.not_empty(), Self::unnamed)
            };
            self.close(open, TokenKind::CloseParen);
        }
        let list_span = self.since(start);
        let span = value.span.to(op_span).to(list_span);
        Expr { kind: ExprKind::Membership { op, op_span, value: Box::new(value), list, list_span }, span }
    }

    /// Whether a tabular expression, not a list, stands at the cursor: it starts with an operator or has a `|` before a
    /// comma, a closing parenthesis or a `;` of this level.
    fn is_query_ahead(&self) -> bool {
        if self.at_query_operator() {
            return true;
        }
        let mut depth = 0_usize;
        for token in &self.tokens[self.at..] {
            match token.kind {
                TokenKind::End | TokenKind::Semicolon => return false,
                TokenKind::Comma | TokenKind::CloseParen if depth == 0 => return false,
                TokenKind::Bar if depth == 0 => return true,
                TokenKind::OpenParen => depth += 1,
                TokenKind::CloseParen => depth -= 1,
                _ => {}
            }
        }
        false
    }

    fn between(&mut self, value: Expr, negated: bool) -> Expr {
        let op_span = self.bump();
        let open = self.require(TokenKind::OpenParen, "`(` and a range `low .. high`");
        let low = self.required_unnamed();
        self.require(TokenKind::DotDot, "`..`");
        let high = self.required_unnamed();
        match open {
            Some(open) => self.close(open, TokenKind::CloseParen),
            None => self.eat(TokenKind::CloseParen).is_some(),
        };
        let span = self.since(value.span);
        let (low, high) = (Box::new(low), Box::new(high));
        Expr { kind: ExprKind::Between { negated, op_span, value: Box::new(value), low, high }, span }
    }

    /// An operand for operators at least as tight as `least`: a signed path, or the `*` of `* has 'x'`.
    fn operand(&mut self, least: u8) -> Option<Expr> {
        if self.peek() == TokenKind::Star {
            let next = self.peek_at(1);
            let compared = next == TokenKind::EqualEqual && least <= EQUALITY;
            if !compared && string_operator(next).is_none() {
                return None;
            }
            let span = self.bump();
            return Some(Expr { kind: ExprKind::Star, span });
        }
        self.signed()
    }

    /// A path with at most one sign before it.
    pub(super) fn signed(&mut self) -> Option<Expr> {
        let op = match self.peek() {
            TokenKind::Minus => UnaryOp::Minus,
            TokenKind::Plus => UnaryOp::Plus,
            _ => return self.path(),
        };
        let start = self.bump();
        let operand = self.path();
        let operand = self.or_missing(operand);
        self.push_down();
        Some(Expr { kind: ExprKind::Unary { op, operand: Box::new(operand) }, span: self.since(start) })
    }

    /// `name = expr`, `(a, b) = expr` or `expr`.
    pub(super) fn named(&mut self) -> Option<NamedExpr> {
        let start = self.here();
        let names = self.new_names();
        if names.is_empty() {
            let expr = self.unnamed()?;
            return Some(NamedExpr { names, span: expr.span, expr });
        }
        let expr = self.required_unnamed();
        Some(NamedExpr { names, span: start.to(expr.span), expr })
    }

    /// The names before a `=`, which is read too; none, and nothing read, when no name is given here.
    fn new_names(&mut self) -> GivenNames {
        let one = self.new_name_len(0);
        if one > 0 && self.peek_at(one) == TokenKind::Equal {
            let name = self.take_name(one);
            self.bump();
            return GivenNames::One(name);
        }
        if one <= 1 && matches!(self.peek(), TokenKind::Identifier | TokenKind::Keyword(_)) {
            return self.dashed_name();
        }
        self.tuple_names()
    }

    /// `a-b = …`: a name that needs brackets.
    fn dashed_name(&mut self) -> GivenNames {
        let part = |kind| matches!(kind, TokenKind::Identifier | TokenKind::Keyword(_) | TokenKind::Minus);
        let mut len = 1;
        while part(self.peek_at(len)) && self.touches(len) {
            len += 1;
        }
        if self.peek_at(len) != TokenKind::Equal {
            return GivenNames::None;
        }
        let span = self.here().to(self.token(len - 1).span);
        let text = self.slice(span).to_owned();
        self.note(span, format!("`{text}` is no name without brackets"), Some(format!("write `['{text}']`")));
        self.at += len + 1;
        GivenNames::One(Name { span, bracketed: false })
    }

    fn tuple_names(&mut self) -> GivenNames {
        if self.peek() != TokenKind::OpenParen {
            return GivenNames::None;
        }
        let mut ahead = 1;
        let mut names = Vec::new();
        loop {
            let len = self.new_name_len(ahead);
            if len == 0 {
                break;
            }
            names.push(self.name_at(ahead, len));
            ahead += len;
            if self.peek_at(ahead) != TokenKind::Comma {
                break;
            }
            ahead += 1;
        }
        if names.is_empty()
            || self.peek_at(ahead) != TokenKind::CloseParen
            || self.peek_at(ahead + 1) != TokenKind::Equal
        {
            return GivenNames::None;
        }
        if self.peek_at(ahead - 1) == TokenKind::Comma {
            let span = self.token(ahead - 1).span;
            self.note(span, "a name is missing after this comma".to_owned(), None);
        }
        self.at += ahead + 2;
        match names.as_slice() {
            [only] => GivenNames::One(*only),
            _ => GivenNames::Tuple(names),
        }
    }

    /// [`Parser::named`] where the tree holds a plain expression: a name given becomes [`ExprKind::Assign`].
    pub(super) fn named_as_expr(&mut self) -> Option<Expr> {
        self.named().map(assignment)
    }

    /// [`Parser::named_as_expr`], or a report that it is missing.
    pub(super) fn required_named_as_expr(&mut self) -> Expr {
        let expr = self.named_as_expr();
        self.or_missing(expr)
    }

    pub(super) fn required_named(&mut self) -> NamedExpr {
        if let Some(named) = self.named() {
            return named;
        }
        let expr = self.missing_expr();
        NamedExpr { names: GivenNames::None, span: expr.span, expr }
    }

    /// An argument of a call: named, or `*`.
    pub(super) fn argument(&mut self) -> Option<Arg> {
        if self.peek() == TokenKind::Star && matches!(self.peek_at(1), TokenKind::CloseParen | TokenKind::Comma) {
            let span = self.bump();
            return Some(Arg { name: None, value: Expr { kind: ExprKind::Star, span } });
        }
        let named = self.named()?;
        Some(match named.names {
            GivenNames::One(name) => Arg { name: Some(name), value: named.expr },
            _ => Arg { name: None, value: assignment(named) },
        })
    }

    /// `(a, b)` of a call; the cursor is at the parenthesis.
    pub(super) fn arguments(&mut self) -> Vec<Arg> {
        let open = self.bump();
        let args = self.list(ListEnd::EXPRESSIONS, Self::argument);
        self.close(open, TokenKind::CloseParen);
        args
    }
}

fn assignment(named: NamedExpr) -> Expr {
    if named.names.is_empty() {
        return named.expr;
    }
    let span = named.span;
    Expr { kind: ExprKind::Assign(Box::new(named)), span }
}

/// The operator with one text on each side that `kind` is, `:` included.
pub(in crate::kql) fn string_operator(kind: TokenKind) -> Option<BinaryOp> {
    use Keyword as K;
    let keyword = match kind {
        TokenKind::EqualTilde => return Some(BinaryOp::EqualTilde),
        TokenKind::BangTilde => return Some(BinaryOp::NotEqualTilde),
        TokenKind::Colon => return Some(BinaryOp::Colon),
        TokenKind::Keyword(keyword) => keyword,
        _ => return None,
    };
    Some(match keyword {
        K::Has => BinaryOp::Has,
        K::NotHas => BinaryOp::NotHas,
        K::HasCs => BinaryOp::HasCs,
        K::NotHasCs => BinaryOp::NotHasCs,
        K::Hasprefix => BinaryOp::HasPrefix,
        K::NotHasprefix => BinaryOp::NotHasPrefix,
        K::HasprefixCs => BinaryOp::HasPrefixCs,
        K::NotHasprefixCs => BinaryOp::NotHasPrefixCs,
        K::Hassuffix => BinaryOp::HasSuffix,
        K::NotHassuffix => BinaryOp::NotHasSuffix,
        K::HassuffixCs => BinaryOp::HasSuffixCs,
        K::NotHassuffixCs => BinaryOp::NotHasSuffixCs,
        K::Contains => BinaryOp::Contains,
        K::NotContains | K::Notcontains => BinaryOp::NotContains,
        K::ContainsCs | K::Containscs => BinaryOp::ContainsCs,
        K::NotContainsCs | K::Notcontainscs => BinaryOp::NotContainsCs,
        K::Startswith => BinaryOp::StartsWith,
        K::NotStartswith => BinaryOp::NotStartsWith,
        K::StartswithCs => BinaryOp::StartsWithCs,
        K::NotStartswithCs => BinaryOp::NotStartsWithCs,
        K::Endswith => BinaryOp::EndsWith,
        K::NotEndswith => BinaryOp::NotEndsWith,
        K::EndswithCs => BinaryOp::EndsWithCs,
        K::NotEndswithCs => BinaryOp::NotEndsWithCs,
        K::Like => BinaryOp::Like,
        K::Notlike => BinaryOp::NotLike,
        K::Likecs => BinaryOp::LikeCs,
        K::Notlikecs => BinaryOp::NotLikeCs,
        K::MatchesRegex => BinaryOp::MatchesRegex,
        _ => return None,
    })
}

/// The operator with a list on the right that `kind` is.
pub(in crate::kql) const fn membership(kind: TokenKind) -> Option<MembershipOp> {
    Some(match kind {
        TokenKind::Keyword(Keyword::In) => MembershipOp::In,
        TokenKind::Keyword(Keyword::NotIn) => MembershipOp::NotIn,
        TokenKind::Keyword(Keyword::InTilde) => MembershipOp::InTilde,
        TokenKind::Keyword(Keyword::NotInTilde) => MembershipOp::NotInTilde,
        TokenKind::Keyword(Keyword::HasAny) => MembershipOp::HasAny,
        TokenKind::Keyword(Keyword::HasAll) => MembershipOp::HasAll,
        _ => return None,
    })
}
