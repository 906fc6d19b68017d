//! Geohash cells: longitude and latitude halved in turn, five bits a letter.

use super::{Call, Failure, Function, Place, hash_order, place, point_of, polygon_of};
use crate::eval::function::arguments::{long, or_null, string, strings, text};
use crate::value::Value;

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[
    Function::strict("geo_point_to_geohash", 2, point_to_geohash),
    Function::strict("geo_geohash_to_central_point", 1, |args, _| {
        Ok(or_null(Cell::parse(&text(args, 0)).map(|cell| cell.center()), point_of))
    }),
    Function::strict("geo_geohash_to_polygon", 1, |args, _| {
        Ok(Cell::parse(&text(args, 0)).map_or(Value::Null, |cell| polygon_of(cell.corners())))
    }),
    Function::strict("geo_geohash_neighbors", 1, neighbors),
];

const LETTERS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

/// A cell, by its south-western corner and its size in degrees.
#[derive(Debug, Clone, Copy)]
struct Cell {
    west: f64,
    south: f64,
    width: f64,
    height: f64,
    letters: usize,
}

impl Cell {
    /// The cell of 1 to 18 letters at a place.
    fn at(place: Place, letters: usize) -> Self {
        let mut cell = Self { west: -180.0, south: -90.0, width: 360.0, height: 180.0, letters };
        for bit in 0..letters * 5 {
            cell.halve(bit, |cell, east_west| {
                if east_west {
                    place.longitude >= cell.west + cell.width
                } else {
                    place.latitude >= cell.south + cell.height
                }
            });
        }
        cell
    }

    fn parse(text: &str) -> Option<Self> {
        let letters: Option<Vec<usize>> =
            text.bytes().map(|letter| LETTERS.iter().position(|known| *known == letter)).collect();
        let letters = letters.filter(|letters| (1..=18).contains(&letters.len()))?;
        let mut cell = Self { west: -180.0, south: -90.0, width: 360.0, height: 180.0, letters: letters.len() };
        for bit in 0..letters.len() * 5 {
            let upper = letters[bit / 5] >> (4 - bit % 5) & 1 == 1;
            cell.halve(bit, |_, _| upper);
        }
        Some(cell)
    }

    /// Halves the cell; `upper` sees it halved and says whether the upper half is meant.
    fn halve(&mut self, bit: usize, upper: impl Fn(&Self, bool) -> bool) -> bool {
        let east_west = bit.is_multiple_of(2);
        if east_west {
            self.width /= 2.0;
        } else {
            self.height /= 2.0;
        }
        let upper = upper(self, east_west);
        if upper && east_west {
            self.west += self.width;
        } else if upper {
            self.south += self.height;
        }
        upper
    }

    fn center(&self) -> Place {
        Place { longitude: self.west + self.width / 2.0, latitude: self.south + self.height / 2.0 }
    }

    fn corners(&self) -> [Place; 4] {
        let (east, north) = (self.west + self.width, self.south + self.height);
        [(self.west, self.south), (east, self.south), (east, north), (self.west, north)]
            .map(|(longitude, latitude)| Place { longitude, latitude })
    }

    fn name(&self) -> String {
        let center = self.center();
        let mut cell = Self { west: -180.0, south: -90.0, width: 360.0, height: 180.0, letters: self.letters };
        let mut bits = 0_usize;
        let mut name = String::with_capacity(self.letters);
        for bit in 0..self.letters * 5 {
            let upper = cell.halve(bit, |cell, east_west| {
                if east_west {
                    center.longitude >= cell.west + cell.width
                } else {
                    center.latitude >= cell.south + cell.height
                }
            });
            bits = bits << 1 | usize::from(upper);
            if bit % 5 == 4 {
                name.push(char::from(LETTERS[bits & 31]));
                bits = 0;
            }
        }
        name
    }

    /// The cell so many cells to the east and to the north; none beyond a pole.
    fn neighbor(&self, east: f64, north: f64) -> Option<Self> {
        let center = self.center();
        let longitude = (center.longitude + east * self.width + 180.0).rem_euclid(360.0) - 180.0;
        Place::new(longitude, center.latitude + north * self.height).map(|place| Self::at(place, self.letters))
    }
}

/// Five letters without a second argument; `""` for bad arguments.
fn point_to_geohash(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let letters = if args.len() > 2 { long(args, 2) } else { Some(5) };
    let letters =
        letters.and_then(|letters| usize::try_from(letters).ok()).filter(|letters| (1..=18).contains(letters));
    let cell = place(args, 0).zip(letters).map(|(place, letters)| Cell::at(place, letters));
    Ok(string(cell.map_or(String::new(), |cell| cell.name())))
}

/// The cells around, clockwise from the north-west before they are put in the engine's order.
fn neighbors(args: &[Value], _: &Call) -> Result<Value, Failure> {
    const AROUND: [(f64, f64); 8] =
        [(-1.0, 1.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (1.0, -1.0), (0.0, -1.0), (-1.0, -1.0), (-1.0, 0.0)];
    let Some(cell) = Cell::parse(&text(args, 0)) else { return Ok(Value::Null) };
    let near = AROUND.iter().filter_map(|(east, north)| cell.neighbor(*east, *north));
    Ok(strings(hash_order::listed(near.map(|cell| cell.name()).collect())))
}
