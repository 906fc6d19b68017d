//! Statements: what stands between semicolons.

use super::{ColumnDecl, Expr, Name, TypeName};
use crate::text::Span;

/// A whole query text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// The statements in written order. The tabular (or scalar) expression statements give results; most queries have one, last.
    pub statements: Vec<Statement>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// Without the semicolon.
    pub span: Span,
}

/// The kinds of statements.
#[derive(Debug, Clone, PartialEq)]
pub enum StatementKind {
    /// `let name = …`.
    Let {
        /// The name bound.
        name: Name,
        /// What it is bound to.
        value: LetValue,
    },
    /// `set option = value`.
    Set {
        /// The request property.
        name: Name,
        /// Its value, if written.
        value: Option<Expr>,
    },
    /// `declare query_parameters(a:string = 'x')`.
    QueryParameters(Vec<Parameter>),
    /// `declare pattern p = (a:string)[b:string] { … }`.
    Pattern(Pattern),
    /// `restrict access to (…)`.
    Restrict(Vec<Expr>),
    /// `alias database d = …`.
    Alias {
        /// The new name.
        name: Name,
        /// The database.
        value: Expr,
    },
    /// An expression whose value is a result of the query.
    Expression(Expr),
    /// `.show tables | …`: a control command, which is no query; what it says is not part of the tree.
    Command,
}

/// The right side of a `let`.
#[derive(Debug, Clone, PartialEq)]
pub enum LetValue {
    /// A scalar or tabular expression: a calculation, not a value.
    Expr(Expr),
    /// A lambda.
    Function(Box<Function>),
    /// `entity_group [ … ]`.
    EntityGroup(Vec<Expr>),
}

/// `[view] (a:string, T:(x:long)) { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// Declared with `view`.
    pub view: bool,
    /// The parameters; tabular ones first, as the language asks.
    pub parameters: Vec<Parameter>,
    /// The statements of the body; the last expression is its value.
    pub body: Query,
    /// The body with its braces.
    pub body_span: Span,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: ParameterType,
    /// Its default value.
    pub default: Option<Expr>,
    /// From name to default.
    pub span: Span,
}

/// The type of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParameterType {
    /// `x:string`; `None` when no type is written.
    Scalar(Option<TypeName>),
    /// `T:(a:string, b:long)` or `T:(*)` (then `open`).
    Tabular {
        /// The columns that the argument must have.
        columns: Vec<ColumnDecl>,
        /// `(*)`: any table.
        open: bool,
    },
}

/// `declare pattern`.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// `[path:string]`.
    pub path: Option<Parameter>,
    /// The bodies by argument values; empty for a declaration only.
    pub cases: Vec<PatternCase>,
}

/// `('a', 'b').['c'] = { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternCase {
    /// The argument values.
    pub arguments: Vec<Expr>,
    /// The path value.
    pub path: Option<Expr>,
    /// The body.
    pub body: Query,
    /// The whole case.
    pub span: Span,
}
