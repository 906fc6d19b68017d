//! Base64 in both directions.

use super::arguments::{array, array_of, or_null, string, text};
use super::{Call, Failure, Function};
use crate::value::{Dynamic, Value, convert};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("base64_encode_tostring", 1, |args, _| Ok(string(encode(text(args, 0).as_bytes())))),
    Function::strict("base64_encodestring", 1, |args, _| Ok(string(encode(text(args, 0).as_bytes())))),
    Function::strict("base64_decode_tostring", 1, decode_text),
    Function::strict("base64_decodestring", 1, decode_text),
    Function::strict("base64_decode_toarray", 1, decode_array),
    Function::strict("base64_encode_fromarray", 1, encode_array),
    Function::strict("base64_decode_toguid", 1, decode_guid),
    Function::strict("base64_encode_fromguid", 1, encode_guid),
];

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

/// None when it is not Base64 with its padding.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let letters = text.trim().trim_end_matches('=').as_bytes();
    if !text.trim().len().is_multiple_of(4) || text.trim().len() - letters.len() > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(letters.len() / 4 * 3 + 3);
    for chunk in letters.chunks(4) {
        let mut bits = 0_u32;
        for letter in chunk {
            bits = (bits << 6) | u32::try_from(LETTERS.iter().position(|known| known == letter)?).ok()?;
        }
        bits <<= 6 * (4 - chunk.len());
        let [_, a, b, c] = bits.to_be_bytes();
        bytes.extend_from_slice(&[a, b, c][..chunk.len() - 1]);
    }
    Some(bytes)
}

/// Empty when the text is not Base64 of UTF-8.
fn decode_text(args: &[Value], _: &Call) -> Result<Value, Failure> {
    Ok(string(decode(&text(args, 0)).and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()))
}

fn decode_array(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let numbers = |bytes: Vec<u8>| array_of(bytes.into_iter().map(|byte| Dynamic::Long(i64::from(byte))));
    Ok(decode(&text(args, 0)).map_or(Value::Null, numbers))
}

fn encode_array(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let byte = |item: &Dynamic| convert::to_long(&item.to_value()).and_then(|byte| u8::try_from(byte).ok());
    let bytes: Option<Vec<u8>> = array(args, 0).and_then(|items| items.iter().map(byte).collect());
    Ok(string(bytes.map(|bytes| encode(&bytes)).unwrap_or_default()))
}

/// The bytes of a guid as .NET lays them out: the first three groups little-endian.
fn guid_bytes(guid: u128) -> [u8; 16] {
    let mut bytes = guid.to_be_bytes();
    bytes[..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    bytes
}

fn decode_guid(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let bytes: Option<[u8; 16]> = decode(&text(args, 0)).and_then(|bytes| bytes.try_into().ok());
    let guid = bytes.map(|bytes| u128::from_be_bytes(guid_bytes(u128::from_be_bytes(bytes))));
    Ok(or_null(guid, Value::Guid))
}

fn encode_guid(args: &[Value], _: &Call) -> Result<Value, Failure> {
    Ok(convert::to_guid(&args[0]).map_or(Value::Null, |guid| string(encode(&guid_bytes(guid)))))
}
