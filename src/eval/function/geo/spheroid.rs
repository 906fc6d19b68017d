//! Distances on the spheroid of WGS 84, by Vincenty's inverse formula.

use super::Place;

/// Half the longer axis, in metres, and how much shorter the other one is, as a share.
const HALF_AXIS: f64 = 6_378_137.0;
const FLATTENING: f64 = 1.0 / 298.257_223_563;
/// Steps until the longitudes agree; places that are nearly opposite never do.
const MOST_STEPS: usize = 200;
const AGREEMENT: f64 = 1e-13;

/// The arc between two places on the sphere that stands for the spheroid.
struct Arc {
    sine: f64,
    cosine: f64,
    /// The square of the cosine of the azimuth at the equator.
    steepness: f64,
    /// The cosine of twice the arc from the equator to the middle.
    middle: f64,
}

/// The shortest distance in metres. None for places that are nearly opposite: the formula has no answer there.
pub(super) fn distance(from: Place, to: Place) -> Option<f64> {
    if from == to {
        return Some(0.0);
    }
    let reduced = |place: Place| ((1.0 - FLATTENING) * place.latitude.to_radians().tan()).atan().sin_cos();
    let (first, second) = (reduced(from), reduced(to));
    let degrees = to.longitude - from.longitude;
    let turn = (degrees - 360.0 * (degrees / 360.0).round()).to_radians();
    let mut longitude = turn;
    for _ in 0..MOST_STEPS {
        let (arc, azimuth) = arc(first, second, longitude);
        if arc.sine == 0.0 {
            return (arc.cosine > 0.0).then_some(0.0);
        }
        let next = turn + correction(&arc, azimuth);
        if (next - longitude).abs() < AGREEMENT {
            return Some(length(&arc));
        }
        longitude = next;
    }
    None
}

/// The arc, and the sine of its azimuth at the equator.
fn arc(first: (f64, f64), second: (f64, f64), longitude: f64) -> (Arc, f64) {
    let ((height1, radius1), (height2, radius2)) = (first, second);
    let (sin_turn, cos_turn) = longitude.sin_cos();
    let sine = (radius2 * sin_turn).hypot(radius1 * height2 - height1 * radius2 * cos_turn);
    let cosine = height1 * height2 + radius1 * radius2 * cos_turn;
    let azimuth = if sine == 0.0 { 0.0 } else { radius1 * radius2 * sin_turn / sine };
    let steepness = 1.0 - azimuth * azimuth;
    let middle = if steepness == 0.0 { 0.0 } else { cosine - 2.0 * height1 * height2 / steepness };
    (Arc { sine, cosine, steepness, middle }, azimuth)
}

/// How much further the longitudes lie apart on the sphere than on the spheroid.
fn correction(arc: &Arc, azimuth: f64) -> f64 {
    let share = FLATTENING / 16.0 * arc.steepness * (4.0 + FLATTENING * (4.0 - 3.0 * arc.steepness));
    let bend = arc.middle + share * arc.cosine * (2.0 * arc.middle.powi(2) - 1.0);
    (1.0 - share) * FLATTENING * azimuth * (arc.sine.atan2(arc.cosine) + share * arc.sine * bend)
}

fn length(arc: &Arc) -> f64 {
    let short = HALF_AXIS * (1.0 - FLATTENING);
    let stretch = arc.steepness * (HALF_AXIS.powi(2) / short.powi(2) - 1.0);
    let a = 1.0 + stretch / 16384.0 * (4096.0 + stretch * (stretch * (320.0 - 175.0 * stretch) - 768.0));
    let b = stretch / 1024.0 * (256.0 + stretch * (stretch * (74.0 - 47.0 * stretch) - 128.0));
    let twice = 2.0 * arc.middle.powi(2) - 1.0;
    let third = b / 6.0 * arc.middle * (4.0 * arc.sine.powi(2) - 3.0) * (4.0 * arc.middle.powi(2) - 3.0);
    let less = b * arc.sine * (arc.middle + b / 4.0 * (arc.cosine * twice - third));
    short * a * (arc.sine.atan2(arc.cosine) - less)
}
