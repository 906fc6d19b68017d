//! Functions on polygons. A ring is closed, has three corners or more, and does not touch itself; other polygons give null.
//! Polygons that need a union with others (several in one shape) are measured by the service only.

use super::sphere::{EARTH, Vector, cross, nearest, signed_area, triangle_centroid};
use super::{Call, Failure, Function, Place, place, point_of, positions, shape};
use crate::eval::function::arguments::or_null;
use crate::value::{Dynamic, Value};

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[
    Function::strict("geo_point_in_polygon", 3, point_in_polygon),
    Function::strict("geo_polygon_area", 1, |args, _| {
        Ok(or_null(simple(&args[0])?.map(|ring| area(&ring)), Value::Real))
    }),
    Function::strict("geo_polygon_perimeter", 1, |args, _| {
        Ok(or_null(simple(&args[0])?.map(|ring| perimeter(&ring)), Value::Real))
    }),
    Function::strict("geo_polygon_centroid", 1, |args, _| {
        Ok(or_null(simple(&args[0])?.and_then(|ring| centroid(&ring)), point_of))
    }),
    Function::strict("geo_distance_point_to_polygon", 3, |args, _| {
        Ok(or_null(closest(args)?.map(|(point, near)| point.angle(near) * EARTH), Value::Real))
    }),
    Function::strict("geo_closest_point_on_polygon", 3, |args, _| {
        Ok(or_null(closest(args)?.map(|(_, near)| near.place()), point_of))
    }),
];

/// Checking that a ring does not cross itself is quadratic in its corners.
const MOST_CORNERS: usize = 3_000;

/// The corners of a ring, without the repeated first one.
type Ring = Vec<Vector>;

fn edges(ring: &[Vector]) -> impl Iterator<Item = [Vector; 2]> {
    ring.iter().zip(ring.iter().cycle().skip(1)).map(|(a, b)| [*a, *b])
}

fn too_large() -> Failure {
    Failure(format!("a polygon of more than {MOST_CORNERS} corners is not supported"))
}

/// None for what is no ring.
fn ring(item: &Dynamic) -> Result<Option<Ring>, Failure> {
    let Some(places) = positions(item).filter(|places| places.len() >= 4 && places.first() == places.last()) else {
        return Ok(None);
    };
    if places.len() > MOST_CORNERS {
        return Err(too_large());
    }
    let ring: Ring = places[1..].iter().copied().map(Vector::of).collect();
    Ok(is_simple(&ring).then_some(ring))
}

/// Whether no corner comes twice and no edges cross.
fn is_simple(ring: &[Vector]) -> bool {
    let edges: Vec<[Vector; 2]> = edges(ring).collect();
    let distinct = (0..ring.len()).all(|at| ring[at + 1..].iter().all(|other| *other != ring[at]));
    distinct && (0..edges.len()).all(|at| edges[at + 1..].iter().all(|other| cross(edges[at], *other) != Some(true)))
}

/// The rings of each polygon of a shape, the outer one first.
fn polygons(value: &Value) -> Result<Option<Vec<Vec<Ring>>>, Failure> {
    let shapes: Vec<&Dynamic> = match shape(value) {
        Some(("Polygon", rings)) => vec![rings],
        Some(("MultiPolygon", Dynamic::Array(items))) => items.iter().collect(),
        _ => return Ok(None),
    };
    let mut all = Vec::new();
    for rings in shapes {
        let Dynamic::Array(rings) = rings else { return Ok(None) };
        let rings: Option<Vec<Ring>> = rings.iter().map(ring).collect::<Result<_, _>>()?;
        match rings {
            Some(rings) if !rings.is_empty() => all.push(rings),
            _ => return Ok(None),
        }
    }
    Ok((!all.is_empty()).then_some(all))
}

/// The one ring of a polygon without holes.
fn simple(value: &Value) -> Result<Option<Ring>, Failure> {
    let Some(polygons) = polygons(value)? else { return Ok(None) };
    match <[Vec<Ring>; 1]>::try_from(polygons).map(|[rings]| <[Ring; 1]>::try_from(rings)) {
        Ok(Ok([ring])) => Ok(Some(ring)),
        _ => Err(Failure("polygons with holes, and several in one shape, are not supported here".to_owned())),
    }
}

/// A sum over the triangles that the ring's first corner makes with its edges.
fn triangles(ring: &[Vector]) -> impl Iterator<Item = (Vector, Vector, Vector)> {
    ring[1..].windows(2).map(|pair| (ring[0], pair[0], pair[1]))
}

fn signed(ring: &[Vector]) -> f64 {
    triangles(ring).map(|(a, b, c)| signed_area(a, b, c)).sum()
}

/// In square metres, of the smaller side of the ring.
fn area(ring: &[Vector]) -> f64 {
    let area = signed(ring).abs();
    area.min(4.0 * std::f64::consts::PI - area) * EARTH * EARTH
}

fn perimeter(ring: &[Vector]) -> f64 {
    edges(ring).map(|[a, b]| a.angle(b)).sum::<f64>() * EARTH
}

fn centroid(ring: &[Vector]) -> Option<Place> {
    let zero = Vector([0.0; 3]);
    let sum = triangles(ring).fold(zero, |sum, (a, b, c)| sum.plus(triangle_centroid(a, b, c)));
    let outward = if signed(ring) < 0.0 { sum.times(-1.0) } else { sum };
    outward.unit().map(Vector::place)
}

/// A point far from the ring: opposite to its middle, moved a little when a line to it meets a corner.
fn outside(ring: &[Vector], attempt: u32) -> Option<Vector> {
    let middle = ring.iter().fold(Vector([0.0; 3]), |sum, corner| sum.plus(*corner)).unit()?;
    let shift = 0.01 * f64::from(attempt);
    middle.times(-1.0).plus(Vector([0.31 * shift, 0.17 * shift, 0.23 * shift])).unit()
}

/// Fails on points of the border.
fn in_ring(point: Vector, ring: &[Vector]) -> Result<bool, Failure> {
    'attempts: for attempt in 1..20 {
        let Some(far) = outside(ring, attempt) else { break };
        let mut crossings = 0;
        for edge in edges(ring) {
            match cross([point, far], edge) {
                Some(true) => crossings += 1,
                Some(false) => {}
                None => continue 'attempts,
            }
        }
        return Ok(crossings % 2 == 1);
    }
    Err(Failure("a point on the border of a polygon is not supported".to_owned()))
}

fn inside(point: Vector, polygons: &[Vec<Ring>]) -> Result<bool, Failure> {
    for rings in polygons {
        let mut crossed = false;
        for ring in rings {
            crossed ^= in_ring(point, ring)?;
        }
        if crossed {
            return Ok(true);
        }
    }
    Ok(false)
}

fn point_in_polygon(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let (Some(place), Some(polygons)) = (place(args, 0), polygons(&args[2])?) else { return Ok(Value::Null) };
    inside(Vector::of(place), &polygons).map(Value::Bool)
}

/// The point, and the point of the polygon that is nearest to it: the point itself inside.
fn closest(args: &[Value]) -> Result<Option<(Vector, Vector)>, Failure> {
    let (Some(place), Some(polygons)) = (place(args, 0), polygons(&args[2])?) else { return Ok(None) };
    let point = Vector::of(place);
    if inside(point, &polygons)? {
        return Ok(Some((point, point)));
    }
    let border = polygons.iter().flatten().flat_map(|ring| edges(ring)).map(|edge| nearest(point, edge));
    Ok(border.min_by(|a, b| point.angle(*a).total_cmp(&point.angle(*b))).map(|near| (point, near)))
}
