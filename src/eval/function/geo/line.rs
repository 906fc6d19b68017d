//! Measures of lines. Of several lines together, an edge that they share counts once.

use s2rst::s2::Point;
use s2rst::s2::edge_distances;
use s2rst::s2::polyline::Polyline;

use super::shape::{EARTH, line, lines, place_of, point};
use super::{Call, Failure, Function, Place, on_spheroid, place, point_of};
use crate::eval::function::arguments::{or_null, real};
use crate::value::Value;

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[
    Function::strict("geo_line_length", 1, |args, _| Ok(or_null(length(args), Value::Real))),
    Function::strict("geo_line_centroid", 1, |args, _| Ok(or_null(centroid(args), point_of))),
    Function::strict("geo_line_interpolate_point", 2, interpolate),
    Function::strict("geo_line_locate_point", 3, |args, _| {
        if on_spheroid(args, 3) {
            return Err(Failure::Unsupported("geo_line_locate_point() on the spheroid".to_owned()));
        }
        Ok(or_null(locate(args), Value::Real))
    }),
    Function::strict("geo_distance_point_to_line", 3, |args, _| {
        let distance = closest(args).map(|(point, on_line)| point.distance(on_line).radians() * EARTH);
        Ok(or_null(distance, Value::Real))
    }),
    Function::strict("geo_closest_point_on_line", 3, |args, _| {
        Ok(or_null(closest(args).map(|(_, on_line)| place_of(on_line)), point_of))
    }),
];

/// The edges of a line or of several lines.
fn edges(value: &Value) -> Option<Vec<Polyline>> {
    let lines = lines(value)?;
    let mut seen = std::collections::HashSet::new();
    let mut edges = Vec::new();
    for pair in lines.iter().flat_map(|line| line.vertices_vec().windows(2)) {
        let ends = [pair[0], pair[1]].map(|end| [end.x(), end.y(), end.z()].map(f64::to_bits));
        if seen.insert((ends[0].min(ends[1]), ends[0].max(ends[1]))) {
            edges.push(Polyline::new(pair.to_vec()));
        }
    }
    Some(edges)
}

fn length(args: &[Value]) -> Option<f64> {
    Some(edges(args.first()?)?.iter().map(|edge| edge.length().radians()).sum::<f64>() * EARTH)
}

fn centroid(args: &[Value]) -> Option<Place> {
    let edges = edges(args.first()?)?;
    let sum = edges.iter().map(Polyline::centroid).map(Point::vector).reduce(|sum, next| sum + next)?;
    (sum.norm2() > 0.0).then(|| place_of(Point::new(sum)))
}

/// The point and the point of the line that is nearest to it.
fn closest(args: &[Value]) -> Option<(Point, Point)> {
    let point = point(place(args, 0)?);
    let lines = lines(args.get(2)?)?;
    let edges = lines.iter().flat_map(|line| line.vertices_vec().windows(2));
    let on_line = edges.map(|edge| edge_distances::project(point, edge[0], edge[1]));
    on_line
        .min_by(|a, b| point.distance(*a).radians().total_cmp(&point.distance(*b).radians()))
        .map(|near| (point, near))
}

/// Null for fractions outside 0 to 1.
fn interpolate(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let fraction = real(args, 1).filter(|fraction| (0.0..=1.0).contains(fraction));
    let found = line(&args[0]).zip(fraction).map(|(line, fraction)| place_of(line.interpolate(fraction).0));
    Ok(or_null(found, point_of))
}

/// How far along the line its point nearest to the given point lies.
fn locate(args: &[Value]) -> Option<f64> {
    let line = line(args.first()?)?;
    let (on_line, next) = line.project(point(place(args, 1)?));
    Some(line.uninterpolate(on_line, next))
}
