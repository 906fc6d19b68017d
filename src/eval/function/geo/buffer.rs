//! Areas around shapes. The tolerance says how far, in metres, an area may be from the exact one.

use s2rst::s2::Polygon;
use s2rst::s2::buffer_operation::{BufferOptions, S2BufferOperation};
use s2rst::s2::builder::polygon_layer::S2PolygonLayer;

use super::shape::{angle, lines, point, polygon, polygon_json};
use super::{Call, Failure, Function, place};
use crate::eval::function::arguments::real;
use crate::value::Value;

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[
    Function::strict("geo_point_buffer", 3, point_buffer),
    Function::strict("geo_line_buffer", 2, line_buffer),
    Function::strict("geo_polygon_buffer", 2, polygon_buffer),
];

/// The tolerance when none is given, in metres.
const TOLERANCE: f64 = 10.0;
/// The smallest tolerance, as a share of the radius.
const FINEST: f64 = 1e-6;

/// None for radii and tolerances that the service refuses.
fn options(args: &[Value], radius_at: usize) -> Option<BufferOptions> {
    let radius = real(args, radius_at).filter(|radius| *radius > 0.0 && radius.is_finite())?;
    let tolerance = if args.len() > radius_at + 1 { real(args, radius_at + 1)? } else { TOLERANCE };
    let share = tolerance / radius;
    (share >= FINEST).then(|| {
        let mut options = BufferOptions::new(angle(radius));
        options.set_error_fraction(share.min(1.0));
        options
    })
}

/// The area that an operation makes.
pub(super) fn area(options: BufferOptions, add: impl FnOnce(&mut S2BufferOperation)) -> Option<Polygon> {
    let mut operation = S2BufferOperation::new(Box::new(S2PolygonLayer::new()), options);
    add(&mut operation);
    let layer = operation.build().ok()?.into_any().downcast::<S2PolygonLayer>().ok()?;
    Some(layer.into_output())
}

fn json(polygon: Option<&Polygon>) -> Result<Value, Failure> {
    Ok(polygon.and_then(polygon_json).map_or(Value::Null, Value::Dynamic))
}

fn point_buffer(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some((place, options)) = place(args, 0).zip(options(args, 2)) else { return Ok(Value::Null) };
    json(area(options, |operation| operation.add_point(point(place))).as_ref())
}

fn line_buffer(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some((lines, options)) = lines(&args[0]).zip(options(args, 1)) else { return Ok(Value::Null) };
    json(area(options, |operation| lines.iter().for_each(|line| operation.add_polyline(line.vertices_vec()))).as_ref())
}

fn polygon_buffer(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some((polygon, options)) = polygon(&args[0]).zip(options(args, 1)) else { return Ok(Value::Null) };
    json(area(options, |operation| operation.add_shape(&polygon)).as_ref())
}
