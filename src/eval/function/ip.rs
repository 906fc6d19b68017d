//! IP addresses and ranges. Addresses may carry a prefix, `10.0.0.0/8`.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::arguments::{array, length, long, or_null, string, strings, text, texts};
use super::{Call, Failure, Function};
use crate::value::{Value, term};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("parse_ipv4", 1, |args, _| {
        Ok(or_null(Range4::parse(&text(args, 0)).map(|range| i64::from(range.network())), Value::Long))
    }),
    Function::strict("parse_ipv4_mask", 2, parse_ipv4_mask),
    Function::strict("parse_ipv6", 1, |args, _| {
        Ok(string(Range6::parse(&text(args, 0)).map(Range6::text).unwrap_or_default()))
    }),
    Function::strict("parse_ipv6_mask", 2, parse_ipv6_mask),
    Function::strict("ipv4_compare", 2, |args, _| Ok(compare4(args).map_or(Value::Null, Value::Long))),
    Function::strict("ipv4_is_match", 2, |args, _| {
        Ok(compare4(args).map_or(Value::Null, |order| Value::Bool(order == 0)))
    }),
    Function::strict("ipv6_compare", 2, |args, _| Ok(compare6(args).map_or(Value::Null, Value::Long))),
    Function::strict("ipv6_is_match", 2, |args, _| {
        Ok(compare6(args).map_or(Value::Null, |order| Value::Bool(order == 0)))
    }),
    Function::strict("ipv4_is_in_range", 2, |args, _| {
        Ok(or_null(in_range4(&text(args, 0), &text(args, 1)), Value::Bool))
    }),
    Function::strict("ipv6_is_in_range", 2, |args, _| {
        Ok(or_null(in_range6(&text(args, 0), &text(args, 1)), Value::Bool))
    }),
    Function::strict("ipv4_is_in_any_range", 2, |args, _| Ok(any_range(args, in_range4))),
    Function::strict("ipv6_is_in_any_range", 2, |args, _| Ok(any_range(args, in_range6))),
    Function::strict("ipv4_is_private", 1, ipv4_is_private),
    Function::strict("ipv4_netmask_suffix", 1, |args, _| {
        Ok(or_null(Range4::parse(&text(args, 0)).map(|range| i64::from(range.prefix)), Value::Long))
    }),
    Function::seeing_nulls("format_ipv4", 1, |args, _| Ok(format4(args, false))),
    Function::seeing_nulls("format_ipv4_mask", 1, |args, _| Ok(format4(args, true))),
    Function::strict("has_ipv4", 2, |args, _| Ok(has(args, is_whole))),
    Function::strict("has_any_ipv4", 2, |args, _| Ok(has(args, is_whole))),
    Function::strict("has_ipv4_prefix", 2, |args, _| Ok(has(args, is_prefix))),
    Function::strict("has_any_ipv4_prefix", 2, |args, _| Ok(has(args, is_prefix))),
    Function::strict("ipv4_range_to_cidr_list", 2, cidr_list),
];

#[derive(Debug, Clone, Copy)]
struct Range4 {
    address: u32,
    prefix: u32,
}

impl Range4 {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, prefix.parse().ok().filter(|prefix| *prefix <= 32)?),
            None => (text.trim(), 32),
        };
        Some(Self { address: address.parse::<Ipv4Addr>().ok()?.into(), prefix })
    }

    fn masked(address: u32, prefix: u32) -> u32 {
        u32::MAX.checked_shl(32 - prefix).map_or(0, |mask| address & mask)
    }

    fn network(self) -> u32 {
        Self::masked(self.address, self.prefix)
    }

    fn contains(self, address: u32) -> bool {
        Self::masked(address, self.prefix) == self.network()
    }
}

#[derive(Debug, Clone, Copy)]
struct Range6 {
    address: u128,
    prefix: u32,
    /// Written with an IPv4 tail, `::10.0.0.1`.
    dotted: bool,
}

impl Range6 {
    /// IPv4 addresses are read as IPv6 ones, their prefix counts within the last 32 bits.
    fn parse(text: &str) -> Option<Self> {
        if let Some(Range4 { address, prefix }) = Range4::parse(text) {
            return Some(Self {
                address: Ipv4Addr::from(address).to_ipv6_mapped().into(),
                prefix: prefix + 96,
                dotted: false,
            });
        }
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, prefix.parse::<u32>().ok()?),
            None => (text.trim(), 128),
        };
        let dotted = address.contains('.');
        let address: u128 = address.parse::<Ipv6Addr>().ok()?.into();
        // A dotted address keeps the prefix of its IPv4 notation.
        let prefix = if dotted && prefix <= 32 { prefix + 96 } else { prefix };
        (prefix <= 128).then_some(Self { address, prefix, dotted })
    }

    /// The address for comparison: `::10.0.0.1` is the same as `10.0.0.1`.
    fn comparable(self) -> u128 {
        match u32::try_from(self.address) {
            Ok(v4) if self.dotted => Ipv4Addr::from(v4).to_ipv6_mapped().into(),
            _ => self.address,
        }
    }

    fn masked(address: u128, prefix: u32) -> u128 {
        u128::MAX.checked_shl(128 - prefix).map_or(0, |mask| address & mask)
    }

    fn text(self) -> String {
        let bits = format!("{:032x}", Self::masked(self.address, self.prefix));
        let groups: Vec<&str> = (0..8).map(|at| &bits[at * 4..at * 4 + 4]).collect();
        groups.join(":")
    }
}

fn parse_ipv4_mask(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let parsed = Range4::parse(&text(args, 0)).zip(long(args, 1).and_then(|prefix| u32::try_from(prefix).ok()));
    let network = parsed
        .filter(|(_, prefix)| *prefix <= 32)
        .map(|(range, prefix)| i64::from(Range4::masked(range.address, prefix.min(range.prefix))));
    Ok(or_null(network, Value::Long))
}

fn parse_ipv6_mask(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let parsed = Range6::parse(&text(args, 0)).zip(long(args, 1).and_then(|prefix| u32::try_from(prefix).ok()));
    let network = parsed
        .filter(|(_, prefix)| *prefix <= 128)
        .map(|(range, prefix)| Range6 { prefix: prefix.min(range.prefix), ..range }.text());
    Ok(string(network.unwrap_or_default()))
}

/// Compares what the smallest of the prefixes leaves.
fn compare4(args: &[Value]) -> Option<i64> {
    let (a, b) = (Range4::parse(&text(args, 0))?, Range4::parse(&text(args, 1))?);
    let wanted = if args.len() > 2 { u32::try_from(long(args, 2)?).ok().filter(|prefix| *prefix <= 32)? } else { 32 };
    let prefix = a.prefix.min(b.prefix).min(wanted);
    Some(Range4::masked(a.address, prefix).cmp(&Range4::masked(b.address, prefix)) as i64)
}

fn compare6(args: &[Value]) -> Option<i64> {
    let is_v4 = |at: usize| Range4::parse(&text(args, at)).is_some();
    let (a, b) = (Range6::parse(&text(args, 0))?, Range6::parse(&text(args, 1))?);
    let mut wanted =
        if args.len() > 2 { u32::try_from(long(args, 2)?).ok().filter(|prefix| *prefix <= 128)? } else { 128 };
    if is_v4(0) && is_v4(1) && wanted <= 32 {
        wanted += 96;
    }
    let prefix = a.prefix.min(b.prefix).min(wanted);
    Some(Range6::masked(a.comparable(), prefix).cmp(&Range6::masked(b.comparable(), prefix)) as i64)
}

fn in_range4(address: &str, range: &str) -> Option<bool> {
    let (address, range) = (Range4::parse(address)?, Range4::parse(range)?);
    Some(range.contains(address.network()))
}

fn in_range6(address: &str, range: &str) -> Option<bool> {
    let (address, range) = (Range6::parse(address)?, Range6::parse(range)?);
    Some(Range6::masked(address.comparable(), range.prefix) == Range6::masked(range.comparable(), range.prefix))
}

/// The further arguments, arrays taken apart.
fn further(args: &[Value]) -> Vec<String> {
    (1..args.len())
        .flat_map(|at| {
            array(args, at).map_or_else(|| vec![text(args, at).into_owned()], |items| texts(items).collect())
        })
        .collect()
}

fn any_range(args: &[Value], in_range: fn(&str, &str) -> Option<bool>) -> Value {
    let address = text(args, 0);
    let answers: Vec<bool> = further(args).iter().filter_map(|range| in_range(&address, range)).collect();
    if answers.is_empty() { Value::Null } else { Value::Bool(answers.contains(&true)) }
}

fn ipv4_is_private(args: &[Value], _: &Call) -> Result<Value, Failure> {
    const PRIVATE: [(u32, u32); 3] = [(0x0a00_0000, 8), (0xac10_0000, 12), (0xc0a8_0000, 16)];
    let range = Range4::parse(&text(args, 0));
    let is_private = range.map(|range| {
        PRIVATE.iter().any(|(address, prefix)| {
            range.prefix >= *prefix && Range4 { address: *address, prefix: *prefix }.contains(range.address)
        })
    });
    Ok(or_null(is_private, Value::Bool))
}

/// Empty for what is no address or no prefix.
fn format4(args: &[Value], with_mask: bool) -> Value {
    let parsed = match &args[0] {
        Value::Long(v) => u32::try_from(*v).ok().map(|address| Range4 { address, prefix: 32 }),
        Value::Int(v) => u32::try_from(*v).ok().map(|address| Range4 { address, prefix: 32 }),
        _ => Range4::parse(&text(args, 0)),
    };
    let wanted = if args.len() > 1 { long(args, 1).and_then(|prefix| u32::try_from(prefix).ok()) } else { Some(32) };
    let Some((range, wanted)) = parsed.zip(wanted.filter(|prefix| *prefix <= 32)) else { return string("") };
    let prefix = range.prefix.min(wanted);
    let address = Ipv4Addr::from(Range4::masked(range.address, prefix));
    string(if with_mask { format!("{address}/{prefix}") } else { address.to_string() })
}

/// The valid addresses in a text that stand free of other letters and digits.
fn addresses(source: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let mut starts =
        source.char_indices().filter(move |(at, c)| c.is_ascii_digit() && !source[..*at].ends_with(term::is_part));
    std::iter::from_fn(move || {
        loop {
            let (at, _) = starts.next()?;
            let run = &source[at..];
            let run = &run[..run.find(|c: char| !is_part(c)).unwrap_or(run.len())];
            let four = run.splitn(5, '.').take(4).map(str::len).sum::<usize>() + 3;
            let Some(candidate) = run.get(..four.min(run.len())) else { continue };
            let after = source[at + candidate.len()..].chars().next();
            if candidate.parse::<Ipv4Addr>().is_ok() && !after.is_some_and(term::is_part) {
                return Some(candidate);
            }
        }
    })
}

fn is_whole(address: &str, wanted: &str) -> bool {
    address == wanted
}

/// A prefix ends with a dot, or is a whole address.
fn is_prefix(address: &str, wanted: &str) -> bool {
    address == wanted || wanted.ends_with('.') && address.starts_with(wanted)
}

fn has(args: &[Value], matches: fn(&str, &str) -> bool) -> Value {
    let source = text(args, 0);
    let wanted = further(args);
    Value::Bool(addresses(&source).any(|address| wanted.iter().any(|wanted| matches(address, wanted))))
}

fn cidr_list(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let ends = Range4::parse(&text(args, 0)).zip(Range4::parse(&text(args, 1)));
    let Some((from, to)) = ends.map(|(from, to)| (u64::from(from.address), u64::from(to.address))) else {
        return Ok(Value::Null);
    };
    let mut ranges = Vec::new();
    let mut at = from;
    while at <= to {
        let aligned = if at == 0 { 32 } else { at.trailing_zeros().min(32) };
        let fitting = (to - at + 1).ilog2();
        let bits = aligned.min(fitting);
        let address = Ipv4Addr::from(u32::try_from(at).unwrap_or(u32::MAX));
        ranges.push(format!("{address}/{}", 32 - bits));
        at += 1 << bits;
    }
    debug_assert!(length(ranges.len()) <= 64, "a range splits into at most 62 networks");
    Ok(strings(ranges))
}
