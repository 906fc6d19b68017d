//! Functions on lines.

use super::sphere::{EARTH, Vector, edge_centroid, nearest};
use super::{Call, Failure, Function, Place, place, point_of, positions, shape};
use crate::eval::function::arguments::{or_null, real};
use crate::value::{Dynamic, Value};

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[
    Function::strict("geo_line_length", 1, |args, _| Ok(or_null(length(args), Value::Real))),
    Function::strict("geo_line_centroid", 1, |args, _| Ok(or_null(centroid(args), point_of))),
    Function::strict("geo_line_interpolate_point", 2, interpolate),
    Function::strict("geo_line_locate_point", 3, |args, _| Ok(or_null(locate(args), Value::Real))),
    Function::strict("geo_distance_point_to_line", 3, |args, _| {
        Ok(or_null(closest(args).map(|(point, on_line)| point.angle(on_line) * EARTH), Value::Real))
    }),
    Function::strict("geo_closest_point_on_line", 3, |args, _| {
        Ok(or_null(closest(args).map(|(_, on_line)| on_line.place()), point_of))
    }),
];

type Edge = [Vector; 2];

/// The edges of a line of at least two points.
fn edges(positions: &[Place]) -> Option<Vec<Edge>> {
    let points: Vec<Vector> = positions.iter().copied().map(Vector::of).collect();
    let edges: Vec<Edge> = points.windows(2).filter_map(|pair| <Edge>::try_from(pair).ok()).collect();
    (!edges.is_empty()).then_some(edges)
}

/// The edges of a line.
fn one_line(value: &Value) -> Option<Vec<Edge>> {
    match shape(value)? {
        ("LineString", coordinates) => edges(&positions(coordinates)?),
        _ => None,
    }
}

/// The edges of a line, or of several lines together: an edge that several lines share counts once.
fn line(value: &Value) -> Option<Vec<Edge>> {
    let ("MultiLineString", Dynamic::Array(lines)) = shape(value)? else { return one_line(value) };
    let each: Option<Vec<Vec<Edge>>> = lines.iter().map(|line| edges(&positions(line)?)).collect();
    let mut union: Vec<Edge> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for [a, b] in each?.into_iter().flatten() {
        let (first, last) = (a.0.map(f64::to_bits), b.0.map(f64::to_bits));
        if seen.insert((first.min(last), first.max(last))) {
            union.push([a, b]);
        }
    }
    (!union.is_empty()).then_some(union)
}

fn length_of(edges: &[Edge]) -> f64 {
    edges.iter().map(|[a, b]| a.angle(*b)).sum()
}

fn length(args: &[Value]) -> Option<f64> {
    Some(length_of(&line(args.first()?)?) * EARTH)
}

fn centroid(args: &[Value]) -> Option<Place> {
    let edges = line(args.first()?)?;
    let sum = edges.into_iter().fold(Vector([0.0; 3]), |sum, edge| sum.plus(edge_centroid(edge)));
    sum.unit().map(Vector::place)
}

/// The point and the point of the line that is nearest to it.
fn closest(args: &[Value]) -> Option<(Vector, Vector)> {
    let point = Vector::of(place(args, 0)?);
    let on_line = line(args.get(2)?)?.into_iter().map(|edge| nearest(point, edge));
    on_line.min_by(|a, b| point.angle(*a).total_cmp(&point.angle(*b))).map(|on_line| (point, on_line))
}

/// Null for fractions outside 0 to 1.
fn interpolate(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let fraction = real(args, 1).filter(|fraction| (0.0..=1.0).contains(fraction));
    let (Some(edges), Some(fraction)) = (one_line(&args[0]), fraction) else { return Ok(Value::Null) };
    let mut rest = length_of(&edges) * fraction;
    for [a, b] in &edges {
        let length = a.angle(*b);
        if rest < length {
            let on_edge = a.times((length - rest).sin()).plus(b.times(rest.sin()));
            return Ok(or_null(on_edge.unit().map(Vector::place), point_of));
        }
        rest -= length;
    }
    Ok(or_null(edges.last().map(|[_, end]| end.place()), point_of))
}

/// How far along the line its point nearest to the given point lies.
fn locate(args: &[Value]) -> Option<f64> {
    let edges = one_line(args.first()?)?;
    let point = Vector::of(place(args, 1)?);
    let (mut passed, mut best) = (0.0, (f64::INFINITY, 0.0));
    for edge in &edges {
        let on_edge = nearest(point, *edge);
        let away = point.angle(on_edge);
        if away < best.0 {
            best = (away, passed + edge[0].angle(on_edge));
        }
        passed += edge[0].angle(edge[1]);
    }
    (passed > 0.0).then(|| (best.1 / passed).clamp(0.0, 1.0))
}
