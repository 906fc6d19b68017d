//! Edges that are straight on a map as chains of shortest arcs that are nearly the same.

use s2rst::r2;
use s2rst::s2::edge_tessellator::EdgeTessellator;
use s2rst::s2::projections::{PlateCarreeProjection, Projection};
use s2rst::s2::{LatLng, Loop, Point};

use super::shape::{angle, lines, place_of, polygon};
use super::{Call, Failure, Function, Place, coordinates, geo_json, positions, shape};
use crate::eval::function::arguments::real;
use crate::value::{Dynamic, Value, convert};

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[
    Function::strict("geo_line_densify", 1, densify_line),
    Function::strict("geo_polygon_densify", 1, densify_polygon),
];

/// The tolerance when none is given, in metres.
const TOLERANCE: f64 = 10.0;
/// The points that a shape may have.
const MOST_POINTS: usize = 500_000;
/// The last meridian before the one at which longitudes jump.
const LAST_MERIDIAN: f64 = 179.999_999_999_999;

/// Degrees on a map that does not close at its sides.
#[derive(Debug)]
struct FlatMap(PlateCarreeProjection);

impl Projection for FlatMap {
    fn project(&self, point: Point) -> r2::Point {
        self.0.project(point)
    }

    fn unproject(&self, point: r2::Point) -> Point {
        self.0.unproject(point)
    }

    fn from_lat_lng(&self, place: LatLng) -> r2::Point {
        self.0.from_lat_lng(place)
    }

    fn to_lat_lng(&self, point: r2::Point) -> LatLng {
        self.0.to_lat_lng(point)
    }

    fn interpolate(&self, fraction: f64, a: r2::Point, b: r2::Point) -> r2::Point {
        self.0.interpolate(fraction, a, b)
    }

    fn wrap_distance(&self) -> r2::Point {
        r2::Point::new(0.0, 0.0)
    }
}

/// Makes chains of arcs along places.
#[derive(Debug)]
struct Densifier {
    tessellator: EdgeTessellator<FlatMap>,
    points: usize,
}

impl Densifier {
    fn new(args: &[Value]) -> Option<Self> {
        let tolerance = if args.len() > 1 { real(args, 1)? } else { TOLERANCE };
        (0.1..=10_000.0).contains(&tolerance).then(|| {
            let map = FlatMap(PlateCarreeProjection::new(180.0));
            Self { tessellator: EdgeTessellator::new(map, angle(tolerance)), points: 0 }
        })
    }

    fn chain(&mut self, places: &[Place]) -> Result<Vec<Point>, Failure> {
        let on_map = |place: &Place| r2::Point::new(place.longitude, place.latitude);
        let mut points = Vec::new();
        for pair in places.windows(2) {
            self.tessellator.append_unprojected(on_map(&pair[0]), on_map(&pair[1]), &mut points);
            if self.points + points.len() > MOST_POINTS {
                return Err(Failure::Unsupported(format!("a densified shape of more than {MOST_POINTS} points")));
            }
        }
        self.points += points.len();
        Ok(points)
    }
}

fn keeps_crossings(args: &[Value]) -> bool {
    args.get(2).and_then(convert::to_bool) == Some(true)
}

fn jumps(a: Place, b: Place) -> bool {
    (a.longitude - b.longitude).abs() > 180.0
}

/// Where the arc between two places meets the meridian at which longitudes jump.
fn crossing_latitude(a: Place, b: Place) -> f64 {
    let [a, b] = [a, b].map(|place| LatLng::from_degrees(place.latitude, place.longitude).to_point());
    let pole = a.vector().cross(b.vector());
    (pole.x / pole.z).atan().to_degrees()
}

/// The places of a line, in parts that do not cross the meridian at which longitudes jump.
fn parts(places: Vec<Place>) -> Vec<Vec<Place>> {
    let mut parts: Vec<Vec<Place>> = vec![Vec::new()];
    let mut last: Option<Place> = None;
    for place in places {
        if let Some(before) = last.filter(|before| jumps(*before, place)) {
            let latitude = crossing_latitude(before, place);
            let side = |of: Place| Place { longitude: LAST_MERIDIAN.copysign(of.longitude), latitude };
            if let Some(part) = parts.last_mut() {
                part.push(side(before));
            }
            parts.push(vec![side(place)]);
        }
        if let Some(part) = parts.last_mut() {
            part.push(place);
        }
        last = Some(place);
    }
    parts
}

fn places_json(places: &[Place]) -> Dynamic {
    Dynamic::Array(places.iter().copied().map(coordinates).collect())
}

fn densify_line(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let (Some(mut densifier), Some(_)) = (Densifier::new(args), lines(&args[0])) else { return Ok(Value::Null) };
    let given: Option<Vec<Vec<Place>>> = match shape(&args[0]) {
        Some(("MultiLineString", Dynamic::Array(items))) => items.iter().map(positions).collect(),
        Some((_, line)) => positions(line).map(|line| vec![line]),
        None => None,
    };
    let mut lines = Vec::new();
    for line in given.unwrap_or_default() {
        let places = densifier.chain(&line)?.into_iter().map(place_of).collect();
        if keeps_crossings(args) {
            lines.push(places);
        } else {
            lines.extend(parts(places));
        }
    }
    let mut lines: Vec<Dynamic> = lines.iter().map(|line| places_json(line)).collect();
    Ok(match lines.len() {
        0 => Value::Null,
        1 => lines.pop().map_or(Value::Null, |line| Value::Dynamic(geo_json("LineString", line))),
        _ => Value::Dynamic(geo_json("MultiLineString", Dynamic::Array(lines))),
    })
}

/// The ring of arcs, counterclockwise for outer rings and clockwise for holes.
fn densify_ring(ring: &Dynamic, hole: bool, densifier: &mut Densifier, keep: bool) -> Result<Dynamic, Failure> {
    let mut points = densifier.chain(&positions(ring).unwrap_or_default())?;
    points.pop();
    let mut ring = Loop::new(points);
    ring.normalize();
    let mut places: Vec<Place> = ring.vertices().iter().copied().map(place_of).collect();
    if hole {
        places.reverse();
    }
    places.extend(places.first().copied());
    if !keep && places.windows(2).any(|pair| jumps(pair[0], pair[1])) {
        let what = "a polygon that crosses the antimeridian without preserve_crossing";
        return Err(Failure::Unsupported(what.to_owned()));
    }
    Ok(places_json(&places))
}

fn densify_polygon(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let (Some(mut densifier), Some(_)) = (Densifier::new(args), polygon(&args[0])) else { return Ok(Value::Null) };
    let keep = keeps_crossings(args);
    let mut rings = |rings: &Dynamic| -> Result<Dynamic, Failure> {
        let Dynamic::Array(rings) = rings else { return Ok(Dynamic::Null) };
        let rings = rings.iter().enumerate().map(|(at, ring)| densify_ring(ring, at > 0, &mut densifier, keep));
        Ok(Dynamic::Array(rings.collect::<Result<_, _>>()?))
    };
    Ok(match shape(&args[0]) {
        Some(("MultiPolygon", Dynamic::Array(items))) => {
            let polygons = items.iter().map(rings).collect::<Result<_, _>>()?;
            Value::Dynamic(geo_json("MultiPolygon", Dynamic::Array(polygons)))
        }
        Some((_, polygon)) => Value::Dynamic(geo_json("Polygon", rings(polygon)?)),
        None => Value::Null,
    })
}
