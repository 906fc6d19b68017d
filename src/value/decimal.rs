//! `decimal`: exact decimal numbers of up to 34 digits, the range of IEEE 754 decimal128.

use std::cmp::Ordering;
use std::fmt;

const DIGITS: u32 = 34;
const LIMIT: i128 = 10_i128.pow(DIGITS);
const MAX_EXPONENT: i32 = 6_111;
const MIN_EXPONENT: i32 = -6_176;

/// A decimal number: `mantissa * 10^exponent`. The mantissa has at most 34 digits and does not end in a zero, so that
/// equal numbers are equal field by field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantissa: i128,
    exponent: i32,
}

impl Default for Decimal {
    /// Zero.
    fn default() -> Self {
        Self::ZERO
    }
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { mantissa: 0, exponent: 0 };

    /// Brings a number into form, rounding half to even beyond 34 digits; none when it does not fit.
    fn new(mut mantissa: i128, mut exponent: i32) -> Option<Self> {
        if mantissa == 0 {
            return Some(Self::ZERO);
        }
        let digits = count_digits(mantissa);
        if digits > DIGITS {
            let cut = digits - DIGITS;
            mantissa = round_div(mantissa, 10_i128.pow(cut));
            exponent = exponent.checked_add(i32::try_from(cut).ok()?)?;
        }
        while mantissa % 10 == 0 {
            mantissa /= 10;
            exponent += 1;
        }
        let fits = mantissa.abs() < LIMIT && (MIN_EXPONENT..=MAX_EXPONENT + 34).contains(&exponent);
        fits.then_some(Self { mantissa, exponent })
    }

    /// A whole number.
    pub fn from_long(value: i64) -> Self {
        Self::new(i128::from(value), 0).unwrap_or(Self::ZERO)
    }

    /// The real to 17 digits, as the service converts: 2.2 becomes 2.2000000000000002 (Kusto-Query-Language issue 172). None
    /// for NaN and infinities.
    pub fn from_real(value: f64) -> Option<Self> {
        value.is_finite().then(|| Self::parse(&format!("{value:.16e}")))?
    }

    /// Reads `-12.5`, `1e-7`; none when it is no number.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i32>().ok().filter(|e| e.abs() < 100_000)?),
            None => (text, 0),
        };
        let (negative, unsigned) = match number.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, number.strip_prefix('+').unwrap_or(number)),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let mut digits = whole.bytes().chain(fraction.bytes()).peekable();
        digits.peek()?;
        let mut mantissa: i128 = 0;
        let mut dropped: i32 = 0;
        for digit in digits {
            if !digit.is_ascii_digit() {
                return None;
            }
            if mantissa >= LIMIT {
                dropped = dropped.checked_add(1)?;
                continue;
            }
            mantissa = mantissa * 10 + i128::from(digit - b'0');
        }
        let places = i32::try_from(fraction.len()).ok()?;
        let exponent = exponent.checked_sub(places)?.checked_add(dropped)?;
        Self::new(if negative { -mantissa } else { mantissa }, exponent)
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// The nearest real.
    pub fn to_real(self) -> f64 {
        format!("{}e{}", self.mantissa, self.exponent).parse().unwrap_or(f64::NAN)
    }

    /// The whole part, when it fits into 64 bits.
    pub fn to_long(self) -> Option<i64> {
        i64::try_from(self.whole()?).ok()
    }

    fn whole(self) -> Option<i128> {
        if self.exponent >= 0 {
            return scale(self.mantissa, self.exponent.unsigned_abs());
        }
        if self.exponent < -38 {
            return Some(0);
        }
        Some(self.mantissa / 10_i128.pow(self.exponent.unsigned_abs()))
    }

    /// The largest whole number that is not larger.
    pub fn floor(self) -> Option<Self> {
        if self.exponent >= 0 {
            return Some(self);
        }
        if self.exponent < -38 {
            return Some(Self::from_long(if self.mantissa < 0 { -1 } else { 0 }));
        }
        Self::new(self.mantissa.div_euclid(10_i128.pow(self.exponent.unsigned_abs())), 0)
    }

    /// Rounds to `places` digits after the point, halves away from zero.
    pub fn round(self, places: i32) -> Option<Self> {
        let cut = places.checked_neg()?.checked_sub(self.exponent)?;
        if cut <= 0 {
            return Some(self);
        }
        if cut > 38 {
            return Some(Self::ZERO);
        }
        let whole = 10_i128.pow(cut.unsigned_abs());
        let (kept, rest) = (self.mantissa / whole, self.mantissa % whole);
        let up = rest.unsigned_abs() * 2 >= whole.unsigned_abs();
        Self::new(if up { kept + self.mantissa.signum() } else { kept }, -places)
    }

    /// The number with its sign turned.
    #[must_use]
    pub fn negate(self) -> Self {
        Self { mantissa: -self.mantissa, ..self }
    }

    /// The number without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self { mantissa: self.mantissa.abs(), ..self }
    }

    /// Sum; none when it does not fit.
    pub fn sum(self, other: Self) -> Option<Self> {
        if self.is_zero() {
            return Some(other);
        }
        if other.is_zero() {
            return Some(self);
        }
        let (high, low) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        // Widen the higher number as far as 128 bits allow, then meet there.
        let room = 37 - count_digits(high.mantissa);
        let gap = (high.exponent - low.exponent).unsigned_abs();
        let shift = gap.min(room);
        let high_mantissa = high.mantissa * 10_i128.pow(shift);
        let rest = gap - shift;
        let low_mantissa = if rest > 37 { 0 } else { round_div(low.mantissa, 10_i128.pow(rest)) };
        Self::new(high_mantissa + low_mantissa, high.exponent - shift.cast_signed())
    }

    /// Difference; none when it does not fit.
    pub fn difference(self, other: Self) -> Option<Self> {
        self.sum(other.negate())
    }

    /// Product; none when it does not fit.
    pub fn product(self, other: Self) -> Option<Self> {
        const HALF: u128 = 10_u128.pow(17);
        let (a, b) = (self.mantissa.unsigned_abs(), other.mantissa.unsigned_abs());
        let (a1, a0, b1, b0) = (a / HALF, a % HALF, b / HALF, b % HALF);
        // a*b = high*10^34 + low, each part below 10^35.
        let middle = a1 * b0 + a0 * b1;
        let mut high = a1 * b1 + middle / HALF;
        let mut low = (middle % HALF) * HALF + a0 * b0;
        high += low / LIMIT.unsigned_abs();
        low %= LIMIT.unsigned_abs();
        let exponent = self.exponent.checked_add(other.exponent)?;
        let negative = (self.mantissa < 0) != (other.mantissa < 0);
        let sign = |v: u128| i128::try_from(v).ok().map(|v| if negative { -v } else { v });
        if high == 0 {
            return Self::new(sign(low)?, exponent);
        }
        let shift = DIGITS - count_digits(sign(high)?).min(DIGITS);
        let cut = 10_u128.pow(DIGITS - shift);
        let kept = high * 10_u128.pow(shift) + low / cut;
        let mantissa = round_up(kept, low % cut, cut);
        Self::new(sign(mantissa)?, exponent.checked_add(DIGITS.cast_signed() - shift.cast_signed())?)
    }

    /// What is left of a division down to a whole number, never negative; none for a division by zero and where the two are
    /// too far apart to be written with the same number of digits behind the point.
    pub fn remainder(self, other: Self) -> Option<Self> {
        let exponent = self.exponent.min(other.exponent);
        let aligned = |of: Self| scale(of.mantissa, of.exponent.checked_sub(exponent)?.unsigned_abs());
        let divisor = aligned(other)?.checked_abs().filter(|divisor| *divisor != 0)?;
        Self::new(aligned(self)?.rem_euclid(divisor), exponent)
    }

    /// Quotient to 34 digits; none for a division by zero.
    pub fn quotient(self, other: Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let (mut rest, divisor) = (self.mantissa.unsigned_abs(), other.mantissa.unsigned_abs());
        let mut quotient = rest / divisor;
        rest %= divisor;
        let mut exponent = self.exponent.checked_sub(other.exponent)?;
        while rest != 0 && quotient < LIMIT.unsigned_abs() / 10 {
            rest *= 10;
            quotient = quotient * 10 + rest / divisor;
            rest %= divisor;
            exponent -= 1;
        }
        let quotient = i128::try_from(round_up(quotient, rest, divisor)).ok()?;
        Self::new(if (self.mantissa < 0) == (other.mantissa < 0) { quotient } else { -quotient }, exponent)
    }
}

fn round_up(kept: u128, rest: u128, whole: u128) -> u128 {
    let up = match (rest * 2).cmp(&whole) {
        Ordering::Greater => true,
        Ordering::Equal => kept % 2 == 1,
        Ordering::Less => false,
    };
    kept + u128::from(up)
}

/// Division rounded half to even.
fn round_div(value: i128, by: i128) -> i128 {
    let (quotient, rest) = (value / by, value % by);
    let up = match (rest.unsigned_abs() * 2).cmp(&by.unsigned_abs()) {
        Ordering::Greater => true,
        Ordering::Equal => quotient % 2 != 0,
        Ordering::Less => false,
    };
    if up { quotient + value.signum() } else { quotient }
}

fn count_digits(value: i128) -> u32 {
    value.unsigned_abs().checked_ilog10().unwrap_or(0) + 1
}

fn scale(mantissa: i128, by: u32) -> Option<i128> {
    mantissa.checked_mul(10_i128.checked_pow(by)?)
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = self.mantissa.signum().cmp(&other.mantissa.signum());
        if sign != Ordering::Equal || self.is_zero() {
            return sign;
        }
        let top = |d: &Self| count_digits(d.mantissa).cast_signed() + d.exponent;
        let size = top(self).cmp(&top(other)).then_with(|| {
            let align = |d: &Self| d.mantissa.abs() * 10_i128.pow(DIGITS - count_digits(d.mantissa).min(DIGITS));
            align(self).cmp(&align(other))
        });
        if self.mantissa < 0 { size.reverse() } else { size }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Plain digits, without an exponent.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.mantissa < 0 {
            f.write_str("-")?;
        }
        let mut digits = self.mantissa.unsigned_abs().to_string();
        if self.exponent >= 0 {
            digits.extend(std::iter::repeat_n('0', self.exponent.unsigned_abs() as usize));
            return f.write_str(&digits);
        }
        let places = self.exponent.unsigned_abs() as usize;
        if digits.len() <= places {
            digits.insert_str(0, &"0".repeat(places + 1 - digits.len()));
        }
        let (whole, fraction) = digits.split_at(digits.len() - places);
        write!(f, "{whole}.{fraction}")
    }
}
