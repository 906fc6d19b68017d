//! Expressions, scalar and tabular.

use std::borrow::Cow;
use std::ops::Deref;

use super::Stage;
use crate::text::Span;

/// An identifier as written: `DeviceId`, `['where']`, `$left`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    /// The whole name, brackets and quotes included. Empty where a name is missing.
    pub span: Span,
    /// Written `['…']` or `["…"]`.
    pub bracketed: bool,
}

impl Name {
    /// The name itself, brackets, quotes and escapes taken away.
    pub fn text<'s>(&self, source: &'s str) -> Cow<'s, str> {
        let raw = self.span.slice(source);
        if self.bracketed { crate::kql::literal::bracketed_name(raw) } else { Cow::Borrowed(raw) }
    }
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// From its first to its last token.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A literal with a value of its own.
    Literal(Literal),
    /// `dynamic(…)`.
    Dynamic(Box<Json>),
    /// `typeof(long)`, `typeof(a:string, b:long)`, `typeof(*)`.
    TypeOf(Vec<ColumnDecl>),
    /// A column, variable, table or argument-less reference.
    Name(Name),
    /// A name with `*` in it, as in `project-away Device*` and `union Security*`. The span is the pattern.
    Wildcard(Span),
    /// `*`.
    Star,
    /// `f(a, b)`; `typeof`, `dynamic` and the data literals are not calls.
    Call {
        /// The function.
        name: Name,
        /// Its arguments in written order.
        args: Vec<Arg>,
    },
    /// `base.selector`; the selector is a name or a call: `x.y`, `database('d').T`, `cluster('c').database('d')`.
    Member {
        /// What stands before the dot.
        base: Box<Expr>,
        /// [`ExprKind::Name`], [`ExprKind::Call`] or [`ExprKind::Wildcard`].
        selector: Box<Expr>,
    },
    /// `base[index]`.
    Index {
        /// What stands before the bracket.
        base: Box<Expr>,
        /// What stands inside.
        index: Box<Expr>,
    },
    /// `-x`, `+x`.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// Its operand.
        operand: Box<Expr>,
    },
    /// `a + b`, `a == b`, `a has b` …
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// Left and right operand.
        operands: Box<[Expr; 2]>,
    },
    /// A chain of one logical operator: `a and b and c`. At least two operands; a nested chain of the same operator
    /// stands only inside [`ExprKind::Paren`].
    Logical {
        /// The operator.
        op: LogicalOp,
        /// The operands, in order.
        operands: Vec<Expr>,
    },
    /// `x in (a, b)`, `x has_any (…)` and their like.
    Membership {
        /// The operator.
        op: MembershipOp,
        /// Where the operator stands.
        op_span: Span,
        /// Left operand.
        value: Box<Expr>,
        /// The list; one element may be a tabular expression or a dynamic array.
        list: Vec<Expr>,
        /// The list with its parentheses.
        list_span: Span,
    },
    /// `x between (a .. b)`, `x !between (a .. b)`.
    Between {
        /// `!between`.
        negated: bool,
        /// Where the operator stands.
        op_span: Span,
        /// Left operand.
        value: Box<Expr>,
        /// Lower end, included.
        low: Box<Expr>,
        /// Upper end, included.
        high: Box<Expr>,
    },
    /// `(x)`.
    Paren(Box<Expr>),
    /// `T | where …`, or an operator that starts a query (`print`, `range`, `union`, `search`, `find` …).
    Pipe(Box<Pipe>),
    /// `datatable(a:string)[…]`.
    DataTable {
        /// The columns.
        columns: Vec<ColumnDecl>,
        /// The cells, row by row.
        values: Vec<Expr>,
    },
    /// `externaldata(a:string)[uri …] with(…)`.
    ExternalData(Box<ExternalData>),
    /// `a = b` where only a value makes sense: `where a = 1`, `take n = 5`. Microsoft's parser lets it through, and so does
    /// this one; binding refuses it.
    Assign(Box<NamedExpr>),
    /// `a, b` without parentheses, the value of an operator's property: `series=a, b`.
    List(Vec<Expr>),
    /// Something had to stand here and did not.
    Missing,
}

/// A table outside of the service.
#[derive(Debug, Clone, PartialEq)]
pub struct ExternalData {
    /// The columns.
    pub columns: Vec<ColumnDecl>,
    /// The storage addresses.
    pub uris: Vec<Expr>,
    /// `with(format='csv')`.
    pub properties: Vec<Arg>,
}

/// A source and the operators it flows through.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipe {
    /// The source; `None` where the first stage is itself a source (`print`, `union`, …).
    pub source: Option<Expr>,
    /// The operators; empty never.
    pub stages: Vec<Stage>,
}

/// A positional or named argument: `x`, `tz='UTC'`.
#[derive(Debug, Clone, PartialEq)]
pub struct Arg {
    /// The name of a named argument.
    pub name: Option<Name>,
    /// Its value.
    pub value: Expr,
}

/// `name = expr`, `(a, b) = expr` or `expr`.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedExpr {
    /// The names given.
    pub names: GivenNames,
    /// The expression.
    pub expr: Expr,
    /// From the first name to the end of the expression.
    pub span: Span,
}

/// The names given to an expression, as a slice; nearly always none or one, which take no memory of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenNames {
    /// `expr`
    None,
    /// `name = expr`
    One(Name),
    /// `(a, b) = expr`
    Tuple(Vec<Name>),
}

impl Deref for GivenNames {
    type Target = [Name];

    fn deref(&self) -> &[Name] {
        match self {
            Self::None => &[],
            Self::One(name) => std::slice::from_ref(name),
            Self::Tuple(names) => names,
        }
    }
}

/// `name:type` in a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnDecl {
    /// The name; empty in `typeof(long)`, the `*` in `typeof(*)`.
    pub name: Name,
    /// The type, if written.
    pub ty: Option<TypeName>,
}

/// The name of a scalar type as written: `long`, `int64`, `date`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeName {
    /// Where it stands.
    pub span: Span,
}

/// A literal; its value is read with [`crate::kql::literal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Literal {
    /// What it is.
    pub kind: LiteralKind,
    /// Where it stands, type word, quotes and parentheses included.
    pub span: Span,
}

/// The kinds of literals. `int(null)` is an [`LiteralKind::Int`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LiteralKind {
    /// `true`, `bool(false)`, `bool(null)`.
    Bool,
    /// `int(5)`.
    Int,
    /// `5`, `0x1F`, `long(5)`.
    Long,
    /// `1.5`, `1e3`, `real(nan)`, `double(1)`.
    Real,
    /// `decimal(1.5)`.
    Decimal,
    /// `'…'`, `@"…"`, `h'…'`, a multi-line string, or several of them side by side.
    String,
    /// `datetime(2024-01-01)`, `date(…)`.
    DateTime,
    /// `5d`, `timespan(1.02:03:04)`, `time(…)`.
    TimeSpan,
    /// `guid(…)`.
    Guid,
    /// `null` where the language allows it alone.
    Null,
}

/// A value inside `dynamic(…)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Json {
    /// What it is.
    pub kind: JsonKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of values inside `dynamic(…)`.
#[derive(Debug, Clone, PartialEq)]
pub enum JsonKind {
    /// `null`.
    Null,
    /// A literal: `1`, `-1.5`, `"a"`, `true`, `datetime(…)`. A sign belongs to the span.
    Literal(Literal),
    /// `[…]`.
    Array(Vec<Json>),
    /// `{"k": v}`; keys are string literals or bare words, read with [`crate::kql::literal::json_key`].
    Object(Vec<(Span, Json)>),
    /// Something had to stand here and did not.
    Missing,
}

/// Prefix operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `-`
    Minus,
    /// `+`
    Plus,
}

/// `and`, `or`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogicalOp {
    /// `and`
    And,
    /// `or`
    Or,
}

impl LogicalOp {
    /// The operator as written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
        }
    }
}

macro_rules! operators {
    ($(#[$meta:meta])* $name:ident { $($variant:ident => $text:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`")] $variant),*
        }

        impl $name {
            /// Every operator.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The operator as written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }
    };
}

operators! {
    /// Operators with one value on each side.
    BinaryOp {
        Add => "+", Subtract => "-", Multiply => "*", Divide => "/", Modulo => "%",
        Equal => "==", NotEqual => "!=", NotEqualAngle => "<>", Less => "<", LessOrEqual => "<=", Greater => ">", GreaterOrEqual => ">=",
        EqualTilde => "=~", NotEqualTilde => "!~",
        Has => "has", NotHas => "!has", HasCs => "has_cs", NotHasCs => "!has_cs",
        HasPrefix => "hasprefix", NotHasPrefix => "!hasprefix", HasPrefixCs => "hasprefix_cs", NotHasPrefixCs => "!hasprefix_cs",
        HasSuffix => "hassuffix", NotHasSuffix => "!hassuffix", HasSuffixCs => "hassuffix_cs", NotHasSuffixCs => "!hassuffix_cs",
        Contains => "contains", NotContains => "!contains", ContainsCs => "contains_cs", NotContainsCs => "!contains_cs",
        StartsWith => "startswith", NotStartsWith => "!startswith", StartsWithCs => "startswith_cs", NotStartsWithCs => "!startswith_cs",
        EndsWith => "endswith", NotEndsWith => "!endswith", EndsWithCs => "endswith_cs", NotEndsWithCs => "!endswith_cs",
        Like => "like", NotLike => "notlike", LikeCs => "likecs", NotLikeCs => "notlikecs",
        MatchesRegex => "matches regex", Colon => ":",
    }
}

operators! {
    /// Operators with a list on the right.
    MembershipOp {
        In => "in", NotIn => "!in", InTilde => "in~", NotInTilde => "!in~", HasAny => "has_any", HasAll => "has_all",
    }
}
