//! S2 cells: the sphere on the six faces of a cube, each face halved both ways thirty times and numbered along a Hilbert
//! curve. A cell is written as the hexadecimal digits of its number without the zeros at the end.

use s2rst::s2::{Cell, CellId, CellVertex, Level};

use super::shape::{place_of, point};
use super::{Call, Failure, Function, hash_order, place, point_of, polygon_of};
use crate::eval::function::arguments::{long, string, strings, text};
use crate::value::Value;

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[
    Function::strict("geo_point_to_s2cell", 2, point_to_s2cell),
    Function::strict("geo_s2cell_neighbors", 1, neighbors),
    Function::strict("geo_s2cell_to_central_point", 1, |args, _| {
        Ok(cell(args).map_or(Value::Null, |cell| point_of(place_of(cell.to_point()))))
    }),
    Function::strict("geo_s2cell_to_polygon", 1, |args, _| {
        Ok(cell(args).map_or(Value::Null, |cell| {
            let cell = Cell::from_cell_id(cell);
            polygon_of(CellVertex::ALL.map(|corner| place_of(cell.vertex(corner))))
        }))
    }),
];

fn cell(args: &[Value]) -> Option<CellId> {
    let text = text(args, 0);
    let token = (1..=16).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    Some(CellId::from_token(&text)).filter(|cell| token && cell.is_valid())
}

/// Level 11 without a third argument; `""` for bad arguments.
fn point_to_s2cell(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let level = if args.len() > 2 { long(args, 2) } else { Some(11) };
    let level = level.and_then(|level| Level::try_from(u8::try_from(level).ok()?).ok());
    let cell = place(args, 0).zip(level).map(|(place, level)| CellId::from_point(&point(place)).parent_at_level(level));
    Ok(string(cell.map_or(String::new(), CellId::to_token)))
}

/// The cells that share an edge or a corner: eight, seven at a corner of the cube.
fn neighbors(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(cell) = cell(args) else { return Ok(Value::Null) };
    let near = cell.all_neighbors(cell.level()).unwrap_or_default();
    let names = near.into_iter().filter(|near| *near != cell).map(CellId::to_token);
    Ok(strings(hash_order::listed(names.collect())))
}
