//! From the bound query to the plan: every expression becomes a column function, what is used twice is computed once, and
//! what is not built is found before anything runs.

use std::sync::Arc;

use hashbrown::HashMap;

use super::answer::Answer;
use super::call::Function;
use super::equality::{is_text_and_other, may_list, may_look_up, not_alike, type_to_compare};
use super::error::Error;
use super::expr::{Expr, ListSource, Node, binary};
use super::function::user_agent::Part;
use super::kernel::compare::Comparison;
use super::kernel::membership::List;
use super::outline::Outline;
use super::plan::{Plan, PlanResult, Slot, SlotKind, Stage};
use super::stage;
use super::window::Window;
use crate::bind::ir::{self, ContextId};
use crate::kql::ast::{BinaryOp, MembershipOp, UnaryOp};
use crate::text::Span;
use crate::value::{Dynamic, Type, Value, convert};

/// The most a tabular expression or an expression may be nested.
const MAX_DEPTH: usize = 3000;
/// The most expressions of a plan, constants aside: what a function is called with counts wherever its body says it.
const MAX_EXPRESSIONS: usize = 1_000_000;

/// Compiles a bound query. Fails on a query with problems, with the first of them, and with Unsupported where it needs an
/// operator or function that is not built.
pub fn compile(bound: &ir::Bound) -> Result<Plan, Error> {
    compile_with(bound, &[]).map_err(|(error, _)| error)
}

/// A plugin whose columns depend on rows, and what comes before it.
#[derive(Debug)]
pub(super) struct Unresolved {
    /// The rows before the plugin.
    pub(super) input: Stage,
    /// The plugin as bound.
    pub(super) plugin: ir::Rel,
    /// What `input` needs.
    pub(super) slots: Vec<Slot>,
}

/// Like [`compile`], with the places of plugins whose columns were learned; a failure may come with a plugin whose columns
/// must be learned first.
pub(super) fn compile_with(bound: &ir::Bound, learned: &[Span]) -> Result<Plan, (Error, Option<Box<Unresolved>>)> {
    if let Some(problem) = bound.problems.first() {
        return Err((Error::schema(problem.message.clone(), problem.span), None));
    }
    let mut compiler = Compiler { learned: learned.to_vec(), ..Compiler::default() };
    let mut results = Vec::with_capacity(bound.results.len());
    for result in &bound.results {
        let done = match result {
            ir::BoundResult::Table(ir::Rel { kind: ir::RelKind::Fork { input, branches, context }, .. }) => {
                compiler.fork(input, branches, *context)
            }
            ir::BoundResult::Table(rel) => compiler.rel(rel).map(|stage| PlanResult::Table(Box::new(stage))),
            ir::BoundResult::Scalar(expr) => compiler.expr(expr).map(PlanResult::Scalar),
        };
        results.push(done.map_err(|error| (error, compiler.unresolved.take()))?);
    }
    Ok(Plan { results, ..compiler.into_plan() })
}

/// What has been compiled so far.
#[derive(Debug, Default)]
pub(crate) struct Compiler {
    slots: Vec<Slot>,
    /// What the part that is being compiled depends on.
    contexts: Vec<ContextId>,
    shared: HashMap<usize, usize>,
    depth: usize,
    /// How many expressions, constants aside.
    expressions: usize,
    learned: Vec<Span>,
    unresolved: Option<Box<Unresolved>>,
    pub(crate) outline: Outline,
    readers: HashMap<String, usize>,
}

impl Compiler {
    /// A compiler that goes on where another stopped.
    pub(super) fn continuing(slots: Vec<Slot>) -> Self {
        Self { slots, ..Self::default() }
    }

    /// A plan without results, for what was compiled so far.
    pub(super) fn into_plan(self) -> Plan {
        let mut dependent: HashMap<ContextId, Vec<usize>> = HashMap::new();
        for (slot, held) in self.slots.iter().enumerate() {
            for context in &held.contexts {
                dependent.entry(*context).or_default().push(slot);
            }
        }
        let (outline, readers) = (self.outline.entries, self.readers);
        Plan { results: Vec::new(), slots: self.slots, dependent, outline, readers }
    }

    /// Whether the columns of the plugin at this place were learned from rows.
    pub(super) fn has_learned(&self, span: Span) -> bool {
        self.learned.contains(&span)
    }

    /// Stops at a plugin whose columns depend on rows.
    pub(super) fn stop_at(&mut self, plugin: &ir::Rel, input: &ir::Rel) -> Error {
        let stopped = Error::unsupported("a plugin whose columns depend on rows, here", plugin.span);
        match self.rel(input) {
            Ok(input) => {
                let slots = std::mem::take(&mut self.slots);
                self.unresolved = Some(Box::new(Unresolved { input, plugin: plugin.clone(), slots }));
                stopped
            }
            Err(error) => error,
        }
    }

    /// Compiles a tabular expression of which all columns are read.
    pub(crate) fn rel(&mut self, rel: &ir::Rel) -> Result<Stage, Error> {
        let stage = self.input(rel)?;
        stage.mark_wanted(vec![true; stage.names.len()]);
        Ok(stage)
    }

    /// Compiles the input of an operator that says in [`Stage::mark_wanted`] which columns it reads.
    pub(crate) fn input(&mut self, rel: &ir::Rel) -> Result<Stage, Error> {
        let id = self.outline.begin(rel.span, rel.columns.len());
        let op = self.nested(rel.span, |compiler| stage::compile(rel, compiler))?;
        let wanted = self.outline.end(id, &op);
        if let stage::Op::Table { name, .. } = &op {
            *self.readers.entry(name.clone()).or_default() += 1;
        }
        let names = rel.columns.iter().map(|column| column.name.to_string()).collect();
        let types = rel.columns.iter().map(|column| column.ty).collect();
        Ok(Stage { id, wanted, op, names, types, span: rel.span })
    }

    /// Notes that what is being compiled depends on the rows that an inner pipe starts from.
    pub(crate) fn reads_context(&mut self, context: ContextId) {
        if !self.contexts.contains(&context) {
            self.contexts.push(context);
        }
    }

    /// Compiles an inner pipe.
    pub(crate) fn body(&mut self, rel: &ir::Rel, context: ContextId) -> Result<Stage, Error> {
        let stage = self.rel(rel);
        self.contexts.retain(|known| *known != context);
        stage
    }

    fn nested<T>(&mut self, span: Span, body: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::LimitExceeded { message: format!("the query is nested deeper than {MAX_DEPTH}"), span });
        }
        let result = body(self);
        self.depth -= 1;
        result
    }

    /// `fork` at the end of a query: the results of its branches.
    fn fork(
        &mut self,
        input: &ir::Rel,
        branches: &[(Option<ir::Name>, ir::Rel)],
        context: ContextId,
    ) -> Result<PlanResult, Error> {
        let input = Box::new(self.rel(input)?);
        let branches = branches.iter().map(|(_, branch)| self.body(branch, context)).collect::<Result<_, _>>()?;
        Ok(PlanResult::Fork(input, branches, context))
    }

    /// Compiles expressions.
    pub(crate) fn exprs(&mut self, exprs: &[ir::Expr]) -> Result<Vec<Expr>, Error> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    /// Compiles an expression that may be left out.
    pub(crate) fn optional(&mut self, expr: Option<&ir::Expr>) -> Result<Option<Expr>, Error> {
        expr.map(|expr| self.expr(expr)).transpose()
    }

    /// Compiles an expression.
    pub(crate) fn expr(&mut self, expr: &ir::Expr) -> Result<Expr, Error> {
        self.expressions += usize::from(!matches!(expr.kind, ir::ExprKind::Literal(_)));
        if self.expressions > MAX_EXPRESSIONS {
            let message =
                format!("the query has more than {MAX_EXPRESSIONS} expressions once its functions are expanded");
            return Err(Error::LimitExceeded { message, span: expr.span });
        }
        let node = self.nested(expr.span, |compiler| compiler.node(expr))?;
        Ok(Expr { node, ty: expr.ty, span: expr.span })
    }

    fn node(&mut self, expr: &ir::Expr) -> Result<Node, Error> {
        use ir::ExprKind as K;
        Ok(match &expr.kind {
            K::Literal(value) => Node::Constant(value.clone()),
            K::Column(at) => Node::Column(*at),
            K::OpenColumn(name) => {
                let what = format!("`{name}` of a table whose columns are not known until its rows are given");
                return Err(Error::unsupported(what, expr.span));
            }
            K::Shared { value, .. } => Node::Slot(self.shared_scalar(value)?),
            K::Argument { value, .. } => self.expr(value)?.node,
            K::Call { name, args } => self.call(expr, name, args)?,
            K::Unary { op: UnaryOp::Plus, operand } => self.expr(operand)?.node,
            K::Unary { op: UnaryOp::Minus, operand } => Node::Negate(Box::new(self.expr(operand)?)),
            K::Binary { op, left, right } => {
                let (left, right) = self.operands(*op, left, right, expr.span)?;
                binary(*op, left, right, expr.span)?
            }
            K::Logical { op, operands } => Node::Logical(*op, self.exprs(operands)?),
            K::Membership { op, value, list } => self.membership(*op, value, list)?,
            K::MembershipTable { op, value, table } => {
                let found = table.columns.iter().next().map_or(Type::Unknown, |column| column.ty);
                if is_plain(*op) && !may_look_up(value.ty, found) {
                    return Err(not_alike(op.as_str(), value.ty, found, expr.span));
                }
                let table = self.table_slot(table)?;
                Node::Membership(*op, Box::new(self.expr(value)?), ListSource::Slot(table))
            }
            K::Between { negated, value, low, high } => Node::Between {
                negated: *negated,
                operands: Box::new([self.expr(value)?, self.expr(low)?, self.expr(high)?]),
            },
            K::Index { base, index } => {
                let part = Node::Index(Box::new([self.expr(base)?, self.expr(index)?]));
                match converting(expr.ty) {
                    Some(name) => {
                        let convert = Function::find(name, vec![Type::Dynamic], expr.ty, expr.span)?;
                        Node::Call(convert, vec![Expr { node: part, ty: Type::Dynamic, span: expr.span }])
                    }
                    None => part,
                }
            }
            K::ToScalar(table) => Node::Slot(self.table_slot(table)?),
            // Functions that take a type have it as the type of their result.
            K::TypeLiteral(types) => match types.as_slice() {
                [ty] if ty.name.is_empty() => Node::Constant(Value::String(ty.ty.as_str().to_owned())),
                _ => return Err(Error::unsupported("typeof() of a row", expr.span)),
            },
            // What binding could not read without calling it a mistake.
            K::Error if matches!(expr.ty, Type::DateTime | Type::TimeSpan | Type::Guid) => {
                return Err(Error::unsupported(format!("a {} written in this way", expr.ty), expr.span));
            }
            K::Error => return Err(Error::schema("the expression has a mistake", expr.span)),
        })
    }

    /// The operands of an operator. A text and a value of another type that are tested for equality are made alike.
    fn operands(&mut self, op: BinaryOp, left: &ir::Expr, right: &ir::Expr, span: Span) -> Result<(Expr, Expr), Error> {
        let (compiled_left, compiled_right) = (self.expr(left)?, self.expr(right)?);
        let is_equality = matches!(Comparison::from_operator(op), Some(Comparison::Equal | Comparison::NotEqual));
        if !is_equality || !is_text_and_other(left.ty, right.ty) {
            return Ok((compiled_left, compiled_right));
        }
        let ty = type_to_compare(left, right).ok_or_else(|| not_alike(op.as_str(), left.ty, right.ty, span))?;
        Ok((converted(compiled_left, ty)?, converted(compiled_right, ty)?))
    }

    fn call(&mut self, expr: &ir::Expr, name: &str, args: &[ir::Expr]) -> Result<Node, Error> {
        if let Some(window) = Window::from_name(name) {
            return Ok(Node::Window(window, self.exprs(args)?));
        }
        if let ("iff" | "iif", [condition, yes, no]) = (name, args) {
            let operands = [self.expr(condition)?, self.expr(yes)?, self.expr(no)?];
            return Ok(Node::Conditional(Box::new(operands)));
        }
        // What neither the catalogue nor the rows at hand have is no column.
        if let ("column_ifexists", [ir::Expr { kind: ir::ExprKind::OpenColumn(_), .. }, default]) = (name, args) {
            return Ok(self.expr(default)?.node);
        }
        if let ("geo_info_from_ip_address", [address]) = (name, args) {
            return Ok(Node::Answer(Answer::Location, Box::new(self.expr(address)?)));
        }
        if let ("parse_user_agent", [agent, parts]) = (name, args) {
            return Ok(Node::Answer(Answer::UserAgent(self.parts(parts)?), Box::new(self.expr(agent)?)));
        }
        let types: Vec<Type> = args.iter().map(|arg| arg.ty).collect();
        let function = Function::find(name, types, expr.ty, expr.span)?;
        Ok(Node::Call(function, self.exprs(args)?))
    }

    /// The parts of a user agent that are asked for, a string or several (Microsoft: "`parse_user_agent()`").
    fn parts(&mut self, parts: &ir::Expr) -> Result<Vec<Part>, Error> {
        let names = match self.expr(parts)?.constant() {
            Some(Value::String(name) | Value::Dynamic(Dynamic::String(name))) => vec![name.clone()],
            Some(Value::Dynamic(Dynamic::Array(names))) => names.iter().map(Dynamic::to_text).collect(),
            _ => return Err(Error::unsupported("parse_user_agent() of parts that are no constant", parts.span)),
        };
        let unknown = |name: &str| Error::unsupported(format!("parse_user_agent() of the part {name:?}"), parts.span);
        names.iter().map(|name| Part::named(name).ok_or_else(|| unknown(name))).collect()
    }

    fn membership(&mut self, op: MembershipOp, value: &ir::Expr, list: &[ir::Expr]) -> Result<Node, Error> {
        let value_type = value.ty;
        if let Some(item) = list.iter().find(|item| is_plain(op) && !may_list(value, item)) {
            return Err(not_alike(op.as_str(), value_type, item.ty, item.span));
        }
        let value = Box::new(self.expr(value)?);
        let items = self.exprs(list)?;
        let constants: Option<Vec<_>> = items.iter().map(|item| item.constant().cloned()).collect();
        Ok(Node::Membership(
            op,
            value,
            match constants {
                Some(constants) => ListSource::Prepared(Box::new(List::new(op, value_type, constants))),
                None => ListSource::Values(items),
            },
        ))
    }

    /// Adds a slot; `compile` makes what it holds.
    fn slot(&mut self, compile: impl FnOnce(&mut Self) -> Result<SlotKind, Error>) -> Result<usize, Error> {
        let outer = std::mem::take(&mut self.contexts);
        let kind = compile(self);
        let contexts = std::mem::replace(&mut self.contexts, outer);
        for context in &contexts {
            self.reads_context(*context);
        }
        self.slots.push(Slot { kind: kind?, contexts });
        Ok(self.slots.len() - 1)
    }

    fn table_slot(&mut self, rel: &ir::Rel) -> Result<usize, Error> {
        self.slot(|compiler| Ok(SlotKind::Table(Box::new(compiler.rel(rel)?))))
    }

    /// The slot of something that is used at several places, known by its address.
    fn shared_slot(
        &mut self,
        address: usize,
        compile: impl FnOnce(&mut Self) -> Result<SlotKind, Error>,
    ) -> Result<usize, Error> {
        let Some(&slot) = self.shared.get(&address) else {
            let slot = self.slot(compile)?;
            self.shared.insert(address, slot);
            return Ok(slot);
        };
        let contexts = self.slots.get(slot).map(|slot| slot.contexts.clone()).unwrap_or_default();
        for context in contexts {
            self.reads_context(context);
        }
        Ok(slot)
    }

    fn shared_scalar(&mut self, value: &Arc<ir::Expr>) -> Result<usize, Error> {
        self.shared_slot(Arc::as_ptr(value).addr(), |compiler| Ok(SlotKind::Scalar(compiler.expr(value)?)))
    }

    /// The slot of a table that is evaluated once however often it is used.
    pub(crate) fn shared_table(&mut self, rel: &Arc<ir::Rel>) -> Result<usize, Error> {
        self.shared_slot(Arc::as_ptr(rel).addr(), |compiler| Ok(SlotKind::Table(Box::new(compiler.rel(rel)?))))
    }
}

/// `in` and `!in`, which compare values; their likes compare texts.
fn is_plain(op: MembershipOp) -> bool {
    matches!(op, MembershipOp::In | MembershipOp::NotIn)
}

/// A value as one of another type.
fn converted(value: Expr, ty: Type) -> Result<Expr, Error> {
    let (from, span) = (value.ty, value.span);
    let node = match (value.constant(), converting(ty)) {
        _ if from == ty => return Ok(value),
        (Some(constant), _) => Node::Constant(convert::convert(constant, ty)),
        (None, Some(name)) => Node::Call(Function::find(name, vec![from], ty, span)?, vec![value]),
        (None, None) => return Ok(value),
    };
    Ok(Expr { node, ty, span })
}

/// The function that makes a typed value of the n-th result of a call that gives several columns; none for dynamics.
fn converting(ty: Type) -> Option<&'static str> {
    match ty {
        Type::Bool => Some("tobool"),
        Type::Int => Some("toint"),
        Type::Long => Some("tolong"),
        Type::Real => Some("toreal"),
        Type::String => Some("tostring"),
        Type::DateTime => Some("todatetime"),
        Type::TimeSpan => Some("totimespan"),
        Type::Decimal => Some("todecimal"),
        Type::Guid => Some("toguid"),
        Type::Dynamic | Type::Unknown => None,
    }
}
