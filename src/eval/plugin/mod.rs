//! Plugins of `evaluate`, one file each.

mod activity;
pub(super) mod bag_unpack;
mod bins;
mod dcount_intersect;
mod file_profile;
mod funnel;
mod geo_lookup;
mod ip_lookup;
mod narrow;
mod pattern;
pub(super) mod pivot;
mod rolling_percentile;
mod rows_near;
mod schema_merge;
mod sequence_detect;

use super::column::{Cells, Column};
use super::compile::Compiler;
use super::error::Error;
use super::expr::Expr;
use super::plan::Stage;
use super::run::Run;
use super::table::Table;
use crate::bind::ir::{self, ExprKind, PluginArg};
use crate::text::Span;
use crate::value::{Type, Value};

/// A compiled plugin.
#[derive(Debug)]
pub(crate) enum Plugin {
    Activity(Box<activity::Activity>),
    BagUnpack(bag_unpack::BagUnpack),
    Autocluster(Box<pattern::Autocluster>),
    Basket(Box<pattern::Basket>),
    DcountIntersect(dcount_intersect::DcountIntersect),
    Diffpatterns(Box<pattern::Diffpatterns>),
    DiffpatternsText(Box<pattern::DiffpatternsText>),
    FileProfile(Box<file_profile::FileProfile>),
    FunnelCompletion(Box<funnel::Completion>),
    FunnelPassages(Box<funnel::Passages>),
    GeoLookup(Box<geo_lookup::GeoLookup>),
    Identity(Box<Stage>),
    IpLookup(Box<ip_lookup::IpLookup>),
    Narrow(Box<Stage>),
    Pivot(pivot::Pivot),
    RollingPercentile(Box<rolling_percentile::RollingPercentile>),
    RowsNear(Box<rows_near::RowsNear>),
    SchemaMerge(schema_merge::SchemaMerge),
    SequenceDetect(Box<sequence_detect::SequenceDetect>),
}

/// Whether the columns that a plugin gives are those its input holds as values.
pub(super) fn columns_come_from_rows(name: &str) -> bool {
    matches!(name, "bag_unpack" | "pivot")
}

/// Compiles `evaluate`.
pub(super) fn compile(rel: &ir::Rel, compiler: &mut Compiler) -> Result<Plugin, Error> {
    let span = rel.span;
    let ir::RelKind::Plugin { input, name, args } = &rel.kind else {
        return Err(Error::unsupported("a plugin here", span));
    };
    if let Some(reason) = why_not(name) {
        return Err(Error::unsupported(format!("the plugin {name}, {reason},"), span));
    }
    let Some(input) = input else {
        return Err(Error::unsupported("a plugin without rows before it", span));
    };
    if let Some(activity) = activity::compile(name, input, args, span, compiler) {
        return activity.map(|activity| Plugin::Activity(Box::new(activity)));
    }
    Ok(match name.as_str() {
        "bag_unpack" => Plugin::BagUnpack(bag_unpack::compile(rel, input, args, compiler)?),
        "autocluster" => Plugin::Autocluster(Box::new(pattern::Autocluster::compile(input, args, span, compiler)?)),
        "basket" => Plugin::Basket(Box::new(pattern::Basket::compile(input, args, span, compiler)?)),
        "diffpatterns" => Plugin::Diffpatterns(Box::new(pattern::Diffpatterns::compile(input, args, span, compiler)?)),
        "dcount_intersect" => Plugin::DcountIntersect(dcount_intersect::compile(input, args, span, compiler)?),
        "diffpatterns_text" => {
            Plugin::DiffpatternsText(Box::new(pattern::DiffpatternsText::compile(input, args, span, compiler)?))
        }
        "FileProfile" => Plugin::FileProfile(Box::new(file_profile::compile(input, args, span, compiler)?)),
        "funnel_sequence" => Plugin::FunnelPassages(Box::new(funnel::Passages::compile(input, args, span, compiler)?)),
        "funnel_sequence_completion" => {
            Plugin::FunnelCompletion(Box::new(funnel::Completion::compile(input, args, span, compiler)?))
        }
        "geo_polygon_lookup" | "geo_line_lookup" => {
            Plugin::GeoLookup(Box::new(geo_lookup::compile(name, input, args, span, compiler)?))
        }
        "identity" => Plugin::Identity(Box::new(compiler.rel(input)?)),
        "ipv4_lookup" | "ipv6_lookup" => {
            Plugin::IpLookup(Box::new(ip_lookup::compile(name, input, args, span, compiler)?))
        }
        "narrow" => Plugin::Narrow(Box::new(compiler.rel(input)?)),
        "pivot" => Plugin::Pivot(pivot::compile(rel, input, args, compiler)?),
        "rolling_percentile" => {
            Plugin::RollingPercentile(Box::new(rolling_percentile::compile(input, args, span, compiler)?))
        }
        "rows_near" => Plugin::RowsNear(Box::new(rows_near::compile(input, args, span, compiler)?)),
        "schema_merge" => Plugin::SchemaMerge(schema_merge::compile(input, args, span, compiler)?),
        "sequence_detect" => Plugin::SequenceDetect(Box::new(sequence_detect::compile(input, args, span, compiler)?)),
        _ => return Err(Error::unsupported(format!("the plugin {name}"), span)),
    })
}

/// Why a plugin is not built, where there is a reason.
fn why_not(name: &str) -> Option<&'static str> {
    Some(match name {
        "infer_storage_schema" | "infer_storage_schema_with_suggestions" => "which reads external storage",
        "python" | "r" | "csharp" => "which runs code in the service's sandbox",
        "http_request"
        | "http_request_post"
        | "sql_request"
        | "mysql_request"
        | "postgresql_request"
        | "cosmosdb_sql_request"
        | "azure_digital_twins_query_request"
        | "dax_request" => "which asks another service",
        "ai_embed_text" | "ai_embeddings" | "ai_chat_completion" | "ai_chat_completion_prompt" => "which asks a model",
        "execute_query" | "execute_show_command" | "external_datatable" | "estimate_rows_count" => {
            "which asks a cluster"
        }
        _ => return None,
    })
}

/// Runs a plugin.
pub(super) fn run(stage: &Stage, plugin: &Plugin, run: &Run) -> Result<Table, Error> {
    match plugin {
        Plugin::BagUnpack(plugin) => plugin.run(stage, run),
        Plugin::Activity(plugin) => plugin.run(stage, run),
        Plugin::Autocluster(plugin) => plugin.run(stage, run),
        Plugin::Basket(plugin) => plugin.run(stage, run),
        Plugin::DcountIntersect(plugin) => plugin.run(stage, run),
        Plugin::Diffpatterns(plugin) => plugin.run(stage, run),
        Plugin::DiffpatternsText(plugin) => plugin.run(stage, run),
        Plugin::FileProfile(plugin) => plugin.run(stage, run),
        Plugin::FunnelCompletion(plugin) => plugin.run(stage, run),
        Plugin::FunnelPassages(plugin) => plugin.run(stage, run),
        Plugin::GeoLookup(plugin) => plugin.run(stage, run),
        Plugin::Identity(input) => input.run(run),
        Plugin::IpLookup(plugin) => plugin.run(stage, run),
        Plugin::RollingPercentile(plugin) => plugin.run(stage, run),
        Plugin::RowsNear(plugin) => plugin.run(run),
        Plugin::SchemaMerge(plugin) => plugin.run(stage, run),
        Plugin::SequenceDetect(plugin) => plugin.run(stage, run),
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

/// The table that the plugin looks rows up in: its first argument.
fn table<'a>(args: &'a [PluginArg], name: &str, span: Span) -> Result<&'a ir::Rel, Error> {
    match args.first() {
        Some(PluginArg::Table(table)) => Ok(table),
        _ => Err(Error::unsupported(format!("{name} without a table"), span)),
    }
}

fn required<'a>(arg: Option<&'a ir::Expr>, what: &str, span: Span) -> Result<&'a ir::Expr, Error> {
    arg.ok_or_else(|| Error::unsupported(format!("a plugin without {what}"), span))
}

/// A compiled expression, for files of plugins.
type Compiled = Expr;

/// A number, or the ticks of a time.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some((*number).into()),
        Value::Long(number) | Value::DateTime(number) | Value::TimeSpan(number) => Some(*number),
        _ => None,
    }
}

/// Numbers or ticks as a column of the type that a timeline has.
fn timeline_column(ty: Type, cells: Cells<i64>) -> Column {
    match ty {
        Type::DateTime => Column::DateTime(cells),
        Type::TimeSpan => Column::TimeSpan(cells),
        _ => Column::Long(cells),
    }
}

/// The value of a bound or a window.
fn whole_constant(expr: &Compiled, run: &Run) -> Result<i64, Error> {
    whole(&expr.eval_constant(run)?)
        .ok_or_else(|| Error::unsupported("a bound or window that is neither a whole number nor a time", expr.span))
}

/// The width of a bin or a window.
fn positive_constant(expr: &Compiled, run: &Run) -> Result<i64, Error> {
    let width = whole_constant(expr, run)?;
    if width > 0 { Ok(width) } else { Err(Error::runtime("a window must be larger than zero", expr.span)) }
}
