//! Functions on points: distances and directions.

use std::f64::consts::TAU;

use s2rst::s2::Point;

use super::shape::{EARTH, point};
use super::{Call, Failure, Function, Place, on_spheroid, place, spheroid};
use crate::eval::function::arguments::{or_null, real};
use crate::value::Value;

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[
    Function::strict("geo_distance_2points", 4, distance_2points),
    Function::strict("geo_point_in_circle", 5, point_in_circle),
    Function::strict("geo_azimuth", 4, |args, _| Ok(or_null(azimuth(args), Value::Real))),
    Function::strict("geo_angle", 6, |args, _| Ok(or_null(angle(args), Value::Real))),
];

/// In metres.
fn distance(args: &[Value]) -> Option<f64> {
    Some(point(place(args, 0)?).distance(point(place(args, 2)?)).radians() * EARTH)
}

fn distance_2points(args: &[Value], _: &Call) -> Result<Value, Failure> {
    if !on_spheroid(args, 4) {
        return Ok(or_null(distance(args), Value::Real));
    }
    let (Some(from), Some(to)) = (place(args, 0), place(args, 2)) else { return Ok(Value::Null) };
    let distance = spheroid::distance(from, to);
    distance
        .map(Value::Real)
        .ok_or_else(|| Failure::Unsupported("the distance of nearly opposite places on the spheroid".to_owned()))
}

/// Null for a radius that is not positive.
fn point_in_circle(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let radius = real(args, 4).filter(|radius| *radius > 0.0);
    Ok(or_null(distance(args).zip(radius).map(|(distance, radius)| distance <= radius), Value::Bool))
}

/// Two points that are the same, or opposite, have no direction.
fn directed(a: Point, b: Point) -> bool {
    a.vector().cross(b.vector()).norm() > 1e-15
}

/// The clockwise angle from north to another place, in radians.
fn direction(from: Place, to: Place) -> Option<f64> {
    if !directed(point(from), point(to)) {
        return None;
    }
    let (lower, upper) = (from.latitude.to_radians(), to.latitude.to_radians());
    let turn = (to.longitude - from.longitude).to_radians();
    let east = turn.sin() * upper.cos();
    let north = lower.cos() * upper.sin() - lower.sin() * upper.cos() * turn.cos();
    Some(east.atan2(north))
}

/// An angle as one from 0 to 2 π, 2 π not included.
fn in_circle(angle: f64) -> f64 {
    let turned = angle.rem_euclid(TAU);
    if turned < TAU { turned } else { 0.0 }
}

/// The clockwise angle from north to the second point.
fn azimuth(args: &[Value]) -> Option<f64> {
    direction(place(args, 0)?, place(args, 2)?).map(in_circle)
}

/// The clockwise angle at the second point, from the first point to the third.
fn angle(args: &[Value]) -> Option<f64> {
    let (first, corner, last) = (place(args, 0)?, place(args, 2)?, place(args, 4)?);
    Some(in_circle(direction(corner, last)? - direction(corner, first)?))
}
