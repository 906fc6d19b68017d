//! Compressed text in Base64. Texts are compressed to stored blocks, as the service does with short ones: every reader gets
//! the text back, but the service makes longer texts shorter.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::ZlibEncoder;
use flate2::{GzBuilder, write::GzEncoder};

use super::arguments::{string, text};
use super::base64::{decode, encode};
use super::{Call, Failure, Function};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("gzip_compress_to_base64_string", 1, |args, _| {
        let writer: GzEncoder<Vec<u8>> =
            GzBuilder::new().operating_system(u8::MAX).write(Vec::new(), Compression::none());
        Ok(compress(args, writer, |writer| {
            let mut bytes = writer.finish()?;
            bytes[LEVEL_AT] = 0;
            Ok(bytes)
        }))
    }),
    Function::strict("zlib_compress_to_base64_string", 1, |args, _| {
        Ok(compress(args, ZlibEncoder::new(Vec::new(), Compression::none()), ZlibEncoder::finish))
    }),
    Function::strict("gzip_decompress_from_base64_string", 1, |args, call| {
        decompress(args, call, |bytes| match bytes.get(FLAGS_AT) {
            Some(0) => Box::new(GzDecoder::new(bytes)),
            _ => Box::new(Unreadable),
        })
    }),
    Function::strict("zlib_decompress_from_base64_string", 1, |args, call| {
        decompress(args, call, |bytes| Box::new(ZlibDecoder::new(bytes)))
    }),
];

/// Where the header of gzip says which optional fields follow; the service knows none of them (Microsoft:
/// "`gzip_decompress_from_base64_string()`").
const FLAGS_AT: usize = 3;
/// Where the header of gzip says how hard the compressor tried; the service leaves it empty.
const LEVEL_AT: usize = 8;
/// The most bytes that are read from compressed text.
const MOST_BYTES: u64 = 64 << 20;

/// What cannot be decompressed.
struct Unreadable;

impl Read for Unreadable {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::InvalidData.into())
    }
}

fn compress<W: Write>(args: &[Value], mut writer: W, finish: fn(W) -> std::io::Result<Vec<u8>>) -> Value {
    let written = writer.write_all(text(args, 0).as_bytes()).and_then(|()| finish(writer));
    string(written.map(|bytes| encode(&bytes)).unwrap_or_default())
}

/// Empty when the text is not what was compressed.
fn decompress(args: &[Value], _: &Call, open: fn(&[u8]) -> Box<dyn Read + '_>) -> Result<Value, Failure> {
    let Some(bytes) = decode(&text(args, 0)) else { return Ok(string("")) };
    let mut out = Vec::new();
    if open(&bytes).take(MOST_BYTES + 1).read_to_end(&mut out).is_err() {
        return Ok(string(""));
    }
    if out.len() as u64 > MOST_BYTES {
        return Err(Failure::Refused("the decompressed text is larger than 64 MB".to_owned()));
    }
    Ok(string(String::from_utf8(out).unwrap_or_default()))
}
