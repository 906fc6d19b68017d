//! URLs and paths.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::arguments::{string, text};
use super::{Call, Failure, Function};
use crate::value::{Dynamic, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("url_encode", 1, |args, _| Ok(string(encode(&text(args, 0), "-_.!*()", true)))),
    Function::strict("url_encode_component", 1, |args, _| Ok(string(encode(&text(args, 0), "-_.~", false)))),
    Function::strict("url_decode", 1, |args, _| Ok(string(decode(&text(args, 0))))),
    Function::strict("parse_url", 1, parse_url),
    Function::strict("parseurl", 1, parse_url),
    Function::strict("parse_urlquery", 1, parse_query),
    Function::strict("parseurlquery", 1, parse_query),
    Function::strict("parse_path", 1, parse_path),
];

fn encode(text: &str, kept: &str, space_as_plus: bool) -> String {
    let mut result = String::new();
    for byte in text.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || kept.contains(c) {
            result.push(c);
        } else if c == ' ' && space_as_plus {
            result.push('+');
        } else {
            let _ = write!(result, "%{byte:02x}");
        }
    }
    result
}

/// Escapes that are none stay; `+` is a blank; bytes that are no UTF-8 become the replacement character.
pub(super) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut result = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        let byte = escape
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let plain = if bytes[at] == b'+' { b' ' } else { bytes[at] };
        result.push(byte.unwrap_or(plain));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&result).into_owned()
}

fn bag<const N: usize>(slots: [(&str, Dynamic); N]) -> Dynamic {
    Dynamic::Bag(slots.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn text_slot(text: &str) -> Dynamic {
    Dynamic::String(text.to_owned())
}

/// The parameters by name; those without `=` are none.
fn query_bag(query: &str) -> Dynamic {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let by_name: BTreeMap<&str, &str> = pairs.collect();
    Dynamic::Bag(by_name.into_iter().map(|(key, value)| (key.to_owned(), text_slot(value))).collect())
}

fn parse_query(args: &[Value], _: &Call) -> Result<Value, Failure> {
    Ok(Value::Dynamic(bag([("Query Parameters", query_bag(&text(args, 0)))])))
}

/// Scheme, host, port, path, user name, password, query parameters and fragment; all are empty for text without `://`. A
/// user without a password counts as part of the host, and what follows the last colon, also one of an address in brackets,
/// is the port (Kusto-Query-Language issue 112).
fn parse_url(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let url = text(args, 0);
    let (scheme, rest) = url.split_once("://").unwrap_or(("", ""));
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let credentials = authority.rsplit_once('@').and_then(|(user, host)| Some((user.split_once(':')?, host)));
    let ((user, password), host) = credentials.unwrap_or((("", ""), authority));
    let (host, port) = host.rsplit_once(':').unwrap_or((host, ""));
    Ok(Value::Dynamic(bag([
        ("Scheme", text_slot(scheme)),
        ("Host", text_slot(host)),
        ("Port", text_slot(port)),
        ("Path", text_slot(path)),
        ("Username", text_slot(user)),
        ("Password", text_slot(password)),
        ("Query Parameters", query_bag(query)),
        ("Fragment", text_slot(fragment)),
    ])))
}

fn parse_path(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let path = text(args, 0);
    let (scheme, rest) = path.split_once("://").unwrap_or(("", &path));
    if rest.starts_with(r"\\?\") {
        return Err(Failure::Unsupported(r"parse_path() of a path that starts with \\?\".to_owned()));
    }
    let drive = rest.as_bytes().get(1) == Some(&b':');
    let root_end = match rest.as_bytes() {
        [_, b':', b'/' | b'\\', ..] => 3,
        [_, b':', ..] => 2,
        _ => 0,
    };
    let after_drive = if drive { 2 } else { 0 };
    let (rest, stream) = match rest.get(after_drive..).and_then(|tail| tail.rfind(':')) {
        Some(colon) => (&rest[..after_drive + colon], &rest[after_drive + colon + 1..]),
        None => (rest, ""),
    };
    let cut = rest.rfind(['/', '\\']);
    let (directory, file) = match cut {
        Some(cut) => (&rest[..cut], &rest[cut + 1..]),
        None => ("", rest),
    };
    let name = directory.rsplit(['/', '\\']).next().unwrap_or("");
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    Ok(Value::Dynamic(bag([
        ("Scheme", text_slot(scheme)),
        ("RootPath", text_slot(rest.get(..root_end).unwrap_or(""))),
        ("DirectoryPath", text_slot(directory)),
        ("DirectoryName", text_slot(name)),
        ("Filename", text_slot(file)),
        ("Extension", text_slot(extension)),
        ("AlternateDataStreamName", text_slot(stream)),
    ])))
}
