//! Hashes. A value is hashed as the text that `tostring` gives; `hash` takes the bytes of numbers.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::arguments::{string, text};
use super::{Call, Failure, Function};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("hash_md5", 1, hex::<Md5>),
    Function::strict("hash_sha1", 1, hex::<Sha1>),
    Function::strict("hash_sha256", 1, hex::<Sha256>),
];

fn hex<D: Digest>(args: &[Value], _: &Call) -> Result<Value, Failure> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digest = D::digest(text(args, 0).as_bytes());
    let digits =
        digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from(DIGITS[usize::from(half)]));
    Ok(string(digits.collect::<String>()))
}
