//! Compressed text in Base64. Compressing is not built: the service's bytes depend on its library, and a query that
//! compares them would be wrong with any other.

use std::io::Read;

use flate2::read::{GzDecoder, ZlibDecoder};

use super::arguments::{string, text};
use super::base64::decode;
use super::{Call, Failure, Function};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("gzip_decompress_from_base64_string", 1, |args, call| {
        decompress(args, call, |bytes| Box::new(GzDecoder::new(bytes)))
    }),
    Function::strict("zlib_decompress_from_base64_string", 1, |args, call| {
        decompress(args, call, |bytes| Box::new(ZlibDecoder::new(bytes)))
    }),
];

/// The most bytes that are read from compressed text.
const MOST_BYTES: u64 = 64 << 20;

/// Empty when the text is not what was compressed.
fn decompress(args: &[Value], _: &Call, open: fn(&[u8]) -> Box<dyn Read + '_>) -> Result<Value, Failure> {
    let Some(bytes) = decode(&text(args, 0)) else { return Ok(string("")) };
    let mut out = Vec::new();
    if open(&bytes).take(MOST_BYTES + 1).read_to_end(&mut out).is_err() {
        return Ok(string(""));
    }
    if out.len() as u64 > MOST_BYTES {
        return Err(Failure("the decompressed text is larger than 64 MB".to_owned()));
    }
    Ok(string(String::from_utf8(out).unwrap_or_default()))
}
