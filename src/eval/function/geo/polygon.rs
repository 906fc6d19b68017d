//! Measures of polygons. A shape of several polygons is their union.

use s2rst::s2::{Point, Polygon, Region};

use super::shape::{EARTH, place_of, point, polygon};
use super::{Failure, Function, place, point_of};
use crate::eval::function::arguments::or_null;
use crate::value::Value;

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[
    Function::strict("geo_point_in_polygon", 3, |args, _| Ok(or_null(point_in_polygon(args), Value::Bool))),
    Function::strict("geo_polygon_area", 1, |args, _| {
        measure(args, |polygon| Value::Real(polygon.area() * EARTH * EARTH))
    }),
    Function::strict("geo_polygon_perimeter", 1, |args, _| {
        measure(args, |polygon| Value::Real(perimeter(polygon) * EARTH))
    }),
    Function::strict("geo_polygon_centroid", 1, |args, _| {
        measure(args, |polygon| point_of(place_of(polygon.centroid())))
    }),
    Function::strict("geo_distance_point_to_polygon", 3, |args, _| {
        Ok(or_null(closest(args).map(|(point, near)| point.distance(near).radians() * EARTH), Value::Real))
    }),
    Function::strict("geo_closest_point_on_polygon", 3, |args, _| {
        Ok(or_null(closest(args).map(|(_, near)| place_of(near)), point_of))
    }),
];

fn measure(args: &[Value], of: fn(&Polygon) -> Value) -> Result<Value, Failure> {
    Ok(polygon(&args[0]).map_or(Value::Null, |polygon| of(&polygon)))
}

/// The length of all rings, in radians.
pub(super) fn perimeter(polygon: &Polygon) -> f64 {
    let length = |vertices: &[Point]| {
        let next = vertices.iter().cycle().skip(1);
        vertices.iter().zip(next).map(|(a, b)| a.distance(*b).radians()).sum::<f64>()
    };
    polygon.loops().iter().map(|ring| length(ring.vertices())).sum()
}

fn point_in_polygon(args: &[Value]) -> Option<bool> {
    let (place, polygon) = (place(args, 0)?, polygon(args.get(2)?)?);
    Some(polygon.contains_point(&point(place)))
}

/// The point, and the point of the polygon that is nearest to it: the point itself inside.
fn closest(args: &[Value]) -> Option<(Point, Point)> {
    let (place, polygon) = (place(args, 0)?, polygon(args.get(2)?)?);
    let point = point(place);
    Some((point, polygon.project_point(point)))
}
