//! The `convert_` functions: a number from one unit to another. `unit.tsv` lists the units (Microsoft: the functions'
//! pages). Units whose definitions differ between sources fail instead of giving a number that may be off.

use std::sync::LazyLock;

use super::arguments::{or_null, real, text};
use super::{Call, Failure, Function};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("convert_angle", 3, |args, call| convert(args, call, "angle")),
    Function::strict("convert_energy", 3, |args, call| convert(args, call, "energy")),
    Function::strict("convert_force", 3, |args, call| convert(args, call, "force")),
    Function::strict("convert_length", 3, |args, call| convert(args, call, "length")),
    Function::strict("convert_mass", 3, |args, call| convert(args, call, "mass")),
    Function::strict("convert_speed", 3, |args, call| convert(args, call, "speed")),
    Function::strict("convert_temperature", 3, |args, call| convert(args, call, "temperature")),
    Function::strict("convert_volume", 3, |args, call| convert(args, call, "volume")),
];

/// A unit; without a size if it is not known.
#[derive(Debug, Clone, Copy)]
struct Unit {
    quantity: &'static str,
    name: &'static str,
    size: Option<Size>,
}

/// `value * above / below + zero` is the value in the base unit of the quantity. The two parts are kept apart: their ratio
/// would be rounded once more, and results that are whole would no longer be.
#[derive(Debug, Clone, Copy)]
struct Size {
    above: f64,
    below: f64,
    zero: f64,
}

fn units() -> &'static [Unit] {
    static UNITS: LazyLock<Vec<Unit>> = LazyLock::new(|| {
        let lines = include_str!("unit.tsv").lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(unit).collect()
    });
    &UNITS
}

fn unit(line: &'static str) -> Option<Unit> {
    let mut cells = line.split('\t');
    let (quantity, name, factor, zero) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    let size = ratio(factor).zip(zero.parse().ok()).map(|((above, below), zero)| Size { above, below, zero });
    Some(Unit { quantity, name, size })
}

fn ratio(text: &str) -> Option<(f64, f64)> {
    let (above, below) = text.split_once('/').unwrap_or((text, "1"));
    above.parse().ok().zip(below.parse().ok())
}

/// Null for units that are not listed.
fn convert(args: &[Value], _: &Call, quantity: &'static str) -> Result<Value, Failure> {
    let find = |name: &str| -> Result<Option<Size>, Failure> {
        match units().iter().find(|unit| unit.quantity == quantity && unit.name == name) {
            Some(Unit { size: None, .. }) => Err(Failure::Unsupported(format!("the unit {name}"))),
            Some(unit) => Ok(unit.size),
            None => Ok(None),
        }
    };
    let (Some(from), Some(to)) = (find(&text(args, 1))?, find(&text(args, 2))?) else { return Ok(Value::Null) };
    if text(args, 1) == text(args, 2) {
        return Ok(or_null(real(args, 0), Value::Real));
    }
    let in_base = |value: f64| value * from.above / from.below + from.zero;
    let converted = real(args, 0).map(|value| (in_base(value) - to.zero) * to.below / to.above);
    Ok(or_null(converted, Value::Real))
}
