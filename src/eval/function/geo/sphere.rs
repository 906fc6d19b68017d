//! Geometry on the unit sphere: points are unit vectors, edges are the shortest arcs between them.

use super::Place;

/// The radius of the Earth, in metres, that the service measures with.
pub(super) const EARTH: f64 = 6_371_010.0;

/// A vector in space; a point of the sphere when its length is 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Vector(pub(super) [f64; 3]);

impl Vector {
    pub(super) fn of(place: Place) -> Self {
        let (longitude, latitude) = (place.longitude.to_radians(), place.latitude.to_radians());
        let around = latitude.cos();
        Self([around * longitude.cos(), around * longitude.sin(), latitude.sin()])
    }

    pub(super) fn place(self) -> Place {
        let [x, y, z] = self.0;
        Place { longitude: y.atan2(x).to_degrees(), latitude: z.atan2(x.hypot(y)).to_degrees() }
    }

    pub(super) fn dot(self, other: Self) -> f64 {
        self.0.iter().zip(other.0).map(|(a, b)| a * b).sum()
    }

    pub(super) fn cross(self, other: Self) -> Self {
        let minor = |row: usize, column: usize| self.0[row] * other.0[column] - self.0[column] * other.0[row];
        Self([minor(1, 2), minor(2, 0), minor(0, 1)])
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] + other.0[at]))
    }

    pub(super) fn minus(self, other: Self) -> Self {
        self.plus(other.times(-1.0))
    }

    pub(super) fn times(self, by: f64) -> Self {
        Self(self.0.map(|v| v * by))
    }

    pub(super) fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    /// None for the zero vector.
    pub(super) fn unit(self) -> Option<Self> {
        let length = self.length();
        (length > 0.0).then(|| self.times(1.0 / length))
    }

    /// The angle between two vectors, in radians.
    pub(super) fn angle(self, other: Self) -> f64 {
        self.cross(other).length().atan2(self.dot(other))
    }
}

/// The point of the edge that is nearest to `point`.
pub(super) fn nearest(point: Vector, [a, b]: [Vector; 2]) -> Vector {
    let Some(pole) = a.cross(b).unit() else { return a };
    let foot = point.minus(pole.times(point.dot(pole))).unit();
    if let Some(foot) = foot
        && pole.dot(a.cross(foot)) > 0.0
        && pole.dot(foot.cross(b)) > 0.0
    {
        return foot;
    }
    if point.angle(a) <= point.angle(b) { a } else { b }
}

/// The centroid of an edge times its length.
pub(super) fn edge_centroid([a, b]: [Vector; 2]) -> Vector {
    let (difference, sum) = (a.minus(b), a.plus(b));
    let (sine, cosine) = (difference.dot(difference), sum.dot(sum));
    if cosine == 0.0 { Vector([0.0; 3]) } else { sum.times((sine / cosine).sqrt()) }
}

/// The signed area of a triangle, in steradians: positive when its corners go counterclockwise.
pub(super) fn signed_area(a: Vector, b: Vector, c: Vector) -> f64 {
    2.0 * a.dot(b.cross(c)).atan2(1.0 + a.dot(b) + b.dot(c) + c.dot(a))
}

/// The centroid of a triangle times its signed area.
pub(super) fn triangle_centroid(a: Vector, b: Vector, c: Vector) -> Vector {
    let stretched = |angle: f64| if angle == 0.0 { 1.0 } else { angle / angle.sin() };
    let (at_a, at_b, at_c) = (stretched(b.angle(c)), stretched(c.angle(a)), stretched(a.angle(b)));
    let axis = |at: usize| Vector([a.0[at], b.0[at] - a.0[at], c.0[at] - a.0[at]]);
    let stretch = Vector([at_a, at_b - at_a, at_c - at_a]);
    let along = |first: usize, second: usize| axis(first).cross(axis(second)).dot(stretch);
    Vector([along(1, 2), along(2, 0), along(0, 1)]).times(0.5)
}

/// Whether two edges cross inside both; none when an end of one lies on the great circle of the other.
pub(super) fn cross([a, b]: [Vector; 2], [c, d]: [Vector; 2]) -> Option<bool> {
    let side = |a: Vector, b: Vector, c: Vector| {
        let volume = a.cross(b).dot(c);
        (volume.abs() > 1e-15).then_some(volume > 0.0)
    };
    let (acb, cbd, bda, dac) = (side(a, c, b)?, side(c, b, d)?, side(b, d, a)?, side(d, a, c)?);
    Some(acb == cbd && cbd == bda && bda == dac)
}
