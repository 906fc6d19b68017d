//! Functions on places: points, lines and polygons on a sphere, and the cells of grids (geohash, S2, H3). A point is a
//! longitude and a latitude in degrees; shapes are `GeoJSON`. Shapes with bad coordinates give null.

pub(super) mod buffer;
pub(super) mod covering;
pub(super) mod densify;
pub(super) mod geohash;
pub(super) mod h3;
mod hash_order;
pub(super) mod line;
pub(super) mod overlay;
pub(super) mod point;
pub(super) mod polygon;
pub(super) mod s2;
mod shape;
pub(super) mod simplify;
mod spheroid;
pub(super) mod wkt;

use super::arguments::real;
use super::{Call, Failure, Function};
use crate::value::{Dynamic, Value, convert};

/// A place in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    longitude: f64,
    latitude: f64,
}

impl Place {
    /// None outside ±180° and ±90°.
    fn new(longitude: f64, latitude: f64) -> Option<Self> {
        let valid = (-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude);
        valid.then_some(Self { longitude, latitude })
    }
}

/// The place that two arguments name.
fn place(args: &[Value], at: usize) -> Option<Place> {
    Place::new(real(args, at)?, real(args, at + 1)?)
}

/// Whether the argument asks for distances on the spheroid instead of the sphere.
fn on_spheroid(args: &[Value], at: usize) -> bool {
    args.get(at).and_then(convert::to_bool) == Some(true)
}

fn number(item: &Dynamic) -> Option<f64> {
    match item {
        Dynamic::Long(_) | Dynamic::Real(_) => convert::to_real(&item.to_value()),
        _ => None,
    }
}

/// A position of a shape; its longitude may lie beyond ±180°.
fn position(item: &Dynamic) -> Option<Place> {
    let Dynamic::Array(numbers) = item else { return None };
    let (longitude, latitude) = (number(numbers.first()?)?, number(numbers.get(1)?)?);
    let valid = longitude.is_finite() && (-90.0..=90.0).contains(&latitude);
    valid.then_some(Place { longitude, latitude })
}

fn positions(item: &Dynamic) -> Option<Vec<Place>> {
    let Dynamic::Array(items) = item else { return None };
    items.iter().map(position).collect()
}

/// The kind and the coordinates of a `GeoJSON` shape.
fn shape(value: &Value) -> Option<(&str, &Dynamic)> {
    let Value::Dynamic(shape) = value else { return None };
    match (shape.get("type")?, shape.get("coordinates")?) {
        (Dynamic::String(kind), coordinates) => Some((kind, coordinates)),
        _ => None,
    }
}

fn geo_json(kind: &str, coordinates: Dynamic) -> Dynamic {
    Dynamic::Bag(vec![("type".to_owned(), Dynamic::String(kind.to_owned())), ("coordinates".to_owned(), coordinates)])
}

fn coordinates(place: Place) -> Dynamic {
    Dynamic::Array(vec![Dynamic::Real(place.longitude), Dynamic::Real(place.latitude)])
}

fn point_of(place: Place) -> Value {
    Value::Dynamic(geo_json("Point", coordinates(place)))
}

/// A polygon of one ring, closed.
fn polygon_of(corners: impl IntoIterator<Item = Place>) -> Value {
    let mut ring: Vec<Dynamic> = corners.into_iter().map(coordinates).collect();
    ring.extend(ring.first().cloned());
    Value::Dynamic(geo_json("Polygon", Dynamic::Array(vec![Dynamic::Array(ring)])))
}
