//! Functions on points: distances and directions.

use s2rst::s2::Point;

use super::shape::{EARTH, point};
use super::{Call, Failure, Function, place};
use crate::eval::function::arguments::{or_null, real};
use crate::value::Value;

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[
    Function::strict("geo_distance_2points", 4, |args, _| Ok(or_null(distance(args), Value::Real))),
    Function::strict("geo_point_in_circle", 5, point_in_circle),
    Function::strict("geo_azimuth", 4, |args, _| Ok(or_null(azimuth(args), Value::Real))),
    Function::strict("geo_angle", 6, |args, _| Ok(or_null(angle(args), Value::Real))),
];

/// In metres.
fn distance(args: &[Value]) -> Option<f64> {
    Some(point(place(args, 0)?).distance(point(place(args, 2)?)).radians() * EARTH)
}

/// Null for a negative radius.
fn point_in_circle(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let radius = real(args, 4).filter(|radius| *radius >= 0.0);
    Ok(or_null(distance(args).zip(radius).map(|(distance, radius)| distance <= radius), Value::Bool))
}

/// Two points that are the same, or opposite, have no direction.
fn directed(a: Point, b: Point) -> bool {
    a.vector().cross(b.vector()).norm() > 1e-15
}

/// The clockwise angle from north to the second point, in radians from 0 to 2 π.
fn azimuth(args: &[Value]) -> Option<f64> {
    let (from, to) = (place(args, 0)?, place(args, 2)?);
    if !directed(point(from), point(to)) {
        return None;
    }
    let (lower, upper) = (from.latitude.to_radians(), to.latitude.to_radians());
    let turn = (to.longitude - from.longitude).to_radians();
    let east = turn.sin() * upper.cos();
    let north = lower.cos() * upper.sin() - lower.sin() * upper.cos() * turn.cos();
    Some(east.atan2(north).rem_euclid(std::f64::consts::TAU))
}

/// The angle at the second point, in radians from 0 to π.
fn angle(args: &[Value]) -> Option<f64> {
    let (a, b, c) = (point(place(args, 0)?), point(place(args, 2)?), point(place(args, 4)?));
    let side = |end: Point| Point::new(end.vector().cross(b.vector()));
    (directed(a, b) && directed(b, c)).then(|| side(a).distance(side(c)).radians())
}
