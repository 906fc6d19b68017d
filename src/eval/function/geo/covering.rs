//! The cells of a grid that cover a shape.

use std::collections::{HashSet, VecDeque};

use h3o::{CellIndex, LatLng, Resolution};
use s2rst::s2::buffer_operation::BufferOptions;
use s2rst::s2::region_coverer::RegionCoverer;
use s2rst::s2::shape_index::ShapeIndex;
use s2rst::s2::shape_index_buffered_region::ShapeIndexBufferedRegion;
use s2rst::s2::{CellId, Level, Polygon};

use super::buffer::area;
use super::polygon::perimeter;
use super::shape::{EARTH, angle, lines, place_of, polygon};
use super::{Call, Failure, Function, Place};
use crate::eval::function::arguments::{long, real, strings};
use crate::value::{
    Value,
    number::{count_to_real, long_to_real},
};

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[
    Function::strict("geo_line_to_s2cells", 1, line_to_s2cells),
    Function::strict("geo_polygon_to_s2cells", 1, polygon_to_s2cells),
    Function::strict("geo_polygon_to_h3cells", 1, polygon_to_h3cells),
];

/// The S2 cells that the service gives at most.
const MOST_S2_CELLS: usize = 65_536;
/// The H3 cells that the service gives at most.
const MOST_H3_CELLS: usize = 61_680;
/// Metres by which every shape is enlarged, so that cells that only touch it count whichever way rounding goes.
const TOUCH: f64 = 1e-3;

fn level(args: &[Value]) -> Option<Level> {
    let level = if args.len() > 1 { long(args, 1)? } else { 11 };
    Level::try_from(u8::try_from(level).ok()?).ok()
}

/// The radius in metres.
fn radius(args: &[Value]) -> Option<f64> {
    let radius = if args.len() > 2 { real(args, 2)? } else { 0.0 };
    (radius >= 0.0 && radius.is_finite()).then_some(radius)
}

/// Null when there are too many cells. `extent` is an area and a length of the shape, in radians.
fn s2cells(index: &ShapeIndex, extent: (f64, f64), level: Level, radius: f64) -> Value {
    let width = std::f64::consts::FRAC_PI_2 / long_to_real(1 << u8::from(level));
    let (area, length) = extent;
    let radians = angle(radius).radians();
    let least = ((area + 2.0 * length * radians) / (2.0 * width * width)).max(length / (4.0 * width));
    if least > count_to_real(MOST_S2_CELLS) {
        return Value::Null;
    }
    let region = ShapeIndexBufferedRegion::from_angle(index, angle(radius.max(TOUCH)));
    let coverer = RegionCoverer::new().min_level(level).max_level(level).max_cells(MOST_S2_CELLS);
    let cells = coverer.covering(&region);
    if cells.num_cells() > MOST_S2_CELLS {
        return Value::Null;
    }
    strings(cells.cell_ids().iter().copied().map(CellId::to_token))
}

fn line_to_s2cells(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let (Some(lines), Some(level), Some(radius)) = (lines(&args[0]), level(args), radius(args)) else {
        return Ok(Value::Null);
    };
    let length = lines.iter().map(|line| line.length().radians()).sum();
    let mut index = ShapeIndex::new();
    for line in lines {
        index.add(Box::new(line));
    }
    index.build();
    Ok(s2cells(&index, (0.0, length), level, radius))
}

fn polygon_to_s2cells(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let (Some(polygon), Some(level), Some(radius)) = (polygon(&args[0]), level(args), radius(args)) else {
        return Ok(Value::Null);
    };
    Ok(s2cells(polygon.shape_index(), (polygon.area(), perimeter(&polygon)), level, radius))
}

/// The corners of each ring, in degrees.
fn rings(polygon: &Polygon) -> Vec<Vec<Place>> {
    polygon.loops().iter().map(|ring| ring.vertices().iter().copied().map(place_of).collect()).collect()
}

fn sides(ring: &[Place]) -> impl Iterator<Item = (Place, Place)> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Whether a place is inside rings whose edges are straight on the map.
fn on_map(place: Place, rings: &[Vec<Place>]) -> bool {
    let crossed = |(a, b): &(Place, Place)| {
        (a.latitude > place.latitude) != (b.latitude > place.latitude)
            && place.longitude
                < a.longitude + (place.latitude - a.latitude) / (b.latitude - a.latitude) * (b.longitude - a.longitude)
    };
    rings.iter().flat_map(|ring| sides(ring)).filter(crossed).count() % 2 == 1
}

/// The cells along the edges, found in steps shorter than a cell; none when they are too many.
fn border(rings: &[Vec<Place>], resolution: Resolution) -> Option<HashSet<CellIndex>> {
    let step = resolution.edge_length_m() / EARTH / 2.0;
    let mut cells = HashSet::new();
    let mut steps_left = MOST_H3_CELLS * 20;
    for (a, b) in rings.iter().flat_map(|ring| sides(ring)) {
        let span = (a.longitude - b.longitude).hypot(a.latitude - b.latitude).to_radians();
        let steps =
            1 + crate::value::number::real_to_long((span / step).ceil()).and_then(|v| usize::try_from(v).ok())?;
        steps_left = steps_left.checked_sub(steps)?;
        for at in 0..=steps {
            let share = count_to_real(at) / count_to_real(steps);
            let latitude = a.latitude + share * (b.latitude - a.latitude);
            let longitude = a.longitude + share * (b.longitude - a.longitude);
            cells.insert(LatLng::new(latitude, longitude).ok()?.to_cell(resolution));
        }
    }
    Some(cells)
}

/// The cells whose middle is inside; from the border inwards.
fn h3cells(rings: &[Vec<Place>], resolution: Resolution) -> Option<Vec<CellIndex>> {
    let inside = |cell: CellIndex| {
        let middle = LatLng::from(cell);
        on_map(Place { longitude: middle.lng(), latitude: middle.lat() }, rings)
    };
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    let mut open: VecDeque<CellIndex> = VecDeque::new();
    for cell in border(rings, resolution)? {
        open.extend(cell.grid_disk::<Vec<_>>(1));
    }
    while let Some(cell) = open.pop_front() {
        if !seen.insert(cell) || !inside(cell) {
            continue;
        }
        found.push(cell);
        if found.len() > MOST_H3_CELLS {
            return None;
        }
        open.extend(cell.grid_disk::<Vec<_>>(1));
    }
    found.sort_unstable();
    Some(found)
}

/// Resolution 6 without a second argument.
fn polygon_to_h3cells(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let resolution = if args.len() > 1 { long(args, 1) } else { Some(6) };
    let resolution = resolution.and_then(|level| Resolution::try_from(u8::try_from(level).ok()?).ok());
    let (Some(mut polygon), Some(resolution), Some(radius)) = (polygon(&args[0]), resolution, radius(args)) else {
        return Ok(Value::Null);
    };
    if radius > 0.0 {
        let options = BufferOptions::new(angle(radius));
        let Some(larger) = area(options, |operation| operation.add_shape(&polygon)) else { return Ok(Value::Null) };
        polygon = larger;
    }
    let cells = h3cells(&rings(&polygon), resolution);
    Ok(cells.map_or(Value::Null, |cells| strings(cells.iter().map(ToString::to_string))))
}
