//! Seasons, trends and outliers of series (Microsoft: the functions' pages). The season at a phase is the median of the
//! values there; the trend is the mean or a line through what is left. How the service scores the periods that it finds by
//! itself is not documented, so a period is found here only where the series leaves no doubt.

use super::arguments::{array, array_of, long, real, text};
use super::series::numbers;
use super::series::statistics::{count, mean, spread};
use super::{Call, Failure, Function};
use crate::value::number::long_to_real;
use crate::value::{Dynamic, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::strict("series_seasonal", 1, seasonal),
    Function::strict("series_decompose", 1, |args, _| {
        let arguments = Arguments { period: 1, trend: 2, default_trend: "avg", test_points: 3 };
        Ok(decomposition(args, arguments)?.map_or(Value::Null, |parts| parts.columns()))
    }),
    Function::strict("series_decompose_forecast", 2, |args, _| {
        // The function's page has a trend foretold without asking for one.
        let arguments = Arguments { period: 2, trend: 3, default_trend: "linefit", test_points: 1 };
        Ok(decomposition(args, arguments)?.map_or(Value::Null, |parts| parts.columns()))
    }),
    Function::strict("series_decompose_anomalies", 1, anomalies),
    Function::strict("series_outliers", 1, outliers),
    Function::strict("series_periods_validate", 2, validate),
];

/// The shortest period.
const SHORTEST: usize = 4;
/// Correlations of a series with itself, a period later: surely periodic from here on, surely not below.
const PERIODIC: f64 = 0.75;
const APERIODIC: f64 = 0.4;
/// The longest series whose period is looked for: the work is quadratic.
const LONGEST: usize = 20_000;

fn reals(values: impl IntoIterator<Item = f64>) -> Dynamic {
    Dynamic::Array(values.into_iter().map(Dynamic::Real).collect())
}

fn at(index: usize) -> f64 {
    long_to_real(super::arguments::length(index))
}

/// A line through values at 0, 1, 2 …: its start and its slope.
fn line(values: &[f64]) -> (f64, f64) {
    let middle = (count(values) - 1.0) / 2.0;
    let places: Vec<f64> = (0..values.len()).map(at).collect();
    let average = mean(values);
    let common: f64 = places.iter().zip(values).map(|(x, y)| (x - middle) * (y - average)).sum();
    let width = spread(&places);
    let slope = if width > 0.0 { common / width } else { 0.0 };
    (average - slope * middle, slope)
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (mean_a, mean_b) = (mean(a), mean(b));
    let common: f64 = a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).sum();
    let size = (spread(a) * spread(b)).sqrt();
    if size > 0.0 { common / size } else { 0.0 }
}

/// The period of a series, if it has one. Fails where that is not clear.
fn detect(values: &[f64]) -> Result<Option<usize>, Failure> {
    let longest = values.len() / 2;
    if longest <= SHORTEST || spread(values) == 0.0 {
        return Ok(None);
    }
    let unclear = |why: &str| Failure::Unsupported(format!("a series of which {why} (give the period, or 0 for none)"));
    if values.len() > LONGEST {
        return Err(unclear("the period is looked for in too many values"));
    }
    let (start, slope) = line(values);
    let level: Vec<f64> = values.iter().enumerate().map(|(x, y)| y - start - slope * at(x)).collect();
    let score = |lag: usize| correlation(&level[..level.len() - lag], &level[lag..]);
    let scores: Vec<f64> = (SHORTEST - 1..=longest).map(score).collect();
    let peaks = scores.windows(3).enumerate().filter(|(_, near)| near[1] >= near[0] && near[1] >= near[2]);
    let peaks: Vec<(usize, f64)> = peaks.map(|(before, near)| (before + SHORTEST, near[1])).collect();
    let best = peaks.iter().map(|(_, score)| *score).fold(f64::NEG_INFINITY, f64::max);
    match peaks.iter().find(|(_, score)| *score >= best * 0.95) {
        Some((period, _)) if best >= PERIODIC => Ok(Some(*period)),
        Some(_) if best > APERIODIC => Err(unclear("it is not clear whether it is periodic")),
        _ => Ok(None),
    }
}

/// The period that an argument gives: -1 looks for one, 0 is none.
fn period(given: Option<i64>, values: &[f64]) -> Result<Option<usize>, Failure> {
    match given {
        None | Some(-1) => detect(values),
        Some(period) => Ok(usize::try_from(period).ok().filter(|period| *period > 0)),
    }
}

/// The score of a period that is too short or longer than half of the series is 0 (Microsoft: "`series_periods_validate()`").
fn validate(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(items) = array(args, 0) else { return Ok(Value::Null) };
    let possible = at(SHORTEST)..=at(items.len()) / 2.0;
    let periods: Option<Vec<f64>> = (1..args.len()).map(|at| real(args, at)).collect();
    let Some(periods) = periods else { return Ok(Value::Null) };
    if periods.iter().any(|period| possible.contains(period)) {
        return Err(Failure::Unsupported("the score of a period in series_periods_validate()".to_owned()));
    }
    let scores = reals(periods.iter().map(|_| 0.0));
    Ok(array_of([reals(periods), scores]))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    percentile(&values, 0.5)
}

/// Of sorted values, between the two nearest ones.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = at(sorted.len().saturating_sub(1)) * share;
    let below = crate::value::number::real_to_long(place.floor()).and_then(|at| usize::try_from(at).ok()).unwrap_or(0);
    let low = sorted.get(below).copied().unwrap_or(f64::NAN);
    let high = sorted.get(below + 1).copied().unwrap_or(low);
    low + (high - low) * (place - place.floor())
}

/// The season at each of `size` points, learned from `values`.
fn season(values: &[f64], period: Option<usize>, size: usize) -> Vec<f64> {
    let Some(period) = period.filter(|period| *period <= values.len()) else { return vec![0.0; size] };
    let phase = |phase: usize| median(values.iter().skip(phase).step_by(period).copied().collect());
    let phases: Vec<f64> = (0..period).map(phase).collect();
    phases.iter().copied().cycle().take(size).collect()
}

fn finite(args: &[Value]) -> Option<Vec<f64>> {
    numbers(args, 0).filter(|values| !values.is_empty() && values.iter().all(|value| value.is_finite()))
}

/// Zeros when no period is found.
fn seasonal(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(values) = finite(args) else { return Ok(Value::Null) };
    let learned = learned(&values, long(args, 2));
    let period = period(long(args, 1), learned)?;
    Ok(Value::Dynamic(reals(season(learned, period, values.len()))))
}

/// The points before the test points.
fn learned(values: &[f64], test_points: Option<i64>) -> &[f64] {
    let held_back = test_points.and_then(|points| usize::try_from(points).ok()).unwrap_or(0);
    &values[..values.len().saturating_sub(held_back)]
}

/// Where the arguments of a decomposition stand, and the trend where none is given.
#[derive(Debug, Clone, Copy)]
struct Arguments {
    period: usize,
    trend: usize,
    default_trend: &'static str,
    test_points: usize,
}

/// A series as a sum.
#[derive(Debug)]
struct Decomposition {
    seasonal: Vec<f64>,
    trend: Vec<f64>,
    residual: Vec<f64>,
    learned: usize,
}

impl Decomposition {
    fn baseline(&self) -> impl Iterator<Item = f64> {
        self.seasonal.iter().zip(&self.trend).map(|(season, trend)| season + trend)
    }

    fn columns(&self) -> Value {
        let [seasonal, trend, residual] =
            [&self.seasonal, &self.trend, &self.residual].map(|part| reals(part.iter().copied()));
        array_of([reals(self.baseline()), seasonal, trend, residual])
    }
}

/// None for what is no series of numbers, and when nothing is left to learn from.
fn decomposition(args: &[Value], arguments: Arguments) -> Result<Option<Decomposition>, Failure> {
    let Some(values) = finite(args) else { return Ok(None) };
    let learned = learned(&values, long(args, arguments.test_points));
    if learned.is_empty() {
        return Ok(None);
    }
    let period = period(long(args, arguments.period), learned)?;
    let seasonal = season(learned, period, values.len());
    let level: Vec<f64> = learned.iter().zip(&seasonal).map(|(value, season)| value - season).collect();
    let written = text(args, arguments.trend);
    let trend = if written.is_empty() { arguments.default_trend } else { written.as_ref() };
    let (start, slope) = match trend {
        "avg" => (mean(&level), 0.0),
        "linefit" => line(&level),
        "none" => (0.0, 0.0),
        other => return Err(Failure::Refused(format!("`{other}` is no trend: avg, linefit or none"))),
    };
    let trend: Vec<f64> = (0..values.len()).map(|x| start + slope * at(x)).collect();
    let residual =
        values.iter().zip(seasonal.iter().zip(&trend)).map(|(value, (season, trend))| value - season - trend);
    Ok(Some(Decomposition { residual: residual.collect(), learned: learned.len(), seasonal, trend }))
}

/// Tukey's fences around the middle of values.
#[derive(Debug, Clone, Copy)]
struct Fences {
    low: f64,
    high: f64,
    unit: f64,
}

/// What the service divides by, as a share of the distance between the 10th and the 90th percentile: measured on
/// Microsoft's Kusto emulator, on two series.
const CUSTOM_UNIT: f64 = 0.360_671_563_966_202_5;

impl Fences {
    fn of(values: &[f64], kind: &str) -> Result<Self, Failure> {
        let (share, unit) = match kind.to_ascii_lowercase().as_str() {
            "" | "ctukey" => (0.1, CUSTOM_UNIT),
            "tukey" => (0.25, 1.0),
            other => return Err(Failure::Refused(format!("`{other}` finds no outliers: tukey or ctukey"))),
        };
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (low, high) = (percentile(&sorted, share), percentile(&sorted, 1.0 - share));
        Ok(Self { low, high, unit: (high - low) * unit })
    }

    /// How far a value lies outside, with its sign; 0 inside.
    fn score(self, value: f64) -> f64 {
        let outside = if value > self.high {
            value - self.high
        } else if value < self.low {
            value - self.low
        } else {
            return 0.0;
        };
        outside / self.unit
    }
}

/// Values to ignore, and what is no number, score 0. Percentiles do not count for `tukey` (Microsoft: "`series_outliers()`");
/// for `ctukey`, other ones than the default are scaled in an undocumented way.
fn outliers(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(items) = array(args, 0) else { return Ok(Value::Null) };
    let kind = text(args, 1);
    let percentiles = (real(args, 3).unwrap_or(10.0), real(args, 4).unwrap_or(90.0));
    if percentiles != (10.0, 90.0) && !kind.eq_ignore_ascii_case("tukey") {
        return Err(Failure::Unsupported("series_outliers() with other percentiles than 10 and 90".to_owned()));
    }
    let ignored = real(args, 2).filter(|value| !value.is_nan());
    let value = |item: &Dynamic| {
        super::series::number(item)
            .filter(|value| value.is_finite() && ignored.is_none_or(|ignored| value.total_cmp(&ignored).is_ne()))
    };
    let learned =
        items.len().saturating_sub(long(args, 5).and_then(|points| usize::try_from(points).ok()).unwrap_or(0));
    let known: Vec<f64> = items[..learned].iter().filter_map(value).collect();
    if known.is_empty() {
        return Ok(Value::Dynamic(reals(items.iter().map(|_| 0.0))));
    }
    let fences = Fences::of(&known, &kind)?;
    Ok(Value::Dynamic(reals(items.iter().map(|item| value(item).map_or(0.0, |value| fences.score(value))))))
}

/// `series_decompose_anomalies(series, threshold, period, trend, test_points, method, period_threshold)`
fn anomalies(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let arguments = Arguments { period: 2, trend: 3, default_trend: "avg", test_points: 4 };
    let Some(parts) = decomposition(args, arguments)? else { return Ok(Value::Null) };
    let threshold = real(args, 1).unwrap_or(1.5);
    let fences = Fences::of(&parts.residual[..parts.learned], &text(args, 5))?;
    let scores: Vec<f64> = parts.residual.iter().map(|value| fences.score(*value)).collect();
    let flag = |score: &f64| Dynamic::Long(i64::from(*score > threshold) - i64::from(*score < -threshold));
    let flags = Dynamic::Array(scores.iter().map(flag).collect());
    Ok(array_of([flags, reals(scores), reals(parts.baseline())]))
}
