//! `series_fft` and `series_ifft`: the Fourier transform of a series of complex numbers, and back.

use super::arguments::array_of;
use super::series::numbers;
use super::{Call, Failure, Function};
use crate::value::number::long_to_real;
use crate::value::{Dynamic, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("series_fft", 1, |args, call| transform(args, call, -1.0)),
    Function::strict("series_ifft", 1, |args, call| transform(args, call, 1.0)),
];

/// The longest series of odd length that is transformed: what cannot be halved takes quadratic work.
const LONGEST_ODD: usize = 4_096;

#[derive(Debug, Clone, Copy)]
struct Complex {
    real: f64,
    imaginary: f64,
}

impl Complex {
    fn plus(self, other: Self) -> Self {
        Self { real: self.real + other.real, imaginary: self.imaginary + other.imaginary }
    }

    fn times(self, other: Self) -> Self {
        Self {
            real: self.real * other.real - self.imaginary * other.imaginary,
            imaginary: self.real * other.imaginary + self.imaginary * other.real,
        }
    }

    fn scaled(self, by: f64) -> Self {
        Self { real: self.real * by, imaginary: self.imaginary * by }
    }
}

/// The root of one whose angle is `share` of a circle.
fn root(step: usize, of: usize, direction: f64) -> Complex {
    let at = |index: usize| long_to_real(super::arguments::length(index));
    let angle = direction * std::f64::consts::TAU * at(step % of) / at(of);
    Complex { real: angle.cos(), imaginary: angle.sin() }
}

/// Halves even lengths; sums up odd ones.
fn fourier(values: &[Complex], direction: f64) -> Vec<Complex> {
    let size = values.len();
    if !size.is_multiple_of(2) || size < 2 {
        let sum = |to: usize| {
            let terms = values.iter().enumerate().map(|(from, value)| value.times(root(from * to, size, direction)));
            terms.fold(Complex { real: 0.0, imaginary: 0.0 }, Complex::plus)
        };
        return (0..size).map(sum).collect();
    }
    let half = |first: usize| fourier(&values.iter().skip(first).step_by(2).copied().collect::<Vec<_>>(), direction);
    let (even, odd) = (half(0), half(1));
    let join = |to: usize| even[to % (size / 2)].plus(odd[to % (size / 2)].times(root(to, size, direction)));
    (0..size).map(join).collect()
}

fn transform(args: &[Value], _: &Call, direction: f64) -> Result<Value, Failure> {
    let Some(real) = numbers(args, 0) else { return Ok(Value::Null) };
    let imaginary = if args.len() > 1 { numbers(args, 1) } else { Some(vec![0.0; real.len()]) };
    let Some(imaginary) = imaginary.filter(|imaginary| imaginary.len() == real.len()) else { return Ok(Value::Null) };
    let odd = real.len() >> real.len().trailing_zeros().min(usize::BITS - 1);
    if odd > LONGEST_ODD {
        return Err(Failure::Refused(format!(
            "a series of {} points is too long: make its length a power of 2",
            real.len()
        )));
    }
    let values: Vec<Complex> =
        real.into_iter().zip(imaginary).map(|(real, imaginary)| Complex { real, imaginary }).collect();
    let size = long_to_real(super::arguments::length(values.len()));
    let scale = if direction > 0.0 { 1.0 / size } else { 1.0 };
    let out: Vec<Complex> = fourier(&values, direction).into_iter().map(|value| value.scaled(scale)).collect();
    let part = |of: fn(&Complex) -> f64| Dynamic::Array(out.iter().map(of).map(Dynamic::Real).collect());
    Ok(array_of([part(|value| value.real), part(|value| value.imaginary)]))
}
