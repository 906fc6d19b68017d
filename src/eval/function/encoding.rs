//! Versions and hashes of text.

use std::fmt::Write as _;

use super::arguments::{long, or_null, text};
use super::{Call, Failure, Function};
use crate::value::{Decimal, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("parse_version", 1, parse_version),
    Function::strict("hash", 1, hash),
    Function::strict("hash_xxhash64", 1, hash),
];

/// Up to four parts of up to eight digits, as one number with eight digits for each part.
fn parse_version(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let source = text(args, 0);
    let parts: Vec<&str> = source.split('.').collect();
    let valid = parts.len() <= 4
        && parts.iter().all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    if !valid {
        return Ok(Value::Null);
    }
    let mut digits = String::with_capacity(32);
    for at in 0..4 {
        let _ = write!(digits, "{:0>8}", parts.get(at).copied().unwrap_or("0"));
    }
    Ok(or_null(Decimal::parse(&digits), Value::Decimal))
}

/// xxHash64 of the value's bytes; with a second argument its remainder, never negative.
fn hash(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let hash = match &args[0] {
        Value::String(text) => xxhash64(text.as_bytes()),
        Value::Long(v) | Value::DateTime(v) | Value::TimeSpan(v) => xxhash64(&v.to_le_bytes()),
        other => return Err(Failure::Unsupported(unknown_hash(other))),
    };
    let hash = hash.cast_signed();
    Ok(match args.len() {
        1 => Value::Long(hash),
        _ => or_null(long(args, 1).filter(|modulus| *modulus > 0).map(|modulus| hash.rem_euclid(modulus)), Value::Long),
    })
}

/// No page says which bytes of such a value are hashed.
fn unknown_hash(value: &Value) -> String {
    format!("hash() of a {}", value.value_type().map_or("dynamic", crate::value::Type::as_str))
}

const PRIMES: [u64; 5] =
    [0x9e37_79b1_85eb_ca87, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9, 0x85eb_ca77_c2b2_ae63, 0x27d4_eb2f_1656_67c5];

fn round(state: u64, lane: u64) -> u64 {
    state.wrapping_add(lane.wrapping_mul(PRIMES[1])).rotate_left(31).wrapping_mul(PRIMES[0])
}

fn word(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte))
}

/// The hash function of that name by Yann Collet, with seed 0.
pub(super) fn xxhash64(input: &[u8]) -> u64 {
    let mut rest = input;
    let mut hash = PRIMES[4];
    if input.len() >= 32 {
        let mut lanes = [PRIMES[0].wrapping_add(PRIMES[1]), PRIMES[1], 0, 0_u64.wrapping_sub(PRIMES[0])];
        while rest.len() >= 32 {
            for (at, lane) in lanes.iter_mut().enumerate() {
                *lane = round(*lane, word(&rest[at * 8..at * 8 + 8]));
            }
            rest = &rest[32..];
        }
        hash = [1, 7, 12, 18].iter().zip(lanes).fold(0, |sum: u64, (by, lane)| sum.wrapping_add(lane.rotate_left(*by)));
        for lane in lanes {
            hash = (hash ^ round(0, lane)).wrapping_mul(PRIMES[0]).wrapping_add(PRIMES[3]);
        }
    }
    hash = hash.wrapping_add(input.len() as u64);
    while rest.len() >= 8 {
        hash = (hash ^ round(0, word(&rest[..8]))).rotate_left(27).wrapping_mul(PRIMES[0]).wrapping_add(PRIMES[3]);
        rest = &rest[8..];
    }
    if rest.len() >= 4 {
        hash = (hash ^ word(&rest[..4]).wrapping_mul(PRIMES[0]))
            .rotate_left(23)
            .wrapping_mul(PRIMES[1])
            .wrapping_add(PRIMES[2]);
        rest = &rest[4..];
    }
    for byte in rest {
        hash = (hash ^ u64::from(*byte).wrapping_mul(PRIMES[4])).rotate_left(11).wrapping_mul(PRIMES[0]);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(PRIMES[1]);
    hash = (hash ^ (hash >> 29)).wrapping_mul(PRIMES[2]);
    hash ^ (hash >> 32)
}
