//! When a time expression of a query lies: so long before the query runs (`ago(1d)`, `now() - 2h`, a `let` of those), or on
//! a fixed day. The expression is not read but run, by the evaluator, with two clocks far apart: what moves with the clock
//! is relative, what stays is fixed.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::time::Duration;

use crate::bind::{Environment, bind};
use crate::eval::{Database, Limits, Settings, compile};
use crate::kql;
use crate::kql::ast::{Expr, ExprKind, LetValue, Query, StatementKind};
use crate::kql::walk::{Node, Step, walk_expr};
use crate::value::Value;
use crate::value::time::{TICKS_PER_DAY, TICKS_PER_SECOND};

/// The clocks: midnight of two first days of a year that are Sundays (2023, 2034), so that `startofday`, `startofweek` and
/// their like change nothing and a stretch is never taken for longer than it always is.
const CLOCKS: [i64; 2] = [738_520 * TICKS_PER_DAY, 742_538 * TICKS_PER_DAY];

/// When an expression lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// So many seconds before the query runs; below zero, after it.
    Before(i64),
    /// Always on the same day.
    Fixed,
}

/// Reads the time expressions of one query.
#[derive(Debug)]
pub(super) struct Moments<'q> {
    source: &'q str,
    lets: HashMap<String, &'q Expr>,
    /// What was found already, by the text of the expression.
    known: RefCell<HashMap<&'q str, Option<Moment>>>,
}

/// The most that is read for one query: different expressions, `let` values that one of them needs, bytes of its text. Whoever
/// writes more has not written a window by hand.
const MAX_EXPRESSIONS: usize = 200;
const MAX_LETS: usize = 50;
const MAX_TEXT: usize = 2_000;

impl<'q> Moments<'q> {
    /// A reader for the query that `source` was parsed to.
    pub(super) fn of(query: &'q Query, source: &'q str) -> Self {
        let lets = query.statements.iter().filter_map(|statement| match &statement.kind {
            StatementKind::Let { name, value: LetValue::Expr(value) } => Some((name.text(source).into_owned(), value)),
            _ => None,
        });
        Self { source, lets: lets.collect(), known: RefCell::default() }
    }

    /// The value that `let` gives to a name.
    pub(super) fn value_of(&self, name: &str) -> Option<&'q Expr> {
        self.lets.get(name).copied()
    }

    /// What an expression stands for: the value of the `let` that it names, else itself.
    pub(super) fn resolved<'e>(&self, expr: &'e Expr) -> &'e Expr
    where
        'q: 'e,
    {
        match &expr.kind {
            ExprKind::Name(name) => self.value_of(&name.text(self.source)).unwrap_or(expr),
            _ => expr,
        }
    }

    /// When `expr` lies; `None` where that depends on data, on a parameter, or on what the evaluator does not know.
    pub(super) fn when(&self, expr: &Expr) -> Option<Moment> {
        let written = expr.span.slice(self.source);
        if let Some(known) = self.known.borrow().get(written) {
            return *known;
        }
        if self.known.borrow().len() == MAX_EXPRESSIONS {
            return None;
        }
        let found = self.read(expr);
        self.known.borrow_mut().insert(written, found);
        found
    }

    fn read(&self, expr: &Expr) -> Option<Moment> {
        let mut text = String::new();
        self.declare(expr, &mut HashSet::new(), &mut text)?;
        text.push_str(expr.span.slice(self.source));
        let [first, second] = evaluate(&text)?;
        if first == second {
            return Some(Moment::Fixed);
        }
        let moves = second.checked_sub(first)? == CLOCKS[1] - CLOCKS[0];
        moves.then(|| Moment::Before((CLOCKS[0] - first) / TICKS_PER_SECOND))
    }

    /// Adds the `let` statements that `expr` needs, in order; `None` where it needs a name that is no scalar `let`.
    fn declare(&self, expr: &Expr, declared: &mut HashSet<String>, into: &mut String) -> Option<()> {
        if declared.len() > MAX_LETS || into.len() + expr.span.len() as usize > MAX_TEXT {
            return None;
        }
        let mut needed = Vec::new();
        let mut is_scalar = true;
        walk_expr(expr, &mut |node| {
            match node {
                Node::Expr(Expr { kind: ExprKind::Name(name), .. }) => needed.push(name.text(self.source)),
                Node::Expr(Expr { kind: ExprKind::Pipe(_) | ExprKind::DataTable { .. }, .. }) => is_scalar = false,
                _ => {}
            }
            Step::Into
        });
        for name in needed {
            let value = self.value_of(&name)?;
            if declared.insert(name.clone().into_owned()) {
                self.declare(value, declared, into)?;
                let _ = writeln!(into, "let {name} = {};", value.span.slice(self.source));
            }
        }
        is_scalar.then_some(())
    }
}

/// The ticks of a datetime expression at each of the clocks.
fn evaluate(text: &str) -> Option<[i64; 2]> {
    let syntax = kql::parse(text);
    let bound = bind(&syntax, &Environment::new());
    if !syntax.problems.is_empty() || !bound.problems.is_empty() {
        return None;
    }
    let plan = compile(&bound).ok()?;
    let limits = Limits { rows: 100, bytes: 1 << 16, time: Duration::from_secs(1), ..Limits::default() };
    let at = |now| {
        let settings = Settings { limits, ..Settings::at(now) };
        match plan.run(&Database::new(), &settings).ok()?.value(0, 0) {
            Value::DateTime(ticks) => Some(ticks),
            _ => None,
        }
    };
    let [first, second] = CLOCKS;
    Some([at(first)?, at(second)?])
}

#[cfg(test)]
mod tests {
    use super::{Moment, Moments};
    use crate::kql;
    use crate::kql::ast::StatementKind;

    fn when(text: &str) -> Option<Moment> {
        let syntax = kql::parse(text);
        let moments = Moments::of(&syntax.query, &syntax.text);
        match &syntax.query.statements.last()?.kind {
            StatementKind::Expression(expr) => moments.when(expr),
            _ => None,
        }
    }

    #[test]
    fn relative_times_have_their_distance() {
        let table = [
            ("ago(1d)", 86_400),
            ("now()", 0),
            ("now(-2h)", 7_200),
            ("now() - 90s", 90),
            ("now() + 1h", -3_600),
            ("let look = 7d; let start = ago(look * 2); start", 14 * 86_400),
            ("startofday(ago(1d))", 86_400),
            ("bin(now() - 1h, 1h)", 3_600),
            ("datetime_add('day', -3, now())", 3 * 86_400),
            ("startofweek(now())", 0),
            ("let x = totimespan('02:00:00'); ago(x)", 7_200),
        ];
        for (text, seconds) in table {
            assert_eq!(when(text), Some(Moment::Before(seconds)), "{text}");
        }
    }

    #[test]
    fn other_times_are_fixed_or_unknown() {
        assert_eq!(when("datetime(2021-03-01)"), Some(Moment::Fixed));
        for text in
            ["T | where x", "toscalar(T | count)", "ago(unknown)", "1d", "let f = (t:timespan) { ago(t) }; f(1d)"]
        {
            assert_eq!(when(text), None, "{text}");
        }
    }
}
