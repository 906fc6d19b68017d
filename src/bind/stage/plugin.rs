//! The columns that plugins give, where they depend on the arguments (Microsoft: the pages of the plugins).

use super::super::ir::{Column, Expr, ExprKind, Name, PluginArg};
use super::super::naming;
use crate::value::{Type, Value, convert};

/// The columns of a plugin whose result depends on its arguments; the second says that there may be more.
pub(super) fn columns(plugin: &str, args: &[PluginArg], input: &[Column]) -> (Vec<Column>, bool) {
    if let Some(columns) = timeline_columns(plugin, args, input) {
        return (columns, false);
    }
    match plugin {
        "bag_unpack" => {
            let unpacked = args.first().and_then(column_of);
            let kept = input.iter().enumerate().filter(|(index, _)| Some(*index) != unpacked);
            (kept.map(|(_, column)| column.clone()).collect(), true)
        }
        "pivot" => (pivot_columns(args, input), true),
        "ipv4_lookup" => {
            let keys: Vec<&str> = args.iter().skip(3).filter_map(|arg| name_of(arg, input)).collect();
            let added = lookup_columns(args).iter().filter(|column| !keys.contains(&column.name.as_str()));
            (naming::made_unique(input.iter().chain(added)), false)
        }
        // The looked up columns come first here, as the service has it.
        "ipv6_lookup" => (naming::made_unique(lookup_columns(args).iter().chain(input)), false),
        "geo_polygon_lookup" | "geo_line_lookup" => {
            let shown = args.iter().any(|arg| match arg {
                PluginArg::Named(name, value) if name == "return_lookup_key" => is_true(value),
                _ => false,
            });
            let shown = shown || matches!(args.get(7), Some(PluginArg::Scalar(value)) if is_true(value));
            let key = args.get(1).and_then(column_of).filter(|_| !shown);
            let added = lookup_columns(args).iter().enumerate().filter(|(at, _)| Some(*at) != key);
            (naming::made_unique(input.iter().chain(added.map(|(_, column)| column))), false)
        }
        "schema_merge" => {
            let of = |name, ty| Column { name: Name::fixed(name), ty };
            let texts = [of("DataType", Type::String), of("ColumnType", Type::String)];
            let columns = [of("ColumnName", Type::String), of("ColumnOrdinal", Type::Long)].into_iter().chain(texts);
            (columns.collect(), false)
        }
        "sequence_detect" => (sequence_columns(args, input), false),
        "funnel_sequence" => {
            passage_columns(args, input).map_or_else(|| (Vec::new(), true), |columns| (columns, false))
        }
        "funnel_sequence_completion" => {
            completion_columns(args, input).map_or_else(|| (Vec::new(), true), |columns| (columns, false))
        }
        "rolling_percentile" => (rolling_columns(args, input), false),
        "dcount_intersect" => {
            let sets = (0..args.len()).map(|at| Column { name: format!("s{at}").into(), ty: Type::Long });
            (input.iter().cloned().chain(sets).collect(), false)
        }
        "python" | "r" | "csharp" => match args.first() {
            Some(PluginArg::Scalar(value)) => match &value.kind {
                ExprKind::TypeLiteral(columns) if columns.iter().any(|column| column.name == "*") => {
                    let added = columns.iter().filter(|column| column.name != "*").cloned();
                    (input.iter().cloned().chain(added).collect(), false)
                }
                ExprKind::TypeLiteral(columns) => (columns.clone(), false),
                _ => (Vec::new(), true),
            },
            _ => (Vec::new(), true),
        },
        _ => (Vec::new(), true),
    }
}

/// The column of its input that a plugin does not give: the one that `diffpatterns` splits the rows by, as the example of its
/// page shows.
pub(super) fn column_left_out(plugin: &str, args: &[PluginArg]) -> Option<usize> {
    args.first().filter(|_| plugin == "diffpatterns").and_then(column_of)
}

fn pivot_columns(args: &[PluginArg], input: &[Column]) -> Vec<Column> {
    let listed: Vec<usize> = args.iter().skip(2).filter_map(column_of).collect();
    if !listed.is_empty() {
        return listed.into_iter().map(|index| input[index].clone()).collect();
    }
    let pivoted = args.first().and_then(column_of);
    let aggregated = match args.get(1) {
        Some(PluginArg::Aggregate(aggregate)) => aggregate.args.first().and_then(column_index),
        _ => None,
    };
    let kept = input.iter().enumerate().filter(|(index, _)| Some(*index) != pivoted && Some(*index) != aggregated);
    kept.map(|(_, column)| column.clone()).collect()
}

/// The column that an expression is.
fn column_index(expr: &Expr) -> Option<usize> {
    match expr.kind {
        ExprKind::Column(index) => Some(index),
        _ => None,
    }
}

fn column_of(arg: &PluginArg) -> Option<usize> {
    match arg {
        PluginArg::Scalar(value) => column_index(value),
        _ => None,
    }
}

fn name_of<'c>(arg: &PluginArg, input: &'c [Column]) -> Option<&'c str> {
    column_of(arg).and_then(|index| input.get(index)).map(|column| column.name.as_str())
}

fn lookup_columns(args: &[PluginArg]) -> &[Column] {
    match args.first() {
        Some(PluginArg::Table(table)) => &table.columns,
        _ => &[],
    }
}

fn is_true(value: &Expr) -> bool {
    value.kind == ExprKind::Literal(Value::Bool(true))
}

/// The columns that arguments behind the first `skipped` name.
fn dimensions<'c>(args: &[PluginArg], skipped: usize, input: &'c [Column]) -> impl Iterator<Item = &'c Column> {
    args.iter().skip(skipped).filter_map(column_of).filter_map(|index| input.get(index))
}

/// The columns of plugins that measure a timeline: the time, the measures, and the dimensions before or behind them.
fn timeline_columns(plugin: &str, args: &[PluginArg], input: &[Column]) -> Option<Vec<Column>> {
    use Type::{Long, Real};
    let (fixed, measures): (usize, &[(&'static str, Type)]) = match plugin {
        "active_users_count" => (8, &[("dcount", Long)]),
        "activity_counts_metrics" => {
            (5, &[("count", Long), ("dcount", Long), ("new_dcount", Long), ("aggregated_dcount", Long)])
        }
        "activity_engagement" => {
            (6, &[("dcount_activities_inner", Long), ("dcount_activities_outer", Long), ("activity_ratio", Real)])
        }
        "activity_metrics" => {
            (5, &[("dcount_values", Long), ("dcount_newvalues", Long), ("retention_rate", Real), ("churn_rate", Real)])
        }
        "new_activity_metrics" => (
            5,
            &[
                ("dcount_new_values", Long),
                ("dcount_retained_values", Long),
                ("dcount_churn_values", Long),
                ("retention_rate", Real),
                ("churn_rate", Real),
            ],
        ),
        "session_count" => (6, &[("count_sessions", Long)]),
        "sliding_window_counts" => (6, &[("Count", Long), ("Dcount", Long)]),
        _ => return None,
    };
    let time = args.get(1).and_then(column_of).and_then(|index| input.get(index))?;
    let named = |prefix: &str| Column { name: format!("{prefix}{}", time.name).into(), ty: time.ty };
    let times = if plugin == "new_activity_metrics" { vec![named("from_"), named("to_")] } else { vec![named("")] };
    let dimensions = dimensions(args, fixed, input).cloned();
    let measures = measures.iter().map(|(name, ty)| Column { name: Name::fixed(name), ty: *ty });
    let columns: Vec<Column> = match plugin {
        "activity_engagement" | "activity_metrics" | "new_activity_metrics" => {
            times.into_iter().chain(measures).chain(dimensions).collect()
        }
        _ => times.into_iter().chain(dimensions).chain(measures).collect(),
    };
    Some(naming::made_unique(columns.iter()))
}

/// `sequence_detect`: the dimensions, the time of each step, the time they took together.
fn sequence_columns(args: &[PluginArg], input: &[Column]) -> Vec<Column> {
    let time = args.first().and_then(column_of).and_then(|index| input.get(index));
    let (time_name, ty) = time.map_or(("", Type::Unknown), |time| (time.name.as_str(), time.ty));
    let steps = args.iter().skip(3).filter_map(|arg| match arg {
        PluginArg::Named(name, step) if step.ty == Type::Bool => {
            Some(Column { name: format!("{name}_{time_name}").into(), ty })
        }
        _ => None,
    });
    let duration = Column { name: Name::fixed("Duration"), ty: if ty == Type::DateTime { Type::TimeSpan } else { ty } };
    let dimensions = dimensions(args, 3, input).filter(|column| column.ty != Type::Bool).cloned();
    dimensions.chain(steps).chain([duration]).collect()
}

fn input_column<'c>(args: &[PluginArg], at: usize, input: &'c [Column]) -> Option<&'c Column> {
    args.get(at).and_then(column_of).and_then(|index| input.get(index))
}

/// `funnel_sequence`: what its tables are made of, the time, the state before the sequence, the state behind it, the id.
fn passage_columns(args: &[PluginArg], input: &[Column]) -> Option<Vec<Column>> {
    let of = |at| input_column(args, at, input);
    let (id, time, state) = (of(0)?, of(1)?, of(6)?);
    let [before, behind] = ["prev", "next"].map(|name| Column { name: Name::fixed(name), ty: state.ty });
    Some(naming::made_unique([time, &before, &behind, id].into_iter()))
}

/// `funnel_sequence_completion`: the time, the state, the period, the number of ids.
fn completion_columns(args: &[PluginArg], input: &[Column]) -> Option<Vec<Column>> {
    let of = |at| input_column(args, at, input);
    let (time, state) = (of(1)?, of(5)?);
    let period = if time.ty == Type::DateTime { Type::TimeSpan } else { time.ty };
    let period = Column { name: Name::fixed("Period"), ty: period };
    let ids = Column { name: Name::fixed("dcount"), ty: Type::Long };
    Some(naming::made_unique([time, state, &period, &ids].into_iter()))
}

/// `rolling_percentile`: the bin, the dimensions, and a column that names what it holds.
fn rolling_columns(args: &[PluginArg], input: &[Column]) -> Vec<Column> {
    let value = args.first().and_then(column_of).and_then(|index| input.get(index));
    let literal = |at: usize| match args.get(at) {
        Some(PluginArg::Scalar(Expr { kind: ExprKind::Literal(value), .. })) => convert::to_text(value),
        _ => String::new(),
    };
    let (value_name, ty) = value.map_or(("", Type::Unknown), |value| (value.name.as_str(), value.ty));
    let name = format!("rolling_{}_percentile_{value_name}_{}", literal(4), literal(1));
    let bin = args.get(2).and_then(column_of).and_then(|index| input.get(index)).cloned();
    bin.into_iter().chain(dimensions(args, 5, input).cloned()).chain([Column { name: name.into(), ty }]).collect()
}
