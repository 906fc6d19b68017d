//! H3 cells: hexagons (and twelve pentagons) of sixteen resolutions.

use h3o::{CellIndex, LatLng, Resolution};

use super::{Call, Failure, Function, Place, hash_order, place, point_of, polygon_of};
use crate::eval::function::arguments::{array_of, long, string, strings, text};
use crate::value::{Dynamic, Value};

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[
    Function::strict("geo_point_to_h3cell", 2, point_to_h3cell),
    Function::strict("geo_h3cell_level", 1, |args, _| {
        Ok(cell(args).map_or(Value::Null, |cell| Value::Int(i32::from(u8::from(cell.resolution())))))
    }),
    Function::strict("geo_h3cell_parent", 1, parent),
    Function::strict("geo_h3cell_children", 1, children),
    Function::strict("geo_h3cell_neighbors", 1, |args, _| Ok(cell(args).map_or(Value::Null, neighbors))),
    Function::strict("geo_h3cell_rings", 2, rings),
    Function::strict("geo_h3cell_to_central_point", 1, |args, _| {
        Ok(cell(args).map_or(Value::Null, |cell| point_of(place_of(cell.into()))))
    }),
    Function::strict("geo_h3cell_to_polygon", 1, |args, _| {
        Ok(cell(args).map_or(Value::Null, |cell| polygon_of(cell.boundary().iter().copied().map(place_of))))
    }),
];

/// The rings around a cell that the service gives at most.
const MOST_RINGS: u32 = 142;
/// The levels between a cell and its children that the service allows.
const MOST_LEVELS: u8 = 7;

fn cell(args: &[Value]) -> Option<CellIndex> {
    text(args, 0).parse().ok()
}

fn place_of(point: LatLng) -> Place {
    Place { longitude: point.lng(), latitude: point.lat() }
}

fn names(cells: impl IntoIterator<Item = CellIndex>) -> Value {
    strings(cells.into_iter().map(|cell| cell.to_string()))
}

fn resolution(level: i64) -> Option<Resolution> {
    Resolution::try_from(u8::try_from(level).ok()?).ok()
}

/// The level that the second argument names, else one beside the cell's own.
fn level(args: &[Value], cell: CellIndex, beside: i64) -> Option<Resolution> {
    let level = if args.len() > 1 { long(args, 1)? } else { i64::from(u8::from(cell.resolution())) + beside };
    resolution(level)
}

/// Resolution 6 without a third argument; `""` for bad arguments.
fn point_to_h3cell(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let wanted = if args.len() > 2 { long(args, 2) } else { Some(6) };
    let point = place(args, 0).and_then(|place| LatLng::new(place.latitude, place.longitude).ok());
    let cell = point.zip(wanted.and_then(resolution)).map(|(point, resolution)| point.to_cell(resolution));
    Ok(string(cell.map_or(String::new(), |cell| cell.to_string())))
}

/// `""` when there is none.
fn parent(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let parent = cell(args).and_then(|cell| cell.parent(level(args, cell, -1)?));
    Ok(string(parent.map_or(String::new(), |cell| cell.to_string())))
}

fn children(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(cell) = cell(args) else { return Ok(Value::Null) };
    let Some(level) = level(args, cell, 1) else { return Ok(Value::Null) };
    let deeper = u8::from(level).checked_sub(u8::from(cell.resolution()));
    Ok(match deeper {
        Some(deeper @ 1..) if deeper > MOST_LEVELS => {
            return Err(Failure::Refused(format!("{deeper} levels are too many")));
        }
        Some(1..) => names(cell.children(level)),
        _ => Value::Null,
    })
}

fn rings(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let distance = long(args, 1).and_then(|distance| u32::try_from(distance).ok()).filter(|k| *k <= MOST_RINGS);
    let (Some(cell), Some(distance)) = (cell(args), distance) else { return Ok(Value::Null) };
    let mut rings = vec![Vec::new(); distance as usize + 1];
    for (near, ring) in cell.grid_disk_distances::<Vec<_>>(distance) {
        rings[ring as usize].push(Dynamic::String(near.to_string()));
    }
    Ok(array_of(rings.into_iter().map(Dynamic::Array)))
}

/// The cells that share an edge: six, five around a pentagon.
fn neighbors(cell: CellIndex) -> Value {
    let near = cell.grid_disk::<Vec<_>>(1).into_iter().filter(|near| *near != cell);
    strings(hash_order::listed(near.map(|near| near.to_string()).collect()))
}
