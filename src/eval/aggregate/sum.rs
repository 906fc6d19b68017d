//! `sum` and `avg`. Nulls are skipped; without values the sum is zero and the average NaN.

use super::{Accumulator, Setup, boxed};
use crate::eval::function::Failure;
use crate::value::number::long_to_real;
use crate::value::{Decimal, Type, Value, convert, time};

/// What adds up exactly, by the type of the argument.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Total {
    Long(i64),
    Real(f64),
    Decimal(Decimal),
    TimeSpan(i64),
    /// The mean of datetimes needs more than 64 bits on the way.
    DateTime(i128),
}

impl Total {
    fn zero(ty: Type) -> Self {
        match ty {
            Type::Real | Type::Unknown | Type::Dynamic => Self::Real(0.0),
            Type::Decimal => Self::Decimal(Decimal::ZERO),
            Type::TimeSpan => Self::TimeSpan(0),
            Type::DateTime => Self::DateTime(0),
            _ => Self::Long(0),
        }
    }

    fn plus(self, value: &Value) -> Option<Self> {
        Some(match self {
            // The service's long wraps around.
            Self::Long(sum) => Self::Long(sum.wrapping_add(convert::to_long(value)?)),
            Self::Real(sum) => Self::Real(sum + convert::to_real(value)?),
            Self::Decimal(sum) => Self::Decimal(sum.sum(convert::to_decimal(value)?)?),
            Self::TimeSpan(sum) => Self::TimeSpan(sum.wrapping_add(convert::to_timespan(value)?)),
            Self::DateTime(sum) => Self::DateTime(sum + i128::from(convert::to_datetime(value)?)),
        })
    }
}

#[derive(Debug)]
struct Sum(Total);

impl Accumulator for Sum {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        if let Some(total) = args.first().filter(|value| !value.is_null()).and_then(|value| self.0.plus(value)) {
            self.0 = total;
        }
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        vec![match self.0 {
            Total::Long(sum) => Value::Long(sum),
            Total::Real(sum) => Value::Real(sum),
            Total::Decimal(sum) => Value::Decimal(sum),
            Total::TimeSpan(sum) => Value::TimeSpan(sum),
            Total::DateTime(sum) => {
                i64::try_from(sum).ok().and_then(time::in_range).map_or(Value::Null, Value::DateTime)
            }
        }]
    }
}

#[derive(Debug)]
struct Average {
    total: Total,
    count: i64,
}

impl Accumulator for Average {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        if let Some(total) = args.first().filter(|value| !value.is_null()).and_then(|value| self.total.plus(value)) {
            self.total = total;
            self.count += 1;
        }
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        let count = self.count;
        vec![match self.total {
            Total::Real(_) | Total::Long(_) if count == 0 => Value::Real(f64::NAN),
            _ if count == 0 => Value::Null,
            Total::Long(sum) => Value::Real(long_to_real(sum) / long_to_real(count)),
            Total::Real(sum) => Value::Real(sum / long_to_real(count)),
            Total::Decimal(sum) => sum.quotient(Decimal::from_long(count)).map_or(Value::Null, Value::Decimal),
            Total::TimeSpan(sum) => Value::TimeSpan(sum / count),
            Total::DateTime(sum) => i64::try_from(sum / i128::from(count)).map_or(Value::Null, Value::DateTime),
        }]
    }
}

fn argument(setup: &Setup) -> Type {
    setup.arg_types.first().copied().unwrap_or(Type::Unknown)
}

pub(super) fn sum(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    let ty = match argument(setup) {
        Type::Unknown | Type::Dynamic => setup.result(),
        ty => ty,
    };
    Ok(boxed(Sum(Total::zero(ty))))
}

pub(super) fn avg(setup: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    // Whole numbers are averaged as reals so that their sum cannot wrap around.
    let ty = match argument(setup) {
        ty @ (Type::Decimal | Type::TimeSpan | Type::DateTime) => ty,
        _ => Type::Real,
    };
    Ok(boxed(Average { total: Total::zero(ty), count: 0 }))
}
