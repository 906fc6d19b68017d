//! Plugins of `evaluate`, one file each.

pub(super) mod bag_unpack;
mod ipv4_lookup;
mod narrow;
pub(super) mod pivot;

use super::compile::Compiler;
use super::error::Error;
use super::expr::Expr;
use super::plan::Stage;
use super::run::Run;
use super::table::Table;
use crate::bind::ir::{self, ExprKind, PluginArg};
use crate::text::Span;
use crate::value::Value;

/// A compiled plugin.
#[derive(Debug)]
pub(crate) enum Plugin {
    BagUnpack(bag_unpack::BagUnpack),
    Ipv4Lookup(ipv4_lookup::Ipv4Lookup),
    Narrow(Box<Stage>),
    Pivot(pivot::Pivot),
}

/// Whether the columns that a plugin gives are those its input holds as values.
pub(super) fn columns_come_from_rows(name: &str) -> bool {
    matches!(name, "bag_unpack" | "pivot")
}

/// Compiles `evaluate`.
pub(super) fn compile(rel: &ir::Rel, compiler: &mut Compiler) -> Result<Plugin, Error> {
    let ir::RelKind::Plugin { input: Some(input), name, args } = &rel.kind else {
        return Err(Error::unsupported("a plugin without rows before it", rel.span));
    };
    match name.as_str() {
        "bag_unpack" => bag_unpack::compile(rel, input, args, compiler).map(Plugin::BagUnpack),
        "ipv4_lookup" => ipv4_lookup::compile(input, args, rel.span, compiler).map(Plugin::Ipv4Lookup),
        "narrow" => Ok(Plugin::Narrow(Box::new(compiler.rel(input)?))),
        "pivot" => pivot::compile(rel, input, args, compiler).map(Plugin::Pivot),
        _ => Err(Error::unsupported(format!("the plugin {name}"), rel.span)),
    }
}

/// Runs a plugin.
pub(super) fn run(stage: &Stage, plugin: &Plugin, run: &Run) -> Result<Table, Error> {
    match plugin {
        Plugin::BagUnpack(plugin) => plugin.run(stage, run),
        Plugin::Ipv4Lookup(plugin) => plugin.run(stage, run),
        Plugin::Narrow(input) => narrow::run(stage, &input.run(run)?, run),
        Plugin::Pivot(plugin) => plugin.run(stage, run),
    }
}

/// The argument written with this name, or the one at this position that is written without a name.
fn option<'a>(args: &'a [PluginArg], name: &str, position: usize) -> Option<&'a ir::Expr> {
    let named = args.iter().find_map(|arg| match arg {
        PluginArg::Named(written, value) if written == name => Some(value),
        _ => None,
    });
    named.or_else(|| args.get(position).and_then(scalar))
}

fn scalar(arg: &PluginArg) -> Option<&ir::Expr> {
    match arg {
        PluginArg::Scalar(value) => Some(value),
        _ => None,
    }
}

/// The column of its input that an expression is.
fn column_index(expr: &ir::Expr) -> Option<usize> {
    match expr.kind {
        ExprKind::Column(index) => Some(index),
        _ => None,
    }
}

/// The value of an argument that must be a constant.
fn constant(expr: &ir::Expr, compiler: &mut Compiler) -> Result<Value, Error> {
    match compiler.expr(expr)?.constant() {
        Some(value) => Ok(value.clone()),
        None => Err(Error::unsupported("an option of a plugin that is no constant", expr.span)),
    }
}

fn text_option(expr: Option<&ir::Expr>, compiler: &mut Compiler) -> Result<Option<String>, Error> {
    let Some(expr) = expr else { return Ok(None) };
    match constant(expr, compiler)? {
        Value::String(text) => Ok(Some(text)),
        _ => Err(Error::unsupported("an option of a plugin that is no text", expr.span)),
    }
}

fn required<'a>(arg: Option<&'a ir::Expr>, what: &str, span: Span) -> Result<&'a ir::Expr, Error> {
    arg.ok_or_else(|| Error::unsupported(format!("a plugin without {what}"), span))
}

/// A compiled expression, for files of plugins.
type Compiled = Expr;
