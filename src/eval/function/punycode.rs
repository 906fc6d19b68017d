//! Punycode (RFC 3492) of texts and of domains.

use super::Function;
use super::arguments::{string, text};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("punycode_from_string", 1, |args, _| Ok(string(encode(&text(args, 0)).unwrap_or_default()))),
    Function::strict("punycode_to_string", 1, |args, _| Ok(string(decode(&text(args, 0)).unwrap_or_default()))),
    Function::strict("punycode_domain_to_string", 1, |args, _| Ok(string(encode_domain(&text(args, 0))))),
    Function::strict("punycode_domain_from_string", 1, |args, _| Ok(string(decode_domain(&text(args, 0))))),
];

const BASE: u32 = 36;
const FIRST_BEYOND_ASCII: u32 = 128;
const PREFIX: &str = "xn--";
/// Encoding is quadratic in the characters beyond ASCII.
const MOST_CHARACTERS: usize = 10_000;

fn digit(value: u32) -> char {
    char::from_digit(value, BASE).map_or('a', |_| match u8::try_from(value) {
        Ok(value @ 0..26) => char::from(b'a' + value),
        Ok(value) => char::from(b'0' + (value - 26)),
        Err(_) => 'a',
    })
}

fn value(digit: char) -> Option<u32> {
    match digit {
        'a'..='z' => Some(u32::from(digit) - u32::from('a')),
        'A'..='Z' => Some(u32::from(digit) - u32::from('A')),
        '0'..='9' => Some(u32::from(digit) - u32::from('0') + 26),
        _ => None,
    }
}

/// The bias after a delta (RFC 3492, section 6.1).
fn adapt(delta: u32, count: u32, first: u32) -> u32 {
    let mut delta = if first == 0 { delta / 700 } else { delta / 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += BASE;
    }
    k + 36 * delta / (delta + 38)
}

fn threshold(k: u32, bias: u32) -> u32 {
    k.saturating_sub(bias).clamp(1, 26)
}

/// None when the numbers of the algorithm overflow or the text is too long.
fn encode(text: &str) -> Option<String> {
    let points: Vec<u32> = text.chars().map(u32::from).collect();
    if points.len() > MOST_CHARACTERS {
        return None;
    }
    let mut out: String = text.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let (mut next, mut delta, mut bias, mut handled) = (FIRST_BEYOND_ASCII, 0_u32, 72, basic);
    while (handled as usize) < points.len() {
        let least = points.iter().copied().filter(|point| *point >= next).min()?;
        delta = delta.checked_add((least - next).checked_mul(handled + 1)?)?;
        next = least;
        for point in &points {
            if *point < next {
                delta = delta.checked_add(1)?;
            }
            if *point == next {
                push_number(&mut out, delta, bias);
                bias = adapt(delta, handled + 1, handled - basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        next += 1;
    }
    Some(out)
}

fn push_number(out: &mut String, number: u32, bias: u32) {
    let (mut rest, mut k) = (number, BASE);
    loop {
        let t = threshold(k, bias);
        if rest < t {
            out.push(digit(rest));
            return;
        }
        out.push(digit(t + (rest - t) % (BASE - t)));
        rest = (rest - t) / (BASE - t);
        k += BASE;
    }
}

/// None when the text is no Punycode.
fn decode(text: &str) -> Option<String> {
    if !text.is_ascii() || text.len() > MOST_CHARACTERS {
        return None;
    }
    let (basic, extended) = text.rsplit_once('-').unwrap_or(("", text));
    let mut out: Vec<char> = basic.chars().collect();
    let (mut next, mut at, mut bias) = (FIRST_BEYOND_ASCII, 0_u32, 72);
    let mut digits = extended.chars();
    while !digits.as_str().is_empty() {
        let (start, mut weight, mut k) = (at, 1_u32, BASE);
        loop {
            let digit = value(digits.next()?)?;
            at = at.checked_add(digit.checked_mul(weight)?)?;
            let t = threshold(k, bias);
            if digit < t {
                break;
            }
            weight = weight.checked_mul(BASE - t)?;
            k += BASE;
        }
        let count = u32::try_from(out.len()).ok()? + 1;
        bias = adapt(at - start, count, start);
        next = next.checked_add(at / count)?;
        at %= count;
        out.insert(at as usize, char::from_u32(next)?);
        at += 1;
    }
    Some(out.into_iter().collect())
}

/// The labels of a domain; the full stops of Chinese and Japanese separate them too.
fn labels(domain: &str) -> impl Iterator<Item = &str> {
    domain.split(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'])
}

fn encode_domain(domain: &str) -> String {
    let encoded = labels(domain).map(|label| match encode(label) {
        Some(encoded) if !label.is_ascii() => format!("{PREFIX}{encoded}"),
        _ => label.to_owned(),
    });
    encoded.collect::<Vec<_>>().join(".")
}

fn decode_domain(domain: &str) -> String {
    let decoded =
        labels(domain).map(|label| label.strip_prefix(PREFIX).and_then(decode).unwrap_or_else(|| label.to_owned()));
    decoded.collect::<Vec<_>>().join(".")
}
