//! `geo_from_wkt`: shapes in the text form "well-known text".

use super::{Call, Failure, Function, geo_json};
use crate::eval::function::arguments::text;
use crate::value::{Dynamic, Value};

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[Function::strict("geo_from_wkt", 1, from_wkt)];

/// Collections inside collections.
const MOST_DEPTH: usize = 20;

fn from_wkt(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let source = text(args, 0);
    let mut reader = Reader { rest: &source };
    let shape = reader.shape(0).filter(|_| reader.rest.trim().is_empty());
    Ok(shape.map_or(Value::Null, Value::Dynamic))
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn word(&mut self) -> &'a str {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        word
    }

    fn takes(&mut self, c: char) -> bool {
        match self.rest.trim_start().strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn number(&mut self) -> Option<Dynamic> {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E')).unwrap_or(rest.len());
        let (number, rest) = rest.split_at(end);
        self.rest = rest;
        number.parse::<f64>().ok().filter(|number| number.is_finite()).map(Dynamic::Real)
    }

    fn position(&mut self) -> Option<Dynamic> {
        Some(Dynamic::Array(vec![self.number()?, self.number()?]))
    }

    /// A position that may stand in brackets of its own, as in `MULTIPOINT ((1 1), (2 2))`.
    fn bracketed_position(&mut self) -> Option<Dynamic> {
        if !self.takes('(') {
            return self.position();
        }
        let position = self.position()?;
        self.takes(')').then_some(position)
    }

    fn list(&mut self, item: impl Fn(&mut Self) -> Option<Dynamic>) -> Option<Dynamic> {
        if !self.takes('(') {
            return None;
        }
        let mut items = vec![item(self)?];
        while self.takes(',') {
            items.push(item(self)?);
        }
        self.takes(')').then_some(Dynamic::Array(items))
    }

    fn line(&mut self) -> Option<Dynamic> {
        self.list(Self::position)
    }

    fn lines(&mut self) -> Option<Dynamic> {
        self.list(Self::line)
    }

    fn shape(&mut self, depth: usize) -> Option<Dynamic> {
        match self.word().to_ascii_uppercase().as_str() {
            "POINT" => {
                let Dynamic::Array(mut one) = self.line()? else { return None };
                let point = one.pop()?;
                one.is_empty().then(|| geo_json("Point", point))
            }
            "LINESTRING" => Some(geo_json("LineString", self.line()?)),
            "POLYGON" => Some(geo_json("Polygon", self.lines()?)),
            "MULTIPOINT" => Some(geo_json("MultiPoint", self.list(Self::bracketed_position)?)),
            "MULTILINESTRING" => Some(geo_json("MultiLineString", self.lines()?)),
            "MULTIPOLYGON" => Some(geo_json("MultiPolygon", self.list(Self::lines)?)),
            "GEOMETRYCOLLECTION" if depth < MOST_DEPTH => {
                let shapes = self.list(|reader| reader.shape(depth + 1))?;
                Some(Dynamic::Bag(vec![
                    ("type".to_owned(), Dynamic::String("GeometryCollection".to_owned())),
                    ("geometries".to_owned(), shapes),
                ]))
            }
            _ => None,
        }
    }
}
