//! S2 cells: the sphere on the six faces of a cube, each face halved both ways thirty times and numbered along a Hilbert
//! curve. A cell is written as the hexadecimal digits of its number without the zeros at the end. The neighbours are not
//! built: the service gives them in an order of its own.

use super::sphere::Vector;
use super::{Call, Failure, Function, Place, place, point_of, polygon_of};
use crate::eval::function::arguments::{long, or_null, string, text};
use crate::value::Value;
use crate::value::number::{long_to_real, real_to_long};

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[
    Function::strict("geo_point_to_s2cell", 2, point_to_s2cell),
    Function::strict("geo_s2cell_to_central_point", 1, |args, _| {
        Ok(or_null(Cell::parse(&text(args, 0)).map(Cell::center), point_of))
    }),
    Function::strict("geo_s2cell_to_polygon", 1, |args, _| {
        Ok(Cell::parse(&text(args, 0)).map_or(Value::Null, |cell| polygon_of(cell.corners())))
    }),
];

const LEVELS: u32 = 30;
/// Cells of the last level along an edge of a face.
const EDGE: i64 = 1 << LEVELS;

/// The position on the curve of the four quarters (first axis, then second), for each orientation of the curve.
const QUARTER_TO_POSITION: [[u64; 4]; 4] = [[0, 1, 3, 2], [0, 3, 1, 2], [2, 3, 1, 0], [2, 1, 3, 0]];
/// How the orientation changes in the four positions.
const TURN: [usize; 4] = [1, 0, 0, 3];

/// A cell: a square of a face, by its corner of the least coordinates, in cells of the last level.
#[derive(Debug, Clone, Copy)]
struct Cell {
    face: u64,
    i: i64,
    j: i64,
    level: u32,
}

/// The coordinates on a face, from -1 to 1 inside it.
fn on_face(point: Vector, face: u64) -> (f64, f64) {
    let [x, y, z] = point.0;
    match face {
        0 => (y / x, z / x),
        1 => (-x / y, z / y),
        2 => (-x / z, -y / z),
        3 => (z / x, y / x),
        4 => (z / y, -x / y),
        _ => (-y / z, -x / z),
    }
}

fn in_space(face: u64, u: f64, v: f64) -> Vector {
    Vector(match face {
        0 => [1.0, u, v],
        1 => [-u, 1.0, v],
        2 => [-u, -v, 1.0],
        3 => [-1.0, -v, -u],
        4 => [v, -1.0, -u],
        _ => [v, u, -1.0],
    })
}

fn face_of(point: Vector) -> u64 {
    let mut axis = 0;
    for at in 1..3 {
        if point.0[at].abs() > point.0[axis].abs() {
            axis = at;
        }
    }
    axis as u64 + if point.0[axis] < 0.0 { 3 } else { 0 }
}

/// The quadratic projection, which makes cells more alike in size: from 0..1 to -1..1 and back.
fn project(s: f64) -> f64 {
    if s >= 0.5 { (4.0 * s * s - 1.0) / 3.0 } else { (1.0 - 4.0 * (1.0 - s) * (1.0 - s)) / 3.0 }
}

fn unproject(u: f64) -> f64 {
    if u >= 0.0 { 0.5 * (1.0 + 3.0 * u).sqrt() } else { 1.0 - 0.5 * (1.0 - 3.0 * u).sqrt() }
}

fn step(s: f64) -> i64 {
    real_to_long((s * long_to_real(EDGE)).floor()).unwrap_or(0).clamp(0, EDGE - 1)
}

impl Cell {
    fn at(place: Place, level: u32) -> Self {
        let point = Vector::of(place);
        let face = face_of(point);
        let (u, v) = on_face(point, face);
        Self::around(face, step(unproject(u)), step(unproject(v)), level)
    }

    /// The cell of a level that holds a cell of the last level.
    fn around(face: u64, i: i64, j: i64, level: u32) -> Self {
        let mask = -(EDGE >> level);
        Self { face, i: i & mask, j: j & mask, level }
    }

    fn size(self) -> i64 {
        EDGE >> self.level
    }

    fn parse(text: &str) -> Option<Self> {
        if !(1..=16).contains(&text.len()) || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let number = u64::from_str_radix(&format!("{text:0<16}"), 16).ok()?;
        let (face, mark) = (number >> 61, number.trailing_zeros());
        if face > 5 || mark > 60 || mark % 2 == 1 {
            return None;
        }
        let level = LEVELS - mark / 2;
        let mut cell = Self { face, i: 0, j: 0, level };
        let mut orientation = usize::try_from(face & 1).ok()?;
        for depth in 0..level {
            let position = number >> (59 - 2 * depth) & 3;
            let quarter = QUARTER_TO_POSITION[orientation].iter().position(|known| *known == position)?;
            let size = EDGE >> (depth + 1);
            cell.i += if quarter & 2 == 0 { 0 } else { size };
            cell.j += if quarter & 1 == 0 { 0 } else { size };
            orientation ^= TURN[usize::try_from(position).ok()?];
        }
        Some(cell)
    }

    fn number(self) -> u64 {
        let mut orientation = usize::from(self.face & 1 == 1);
        let mut number = self.face << 61;
        for depth in 0..self.level {
            let size = EDGE >> (depth + 1);
            let quarter = usize::from(self.i & size != 0) << 1 | usize::from(self.j & size != 0);
            let position = QUARTER_TO_POSITION[orientation][quarter];
            number |= position << (59 - 2 * depth);
            orientation ^= TURN.get(usize::try_from(position).unwrap_or(0)).copied().unwrap_or(0);
        }
        number | 1 << (2 * (LEVELS - self.level))
    }

    fn name(self) -> String {
        format!("{:016x}", self.number()).trim_end_matches('0').to_owned()
    }

    /// The place of a point of the face, in halves of cells of the last level.
    fn place(self, i2: i64, j2: i64) -> Place {
        let s = |halves: i64| project(long_to_real(halves) / long_to_real(2 * EDGE));
        in_space(self.face, s(i2), s(j2)).place()
    }

    fn center(self) -> Place {
        self.place(2 * self.i + self.size(), 2 * self.j + self.size())
    }

    fn corners(self) -> [Place; 4] {
        let (i, j, size) = (self.i, self.j, self.size());
        [(i, j), (i + size, j), (i + size, j + size), (i, j + size)].map(|(i, j)| self.place(2 * i, 2 * j))
    }
}

/// Level 11 without a third argument; `""` for bad arguments.
fn point_to_s2cell(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let level = if args.len() > 2 { long(args, 2) } else { Some(11) };
    let level = level.and_then(|level| u32::try_from(level).ok()).filter(|level| *level <= LEVELS);
    let cell = place(args, 0).zip(level).map(|(place, level)| Cell::at(place, level));
    Ok(string(cell.map_or(String::new(), Cell::name)))
}
