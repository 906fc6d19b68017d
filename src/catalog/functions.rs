//! The functions that every query may call: scalar functions, aggregates, plugins, operators with their signatures, and
//! the functions of a Sentinel workspace (ASIM parsers, watchlists).

use std::sync::{LazyLock, OnceLock};

use hashbrown::HashMap;

use super::lines::SortedLines;
use super::tables::{ColumnType, columns};
use crate::value::Type;

const WORKSPACE: SortedLines = SortedLines(include_str!("../../schemas/catalog/functions/workspace.txt"));

/// A built-in function, aggregate, plugin or operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name; case matters.
    pub name: &'static str,
    /// How the column is called that holds its result and got no name.
    pub naming: Naming,
    /// What to write instead, for functions that are no longer documented.
    pub obsolete: Option<&'static str>,
    /// The ways to call it; at least one.
    pub signatures: Vec<Signature>,
}

impl Function {
    /// Fewest and most arguments over all signatures.
    pub fn argument_count(&self) -> Arity {
        let min = self.signatures.iter().map(|signature| signature.arity().min).min().unwrap_or(0);
        let max = self.signatures.iter().map(|signature| signature.arity().max).max().unwrap_or(0);
        Arity { min, max }
    }
}

/// How the engine names the column of a call that got no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// As any expression without a name.
    None,
    /// Like the first argument.
    First,
    /// Like the only argument; none with more arguments.
    Only,
    /// Like the column that the first argument's text names, or else like the second argument.
    NamedColumn,
    /// The prefix, `_` and the first argument's name: `sum_x`, `count_`.
    Prefixed(&'static str),
    /// The prefix and the names of the first two arguments with `_` between them: `covariancep_x_y`.
    PrefixedBoth(&'static str),
    /// Always the same.
    Fixed(&'static str),
    /// Made by the function's own rule, with this prefix (`argmax`).
    Own(&'static str),
}

/// How many arguments something takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arity {
    /// The fewest.
    pub min: usize,
    /// The most; `usize::MAX` for no limit.
    pub max: usize,
}

impl Arity {
    /// Whether `count` arguments are right.
    pub const fn allows(self, count: usize) -> bool {
        self.min <= count && count <= self.max
    }
}

/// One way to call a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The parameters in order.
    pub parameters: Vec<Parameter>,
    /// The type of the result.
    pub returns: Returns,
}

impl Signature {
    /// Fewest and most arguments.
    pub fn arity(&self) -> Arity {
        self.parameters.iter().fold(Arity { min: 0, max: 0 }, |sum, parameter| Arity {
            min: sum.min + parameter.times.min,
            max: sum.max.saturating_add(parameter.times.max),
        })
    }
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// How often it may be given: once, optionally, repeated.
    pub times: Arity,
    /// What its argument may be.
    pub kind: Kind,
    /// What form its argument must have.
    pub form: ArgumentForm,
    /// The texts allowed for a literal; empty for any.
    pub values: Vec<&'static str>,
}

/// What an argument may be (the parameter kinds of Microsoft's language service).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One of these types.
    Types(Vec<Type>),
    /// A type literal, `typeof(long)`.
    TypeLiteral,
    /// Any scalar.
    Scalar,
    /// `int`, `long`.
    Integer,
    /// `int`, `long`, `real`, `decimal`.
    Number,
    /// A number or a bool.
    NumberOrBool,
    /// A number, datetime or timespan.
    Summable,
    /// Anything with an order: a number, datetime, timespan, string or bool.
    Orderable,
    /// `string` or `dynamic`.
    StringOrDynamic,
    /// `string` or a dynamic array.
    StringOrArray,
    /// A whole number or a dynamic array.
    IntegerOrArray,
    /// A dynamic array.
    Array,
    /// A dynamic property bag.
    Bag,
    /// Any scalar but `bool`.
    NotBool,
    /// Any scalar but `real` and `bool`.
    NotRealOrBool,
    /// Any scalar but `dynamic`.
    NotDynamic,
    /// A table.
    Table,
    /// As the parameter of this index.
    Same(usize),
    /// All arguments of this kind must have a common type.
    Common,
    /// All arguments of this kind must have a common type with an order.
    CommonOrderable,
    /// All arguments of this kind must have a common type, or be `dynamic`.
    CommonOrDynamic,
}

/// What form an argument must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentForm {
    /// Any expression.
    Any,
    /// A column's name.
    Column,
    /// A column's name of the table given first.
    ColumnOfFirst,
    /// A constant expression.
    Constant,
    /// A literal.
    Literal,
    /// `*` only.
    Star,
    /// An expression or `*`.
    StarAllowed,
    /// A call of an aggregate.
    Aggregate,
}

/// The type of a call's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Returns {
    /// Always this.
    Type(Type),
    /// The type of the argument for the parameter of this index.
    Argument(usize),
    /// The first argument's type; `int` becomes `long`.
    FirstPromoted,
    /// The widest numeric type of the arguments; `int` becomes `long`.
    Widest,
    /// The common type of the arguments of kind [`Kind::Common`].
    Common,
    /// The same, `dynamic` arguments left out.
    CommonNotDynamic,
    /// The type that the last argument, a type literal, names.
    TypeOfLast,
    /// Several columns: the prefix of their names (`{0}` is the first argument's name) and name and type of each.
    Tuple(&'static str, Vec<ColumnType>),
    /// One sorted array for each argument.
    Sorted,
    /// A table of these columns; `true`: and the input's.
    Table(Vec<ColumnType>, bool),
    /// By the function's own rule.
    Own,
    /// Not a scalar: a database, a table by name.
    Entity,
}

/// The functions of one file. A line is read when its function is first asked for.
struct Functions(LazyLock<HashMap<&'static str, Entry>>);

struct Entry {
    line: &'static str,
    read: OnceLock<Option<Function>>,
}

impl Functions {
    fn get(&'static self, name: &str) -> Option<&'static Function> {
        let (name, entry) = self.0.get_key_value(name)?;
        entry.read.get_or_init(|| function(name, entry.line)).as_ref()
    }
}

fn listed(lines: SortedLines) -> HashMap<&'static str, Entry> {
    lines.entries().map(|(name, line)| (name, Entry { line, read: OnceLock::new() })).collect()
}

static SCALARS: Functions = Functions(LazyLock::new(|| listed(SCALAR)));
static AGGREGATES: Functions = Functions(LazyLock::new(|| listed(AGGREGATE)));
static PLUGINS: Functions = Functions(LazyLock::new(|| listed(PLUGIN)));
static OPERATORS: Functions = Functions(LazyLock::new(|| listed(OPERATOR)));

/// The scalar function of this name.
pub fn scalar_function(name: &str) -> Option<&'static Function> {
    SCALARS.get(name)
}

/// The aggregate function of this name.
pub fn aggregate(name: &str) -> Option<&'static Function> {
    AGGREGATES.get(name)
}

/// The plugin (what `evaluate` calls) of this name.
pub fn plugin(name: &str) -> Option<&'static Function> {
    PLUGINS.get(name)
}

/// The operator written so: `+`, `has_any`, `between`, `unary -`.
pub fn operator(text: &str) -> Option<&'static Function> {
    OPERATORS.get(text)
}

pub(super) const SCALAR: SortedLines = SortedLines(include_str!("../../schemas/catalog/functions/scalar.txt"));
pub(super) const AGGREGATE: SortedLines = SortedLines(include_str!("../../schemas/catalog/functions/aggregate.txt"));
pub(super) const PLUGIN: SortedLines = SortedLines(include_str!("../../schemas/catalog/functions/plugin.txt"));
pub(super) const OPERATOR: SortedLines = SortedLines(include_str!("../../schemas/catalog/functions/operator.txt"));

/// The names of all scalar functions, sorted.
pub fn scalar_function_names() -> impl Iterator<Item = &'static str> {
    SCALAR.names()
}

/// The names of all aggregates, sorted.
pub fn aggregate_names() -> impl Iterator<Item = &'static str> {
    AGGREGATE.names()
}

/// The names of all plugins, sorted.
pub fn plugin_names() -> impl Iterator<Item = &'static str> {
    PLUGIN.names()
}

/// A function of the workspace: an ASIM parser, `_GetWatchlist`.
#[derive(Debug, Clone)]
pub struct WorkspaceFunction {
    /// Its name; case matters.
    pub name: &'static str,
    /// Its parameters in order.
    pub parameters: Vec<WorkspaceParameter>,
    /// What it gives.
    pub result: WorkspaceResult,
}

/// A parameter of a workspace function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkspaceParameter {
    /// Its name.
    pub name: &'static str,
    /// Its type; `None` for a table.
    pub ty: Option<Type>,
    /// It may be left out.
    pub optional: bool,
}

/// What a workspace function gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkspaceResult {
    /// A table of these columns.
    Table {
        /// Its columns.
        columns: Vec<ColumnType>,
        /// It may have more.
        open: bool,
    },
    /// The input's columns and these (`invoke FileProfile(SHA1)`).
    Added(Vec<ColumnType>),
    /// Not known.
    Unknown,
}

/// The workspace function of this name.
pub fn workspace_function(name: &str) -> Option<WorkspaceFunction> {
    if name.starts_with('@') {
        return None;
    }
    let (name, rest) = WORKSPACE.entry(name)?;
    let (shape, parameters) = rest.split_once('\t')?;
    let result = match shape.trim_end_matches('*') {
        "?" => WorkspaceResult::Unknown,
        added if added.starts_with('+') => WorkspaceResult::Added(columns(&added[1..]).collect()),
        set => WorkspaceResult::Table { columns: columns(WORKSPACE.get(set)?).collect(), open: shape.ends_with('*') },
    };
    let parameters = parameters.trim_matches(['(', ')']);
    let parameters = parameters.split(", ").filter_map(workspace_parameter).collect();
    Some(WorkspaceFunction { name, parameters, result })
}

fn workspace_parameter(text: &'static str) -> Option<WorkspaceParameter> {
    let (name, ty) = text.split_once(": ")?;
    Some(WorkspaceParameter { name, ty: Type::from_name(ty.trim_end_matches('?')), optional: ty.ends_with('?') })
}

/// The names of all workspace functions, sorted.
pub fn workspace_function_names() -> impl Iterator<Item = &'static str> {
    WORKSPACE.names().filter(|name| !name.starts_with('@'))
}

/// Reads a line. One that cannot be read is no function; a test sees to it that there is none.
fn function(name: &'static str, rest: &'static str) -> Option<Function> {
    let mut fields = rest.split('\t');
    let naming = naming(fields.next()?);
    let obsolete = fields.next().filter(|text| *text != "-");
    let signatures = fields.next()?.split(" ; ").map(signature).collect::<Option<Vec<_>>>()?;
    Some(Function { name, naming, obsolete, signatures })
}

fn naming(text: &'static str) -> Naming {
    match text {
        "-" => Naming::None,
        "first" => Naming::First,
        "only" => Naming::Only,
        "column" => Naming::NamedColumn,
        text if text.ends_with("_both") => Naming::PrefixedBoth(text.strip_suffix("_both").unwrap_or_default()),
        _ => match (text.strip_prefix('='), text.strip_prefix('_'), text.strip_suffix("_first")) {
            (Some(name), _, _) => Naming::Fixed(name),
            (_, _, Some(prefix)) => Naming::Prefixed(prefix),
            (_, Some(prefix), _) => Naming::Own(prefix),
            _ => Naming::None,
        },
    }
}

fn signature(text: &'static str) -> Option<Signature> {
    let (parameters, returned) = text.trim().strip_prefix('(')?.split_once(") -> ")?;
    let parameters = match parameters {
        "" => Vec::new(),
        _ => parameters.split(", ").map(parameter).collect::<Option<Vec<_>>>()?,
    };
    Some(Signature { parameters, returns: returns(returned)? })
}

fn parameter(text: &'static str) -> Option<Parameter> {
    let (name, rest) = text.split_once(": ")?;
    let (name, times) = match name.split_once('{') {
        Some((name, times)) => {
            let (min, max) = times.strip_suffix('}')?.split_once(',')?;
            let max = if max.is_empty() { usize::MAX } else { max.parse().ok()? };
            (name, Arity { min: min.parse().ok()?, max })
        }
        None => match name.strip_suffix('?') {
            Some(name) => (name, Arity { min: 0, max: 1 }),
            None => (name, Arity { min: 1, max: 1 }),
        },
    };
    let (kind_text, form_text) = rest.split_once(' ').unwrap_or((rest, ""));
    let (form_text, values) = form_text.split_once('(').unwrap_or((form_text, ""));
    let values = values.trim_end_matches(')').split('|').filter(|value| !value.is_empty()).collect();
    Some(Parameter { name, times, kind: kind(kind_text)?, form: form(form_text), values })
}

fn kind(text: &'static str) -> Option<Kind> {
    Some(match text {
        "type" => Kind::TypeLiteral,
        "scalar" => Kind::Scalar,
        "integer" => Kind::Integer,
        "number" => Kind::Number,
        "number-or-bool" => Kind::NumberOrBool,
        "summable" => Kind::Summable,
        "orderable" => Kind::Orderable,
        "string-or-dynamic" => Kind::StringOrDynamic,
        "string-or-array" => Kind::StringOrArray,
        "integer-or-array" => Kind::IntegerOrArray,
        "dynamic-array" => Kind::Array,
        "dynamic-bag" => Kind::Bag,
        "not-bool" => Kind::NotBool,
        "not-real-or-bool" => Kind::NotRealOrBool,
        "not-dynamic" => Kind::NotDynamic,
        "tabular" => Kind::Table,
        "parameter0" => Kind::Same(0),
        "parameter1" => Kind::Same(1),
        "common-scalar" => Kind::Common,
        "common-orderable" => Kind::CommonOrderable,
        "common-scalar-or-dynamic" => Kind::CommonOrDynamic,
        types => Kind::Types(types.split('/').map(Type::from_name).collect::<Option<Vec<_>>>()?),
    })
}

fn form(text: &str) -> ArgumentForm {
    match text {
        "column" => ArgumentForm::Column,
        "column-parameter0" | "column-parameter0-common" => ArgumentForm::ColumnOfFirst,
        "constant" => ArgumentForm::Constant,
        "literal" | "literal-not-empty" => ArgumentForm::Literal,
        "star-only" => ArgumentForm::Star,
        "star-allowed" => ArgumentForm::StarAllowed,
        "aggregate" => ArgumentForm::Aggregate,
        _ => ArgumentForm::Any,
    }
}

fn returns(text: &'static str) -> Option<Returns> {
    Some(match text {
        "arg0" => Returns::Argument(0),
        "arg1" => Returns::Argument(1),
        "arg0-promoted" => Returns::FirstPromoted,
        "array" => Returns::Type(Type::Dynamic),
        "widest" => Returns::Widest,
        "common" => Returns::Common,
        "common-not-dynamic" => Returns::CommonNotDynamic,
        "typeof-last" => Returns::TypeOfLast,
        "sorted" => Returns::Sorted,
        "computed" | "?" => Returns::Own,
        "entity" => Returns::Entity,
        "+" => Returns::Table(Vec::new(), true),
        _ => return returned_columns(text).or_else(|| Type::from_name(text).map(Returns::Type)),
    })
}

/// `(prefix: a real, b long)` of a scalar function, `a real, b long, +` of a plugin.
fn returned_columns(text: &'static str) -> Option<Returns> {
    if let Some((prefix, columns)) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')?.split_once(": ")) {
        return Some(Returns::Tuple(prefix, columns.split(", ").map(named_type).collect::<Option<_>>()?));
    }
    let (columns, kept) = text.strip_suffix(", +").map_or((text, false), |columns| (columns, true));
    Some(Returns::Table(columns.split(", ").map(named_type).collect::<Option<_>>()?, kept))
}

fn named_type(text: &'static str) -> Option<ColumnType> {
    let (name, ty) = text.split_once(' ')?;
    Some(ColumnType { name, ty: Type::from_name(ty)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_catalogue_is_read() {
        for (lines, functions) in
            [(SCALAR, &SCALARS), (AGGREGATE, &AGGREGATES), (PLUGIN, &PLUGINS), (OPERATOR, &OPERATORS)]
        {
            for (name, _) in lines.entries() {
                assert!(functions.get(name).is_some(), "{name}");
            }
        }
        for name in workspace_function_names() {
            assert!(workspace_function(name).is_some(), "{name}");
        }
    }

    #[test]
    fn signatures_say_how_often_and_what() {
        let strcat = scalar_function("strcat").expect("in the catalogue");
        assert_eq!(strcat.argument_count(), Arity { min: 1, max: 64 });
        let bin = scalar_function("bin").expect("in the catalogue");
        assert_eq!((bin.naming, bin.signatures.len()), (Naming::First, 4));
        let make_set = aggregate("make_set").expect("in the catalogue");
        assert_eq!(make_set.naming, Naming::Prefixed("set"));
        assert_eq!(aggregate("argmax").expect("in the catalogue").naming, Naming::Own("max"));
        assert!(operator("has_any").is_some() && operator("matches regex").is_some());
    }
}
