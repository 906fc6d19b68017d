//! `geo_polygon_lookup`, `geo_line_lookup`: join rows with those of a table whose polygon holds their place, or whose line
//! or polygon is no farther away than a radius (Microsoft: "`geo_polygon_lookup` plugin", "`geo_line_lookup` plugin").

use super::Compiled;
use crate::bind::ir::{self, PluginArg};
use crate::eval::column::ABSENT;
use crate::eval::compile::Compiler;
use crate::eval::error::Error;
use crate::eval::expr::Scope;
use crate::eval::function;
use crate::eval::plan::Stage;
use crate::eval::run::Run;
use crate::eval::table::Table;
use crate::text::Span;
use crate::value::{Type, Value, convert};

/// A compiled lookup.
#[derive(Debug)]
pub(crate) struct GeoLookup {
    input: Box<Stage>,
    lookup: Box<Stage>,
    shape: Compiled,
    /// The looked up column that the shape is, where it is not given out.
    hidden: Option<usize>,
    place: [Compiled; 2],
    /// The function that tells how far a place is from a shape.
    distance: &'static str,
    radius: Option<Compiled>,
    keep_unmatched: bool,
    span: Span,
}

/// Compiles a lookup.
pub(super) fn compile(
    name: &str,
    input: &ir::Rel,
    args: &[PluginArg],
    span: Span,
    compiler: &mut Compiler,
) -> Result<GeoLookup, Error> {
    let table = super::table(args, name, span)?;
    let mut column = |at: usize, what: &str| {
        super::required(args.get(at).and_then(super::scalar), what, span).and_then(|value| compiler.expr(value))
    };
    let (shape, longitude, latitude) = (column(1, "a shape")?, column(2, "a longitude")?, column(3, "a latitude")?);
    let is_set = |name: &str, position: usize, compiler: &mut Compiler| match super::option(args, name, position) {
        Some(value) => super::constant(value, compiler).map(|value| value == Value::Bool(true)),
        None => Ok(false),
    };
    let shown = is_set("return_lookup_key", 7, compiler)?;
    let hidden = args.get(1).and_then(super::scalar).and_then(super::column_index).filter(|_| !shown);
    let distance =
        if name == "geo_line_lookup" { "geo_distance_point_to_line" } else { "geo_distance_point_to_polygon" };
    let radius = compiler.optional(super::option(args, "radius", 4))?;
    if radius.is_none() && name == "geo_line_lookup" {
        return Err(Error::runtime("geo_line_lookup needs a radius", span));
    }
    let keep_unmatched = is_set("return_unmatched", 5, compiler)?;
    Ok(GeoLookup {
        input: Box::new(compiler.rel(input)?),
        lookup: Box::new(compiler.rel(table)?),
        shape,
        hidden,
        place: [longitude, latitude],
        distance,
        radius,
        keep_unmatched,
        span,
    })
}

impl GeoLookup {
    pub(super) fn run(&self, stage: &Stage, run: &Run) -> Result<Table, Error> {
        let (input, lookup) = (self.input.run(run)?, self.lookup.run(run)?);
        let scope = Scope::all(input.columns(), input.rows());
        let [longitude, latitude] = &self.place;
        let (longitudes, latitudes) = (longitude.eval_column(scope, run)?, latitude.eval_column(scope, run)?);
        let shapes = self.shape.eval_column(Scope::all(lookup.columns(), lookup.rows()), run)?;
        let radius = self.radius.as_ref().map(|radius| radius.eval_constant(run)).transpose()?;
        let radius = radius.as_ref().and_then(convert::to_real);
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for (row, own) in (0..input.rows()).zip(0_u32..) {
            let before = left.len();
            let place = [longitudes.value(row), latitudes.value(row)];
            for (other, at) in (0..lookup.rows()).zip(0_u32..) {
                run.budget.check(self.span)?;
                if self.is_near(&place, &shapes.value(other), radius, run)? {
                    left.push(own);
                    right.push(at);
                }
            }
            if left.len() == before && self.keep_unmatched {
                left.push(own);
                right.push(ABSENT);
            }
            run.budget.rows(left.len(), self.span)?;
        }
        let own = input.columns().iter().map(|column| column.gather(&left));
        let looked_up = lookup.columns().iter().enumerate().filter(|(at, _)| Some(*at) != self.hidden);
        let looked_up = looked_up.map(|(_, column)| column.gather(&right));
        stage.conform(own.chain(looked_up).collect(), left.len())
    }

    fn is_near(&self, place: &[Value; 2], shape: &Value, radius: Option<f64>, run: &Run) -> Result<bool, Error> {
        let (name, result) = match radius {
            Some(_) => (self.distance, Type::Real),
            None => ("geo_point_in_polygon", Type::Bool),
        };
        let [longitude, latitude] = place.clone();
        let types = [Type::Real, Type::Real, Type::Dynamic];
        let call = function::Call { result, arg_types: &types, context: &run.functions };
        let Some(function) = function::lookup(name) else { return Ok(false) };
        let answer = function
            .call(&[longitude, latitude, shape.clone()], &call)
            .map_err(|failure| Error::of_function(failure, self.span))?;
        Ok(match radius {
            Some(radius) => convert::to_real(&answer).is_some_and(|distance| distance <= radius),
            None => answer == Value::Bool(true),
        })
    }
}
