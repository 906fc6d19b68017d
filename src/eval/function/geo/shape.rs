//! `GeoJSON` shapes as shapes on the sphere, and back. Edges are the shortest arcs between their ends. Shapes that break
//! the rules of Microsoft's pages (a line of one point, a ring that is not closed or crosses itself) are none.

use s2rst::s1::Angle;
use s2rst::s2::polyline::Polyline;
use s2rst::s2::{LatLng, Loop, Point, Polygon};

use super::{Place, coordinates, geo_json, positions, shape};
use crate::value::{Dynamic, Value};

/// The radius of the Earth, in metres, that the service measures with.
pub(super) const EARTH: f64 = 6_371_010.0;

/// The angle at the middle of the Earth of a distance in metres.
pub(super) fn angle(metres: f64) -> Angle {
    Angle::from_radians(metres / EARTH)
}

/// The point of the sphere at a place.
pub(super) fn point(place: Place) -> Point {
    LatLng::from_degrees(place.latitude, place.longitude).to_point()
}

/// The place of a point.
pub(super) fn place_of(point: Point) -> Place {
    let place = LatLng::from_point(point);
    Place { longitude: place.lng.degrees(), latitude: place.lat.degrees() }
}

/// Whether there is one shortest arc between two points.
fn joined(a: Point, b: Point) -> bool {
    a != b && a != -b
}

/// The line of at least two points.
fn polyline(item: &Dynamic) -> Option<Polyline> {
    let points: Vec<Point> = positions(item)?.into_iter().map(point).collect();
    let valid = points.len() > 1 && points.windows(2).all(|pair| joined(pair[0], pair[1]));
    valid.then(|| Polyline::new(points))
}

/// The one line of a `LineString`.
pub(super) fn line(value: &Value) -> Option<Polyline> {
    match shape(value)? {
        ("LineString", coordinates) => polyline(coordinates),
        _ => None,
    }
}

/// The lines of a `LineString` or `MultiLineString`.
pub(super) fn lines(value: &Value) -> Option<Vec<Polyline>> {
    match shape(value)? {
        ("MultiLineString", Dynamic::Array(items)) if !items.is_empty() => items.iter().map(polyline).collect(),
        _ => line(value).map(|line| vec![line]),
    }
}

/// The smaller side of a closed ring.
fn ring(item: &Dynamic) -> Option<Loop> {
    let places = positions(item)?;
    if places.len() < 4 || places.first() != places.last() {
        return None;
    }
    let corners: Vec<Point> = places[..places.len() - 1].iter().copied().map(point).collect();
    let next = corners.iter().cycle().skip(1);
    if !corners.iter().zip(next).all(|(a, b)| joined(*a, *b)) {
        return None;
    }
    let mut ring = Loop::new(corners);
    ring.normalize();
    Some(ring)
}

fn one_polygon(rings: &Dynamic) -> Option<Polygon> {
    let Dynamic::Array(rings) = rings else { return None };
    let rings: Vec<Loop> = rings.iter().map(ring).collect::<Option<_>>()?;
    let polygon = Polygon::from_loops(rings);
    let valid = !polygon.is_empty_polygon() && polygon.find_validation_error().is_none();
    valid.then_some(polygon)
}

/// The polygon of a `Polygon`, or the union of those of a `MultiPolygon`.
pub(super) fn polygon(value: &Value) -> Option<Polygon> {
    match shape(value)? {
        ("Polygon", rings) => one_polygon(rings),
        ("MultiPolygon", Dynamic::Array(items)) if !items.is_empty() => {
            let polygons: Vec<Polygon> = items.iter().map(one_polygon).collect::<Option<_>>()?;
            Some(Polygon::union_all(polygons))
        }
        _ => None,
    }
}

/// The shapes of an array, each read with `read`; none if one of them is bad, or if there are none.
pub(super) fn each<T>(items: &[Dynamic], read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    let shapes: Vec<T> = items.iter().map(|item| read(&Value::Dynamic(item.clone()))).collect::<Option<_>>()?;
    (!shapes.is_empty()).then_some(shapes)
}

fn corners(ring: &Loop) -> Dynamic {
    let count = ring.num_vertices();
    Dynamic::Array((0..=count).map(|at| coordinates(place_of(ring.oriented_vertex(at % count)))).collect())
}

/// A polygon as `Polygon`, or `MultiPolygon` when it has several outer rings; none when it is empty.
pub(super) fn polygon_json(polygon: &Polygon) -> Option<Dynamic> {
    let mut polygons: Vec<(usize, Vec<Dynamic>)> = Vec::new();
    for at in 0..polygon.num_loops() {
        let ring = polygon.loop_at(at);
        let outer = polygon.parent(at).filter(|_| ring.is_hole());
        match outer.and_then(|outer| polygons.iter_mut().find(|(shell, _)| *shell == outer)) {
            Some((_, rings)) => rings.push(corners(ring)),
            None => polygons.push((at, vec![corners(ring)])),
        }
    }
    let mut polygons: Vec<Dynamic> = polygons.into_iter().map(|(_, rings)| Dynamic::Array(rings)).collect();
    match polygons.len() {
        0 => None,
        1 => polygons.pop().map(|rings| geo_json("Polygon", rings)),
        _ => Some(geo_json("MultiPolygon", Dynamic::Array(polygons))),
    }
}

/// Rings as the polygons that they make; none when there are none.
pub(super) fn rings_json(rings: Vec<Loop>) -> Option<Dynamic> {
    if rings.iter().any(|ring| !ring.is_normalized()) {
        return polygon_json(&Polygon::from_oriented_loops(rings));
    }
    let mut polygons: Vec<Dynamic> = rings.iter().map(|ring| Dynamic::Array(vec![corners(ring)])).collect();
    match polygons.len() {
        0 | 1 => polygons.pop().map(|rings| geo_json("Polygon", rings)),
        _ => Some(geo_json("MultiPolygon", Dynamic::Array(polygons))),
    }
}

/// Lines as `LineString`, or `MultiLineString` when there are several; none when there are none.
pub(super) fn lines_json(lines: &[Polyline]) -> Option<Dynamic> {
    let places = |line: &Polyline| {
        Dynamic::Array(line.vertices_vec().iter().map(|point| coordinates(place_of(*point))).collect())
    };
    match lines {
        [] => None,
        [line] => Some(geo_json("LineString", places(line))),
        lines => Some(geo_json("MultiLineString", Dynamic::Array(lines.iter().map(places).collect()))),
    }
}

/// Points as `Point`, or `MultiPoint` when there are several; none when there are none.
pub(super) fn points_json(points: &[Point]) -> Option<Dynamic> {
    match points {
        [] => None,
        [point] => Some(geo_json("Point", coordinates(place_of(*point)))),
        points => {
            let places = points.iter().map(|point| coordinates(place_of(*point))).collect();
            Some(geo_json("MultiPoint", Dynamic::Array(places)))
        }
    }
}
