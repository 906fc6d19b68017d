//! `bag_unpack`: the slots of a bag become columns (Microsoft: "`bag_unpack` plugin"). New columns stand behind the kept
//! ones, ordered by name; a slot with values of one type makes a column of that type, else of dynamics.

use std::collections::{BTreeMap, HashSet};

use super::Compiled;
use crate::bind::ir::{self, PluginArg};
use crate::eval::builder::{ColumnBuilder, type_of};
use crate::eval::column::Column;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::Scope;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::{Dynamic, Type, Value, convert};

/// What happens where a slot has the name of a kept column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Conflict {
    Error,
    ReplaceSource,
    KeepSource,
}

/// How a bag is unpacked.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    bag: Compiled,
    /// The input's column that the bag is, which is not kept.
    unpacked: Option<usize>,
    prefix: String,
    conflict: Conflict,
    ignored: HashSet<String>,
    span: Span,
}

/// A compiled `bag_unpack`.
#[derive(Debug)]
pub(crate) struct BagUnpack {
    input: Box<Stage>,
    options: Options,
    /// The columns were learned from rows: a slot beyond them is no answer, it must not be lost.
    learned: bool,
}

/// Reads the arguments.
pub(crate) fn options(args: &[PluginArg], span: Span, compiler: &mut Compiler) -> Result<Options, Error> {
    let bag = super::required(args.first().and_then(super::scalar), "a bag", span)?;
    if !matches!(bag.ty, Type::Dynamic | Type::Unknown) {
        return Err(Error::schema(format!("bag_unpack takes a dynamic, this is a {}", bag.ty), bag.span));
    }
    let prefix = super::text_option(super::option(args, "column_prefix", 1), compiler)?;
    let prefix = match prefix {
        Some(prefix) => Some(prefix),
        None => super::text_option(super::option(args, "OutputColumnPrefix", usize::MAX), compiler)?,
    };
    let conflict = match super::text_option(super::option(args, "columnsConflict", 2), compiler)?.as_deref() {
        None | Some("error") => Conflict::Error,
        Some("replace_source") => Conflict::ReplaceSource,
        Some("keep_source") => Conflict::KeepSource,
        Some(other) => return Err(Error::unsupported(format!("bag_unpack with columnsConflict={other}"), span)),
    };
    let mut ignored = HashSet::new();
    if let Some(names) = super::option(args, "ignoredProperties", 3) {
        match super::constant(names, compiler)? {
            Value::Dynamic(Dynamic::Array(names)) => ignored.extend(names.iter().map(Dynamic::to_text)),
            _ => return Err(Error::unsupported("ignoredProperties that is no array", names.span)),
        }
    }
    let unpacked = super::column_index(bag);
    Ok(Options { bag: compiler.expr(bag)?, unpacked, prefix: prefix.unwrap_or_default(), conflict, ignored, span })
}

/// Compiles `bag_unpack`.
pub(super) fn compile(
    rel: &ir::Rel,
    input: &ir::Rel,
    args: &[PluginArg],
    compiler: &mut Compiler,
) -> Result<BagUnpack, Error> {
    let input = Box::new(compiler.rel(input)?);
    Ok(BagUnpack { input, options: options(args, rel.span, compiler)?, learned: compiler.has_learned(rel.span) })
}

impl Options {
    fn bags(&self, input: &Table, run: &Run) -> Result<Column, Error> {
        self.bag.eval_column(Scope::all(input.columns(), input.rows()), run)
    }

    /// The names and types of the slots.
    fn slots(&self, bags: &Column) -> BTreeMap<String, Type> {
        let mut slots: BTreeMap<String, Type> = BTreeMap::new();
        let Column::Dynamic(cells) = bags else { return slots };
        for bag in cells.iter().flatten() {
            let Dynamic::Bag(items) = &*bag.0 else { continue };
            for (key, item) in items.iter().filter(|(key, _)| !self.ignored.contains(key)) {
                let ty = type_of(&item.to_value());
                match slots.get_mut(key) {
                    None => drop(slots.insert(key.clone(), ty)),
                    Some(known) if *known == Type::Unknown => *known = ty,
                    Some(known) if ty != Type::Unknown && *known != ty => *known = Type::Dynamic,
                    Some(_) => {}
                }
            }
        }
        slots
    }

    /// The columns that the rows of `input` unpack to.
    pub(crate) fn columns(&self, input: &Table, run: &Run) -> Result<Vec<ir::Column>, Error> {
        let bags = self.bags(input, run)?;
        let kept = input.schema().enumerate().filter(|(at, _)| Some(*at) != self.unpacked);
        let mut columns: Vec<ir::Column> = kept.map(|(_, (name, ty))| ir::Column { name: name.into(), ty }).collect();
        for (key, ty) in self.slots(&bags) {
            let ty = if ty == Type::Unknown { Type::Dynamic } else { ty };
            let name = format!("{}{key}", self.prefix);
            match (columns.iter_mut().find(|column| column.name == name), self.conflict) {
                (None, _) => columns.push(ir::Column { name: name.into(), ty }),
                (Some(_), Conflict::KeepSource) => {}
                (Some(column), Conflict::ReplaceSource) => column.ty = ty,
                (Some(_), Conflict::Error) => return Err(self.clash(&name)),
            }
        }
        Ok(columns)
    }

    fn clash(&self, name: &str) -> Error {
        let message = format!("bag_unpack: the slot {name} and a column have one name; see columnsConflict");
        Error::runtime(message, self.span)
    }
}

impl BagUnpack {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let (input, options) = (self.input.run(run)?, &self.options);
        let bags = options.bags(&input, run)?;
        let slots = options.slots(&bags);
        let known = |key: &String| stage.names.contains(&format!("{}{key}", options.prefix));
        if self.learned && !slots.keys().all(known) {
            return Err(Error::unsupported("bag_unpack whose columns differ from use to use", stage.span));
        }
        let mut columns = Vec::with_capacity(stage.names.len());
        for (name, &ty) in stage.names.iter().zip(&stage.types) {
            let source = input.names().iter().position(|own| own == name).filter(|&at| Some(at) != options.unpacked);
            let key = name.strip_prefix(&options.prefix).filter(|key| slots.contains_key(*key));
            columns.push(match (source, key, options.conflict) {
                (Some(_), Some(_), Conflict::Error) => return Err(options.clash(name)),
                (Some(at), Some(_), Conflict::KeepSource) | (Some(at), None, _) => input.columns()[at].clone(),
                (_, Some(key), _) => slot(&bags, key, ty).map_err(|found| {
                    Error::unsupported(format!("the slot {key} as {ty} where it holds {found}"), stage.span)
                })?,
                (None, None, _) => Column::nulls(ty, input.rows()),
            });
        }
        stage.conform(columns, input.rows())
    }
}

/// The slot of every bag.
fn slot(bags: &Column, key: &str, ty: Type) -> Result<Column, Type> {
    let mut builder = ColumnBuilder::new(ty);
    for row in 0..bags.len() {
        let value = match bags {
            Column::Dynamic(cells) => cells.get(row).and_then(|bag| bag.0.get(key)).map(Dynamic::to_value),
            _ => None,
        };
        let value = value.map_or(Value::Null, |value| convert::convert(&value, ty));
        builder.push(value).map_err(|mismatch| mismatch.found)?;
    }
    Ok(builder.finish())
}
