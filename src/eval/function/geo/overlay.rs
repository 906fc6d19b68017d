//! What shapes have in common, and their unions.

use std::any::Any;
use std::cell::RefCell;
use std::cmp::Reverse;
use std::rc::Rc;

use s2rst::s2::boolean_operation::{OpType, Options, PolygonModel, S2BooleanOperation};
use s2rst::s2::builder::S2Error;
use s2rst::s2::builder::closed_set_normalizer::{Options as NormalizeOptions, normalize_closed_set};
use s2rst::s2::builder::graph::{DuplicateEdges, Graph, GraphOptions, PolylineType};
use s2rst::s2::builder::lax_polygon_layer::{self, DegenerateBoundaries, LaxPolygonLayer};
use s2rst::s2::builder::layer::Layer;
use s2rst::s2::builder::point_vector_layer::S2PointVectorLayer;
use s2rst::s2::builder::polygon_layer::S2PolygonLayer;
use s2rst::s2::builder::polyline_vector_layer::{self, S2PolylineVectorLayer};
use s2rst::s2::builder::snap::IdentitySnapFunction;
use s2rst::s2::edge_crossings::intersection_merge_radius;
use s2rst::s2::lax_polygon::LaxPolygon;
use s2rst::s2::polyline::Polyline;
use s2rst::s2::shape::Shape;
use s2rst::s2::shape_index::ShapeIndex;
use s2rst::s2::{Loop, Point, Polygon};

use super::shape::{each, lines, lines_json, points_json, polygon, polygon_json, rings_json};
use super::{Call, Failure, Function};
use crate::eval::function::arguments::array;
use crate::value::{Dynamic, Value};

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[
    Function::strict("geo_intersection_2lines", 2, |args, _| {
        Ok(intersection(line_index(&args[0]), line_index(&args[1])))
    }),
    Function::strict("geo_intersection_2polygons", 2, |args, _| {
        Ok(intersection(polygon_index(&args[0]), polygon_index(&args[1])))
    }),
    Function::strict("geo_intersection_line_with_polygon", 2, |args, _| {
        Ok(intersection(line_index(&args[0]), polygon_index(&args[1])))
    }),
    Function::strict("geo_intersects_2lines", 2, |args, _| Ok(intersects(line_index(&args[0]), line_index(&args[1])))),
    Function::strict("geo_intersects_2polygons", 2, |args, _| {
        Ok(intersects(polygon_index(&args[0]), polygon_index(&args[1])))
    }),
    Function::strict("geo_intersects_line_with_polygon", 2, |args, _| {
        Ok(intersects(line_index(&args[0]), polygon_index(&args[1])))
    }),
    Function::strict("geo_union_lines_array", 1, union_lines),
    Function::strict("geo_union_polygons_array", 1, union_polygons),
];

fn index_of(shapes: impl IntoIterator<Item = Box<dyn Shape>>) -> ShapeIndex {
    let mut index = ShapeIndex::new();
    for shape in shapes {
        index.add(shape);
    }
    index
}

fn line_index(value: &Value) -> Option<ShapeIndex> {
    Some(index_of(lines(value)?.into_iter().map(|line| -> Box<dyn Shape> { Box::new(line) })))
}

fn polygon_index(value: &Value) -> Option<ShapeIndex> {
    let polygon: Box<dyn Shape> = Box::new(polygon(value)?);
    Some(index_of([polygon]))
}

/// Borders belong to their polygons; points that are all but the same become one.
fn options() -> Options {
    Options {
        snap_function: Box::new(IdentitySnapFunction::new(intersection_merge_radius())),
        polygon_model: PolygonModel::Closed,
        ..Options::default()
    }
}

/// What a boolean operation gives.
#[derive(Debug, Default)]
struct Parts {
    points: Vec<Point>,
    lines: Vec<Polyline>,
    polygon: Option<Polygon>,
}

/// A layer that leaves its output where the caller can take it.
#[derive(Debug)]
struct Collecting<L, T> {
    layer: L,
    take: fn(&mut L) -> Option<T>,
    output: Rc<RefCell<Option<T>>>,
}

impl<L: Layer + 'static, T: std::fmt::Debug + 'static> Collecting<L, T> {
    fn boxed(layer: L, take: fn(&mut L) -> Option<T>) -> (Box<dyn Layer>, Rc<RefCell<Option<T>>>) {
        let output = Rc::new(RefCell::new(None));
        (Box::new(Self { layer, take, output: Rc::clone(&output) }), output)
    }
}

impl<L: Layer + 'static, T: std::fmt::Debug + 'static> Layer for Collecting<L, T> {
    fn graph_options(&self) -> GraphOptions {
        self.layer.graph_options()
    }

    fn build(&mut self, graph: &Graph, error: &mut S2Error) {
        self.layer.build(graph, error);
        self.output.replace((self.take)(&mut self.layer));
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

impl Parts {
    /// Lines of no length become points.
    fn of(operation: OpType, mut a: ShapeIndex, mut b: ShapeIndex) -> Result<Self, Failure> {
        let line_options = polyline_vector_layer::Options {
            polyline_type: PolylineType::Walk,
            duplicate_edges: DuplicateEdges::Merge,
            ..Default::default()
        };
        let lines = S2PolylineVectorLayer::with_options(line_options);
        let (point_layer, points) = Collecting::boxed(S2PointVectorLayer::new(), S2PointVectorLayer::take_output);
        let (line_layer, lines) = Collecting::boxed(lines, S2PolylineVectorLayer::take_output);
        let (polygon_layer, polygon) = Collecting::boxed(S2PolygonLayer::new(), S2PolygonLayer::take_output);
        let layers = normalize_closed_set(vec![point_layer, line_layer, polygon_layer], NormalizeOptions::default());
        S2BooleanOperation::multi(operation, layers, options())
            .build(&mut a, &mut b)
            .map_err(|_| Failure::Refused("the shapes cannot be laid over each other".to_owned()))?;
        Ok(Self {
            points: points.take().unwrap_or_default(),
            lines: lines.take().unwrap_or_default(),
            polygon: polygon.take(),
        })
    }

    /// The only kind of shape that there is, else a collection of them.
    fn json(&self) -> Dynamic {
        let polygon = self.polygon.as_ref().and_then(polygon_json);
        let kinds = [points_json(&self.points), lines_json(&self.lines), polygon];
        let mut kinds: Vec<Dynamic> = kinds.into_iter().flatten().collect();
        match kinds.pop() {
            Some(kind) if kinds.is_empty() => kind,
            last => {
                kinds.extend(last);
                Dynamic::Bag(vec![
                    ("type".to_owned(), Dynamic::String("GeometryCollection".to_owned())),
                    ("geometries".to_owned(), Dynamic::Array(kinds)),
                ])
            }
        }
    }
}

fn intersection(a: Option<ShapeIndex>, b: Option<ShapeIndex>) -> Value {
    let (Some(a), Some(b)) = (a, b) else { return Value::Null };
    Parts::of(OpType::Intersection, a, b).map_or(Value::Null, |parts| Value::Dynamic(parts.json()))
}

fn intersects(a: Option<ShapeIndex>, b: Option<ShapeIndex>) -> Value {
    let (Some(mut a), Some(mut b)) = (a, b) else { return Value::Null };
    Value::Bool(S2BooleanOperation::intersects(&mut a, &mut b, options()))
}

fn union_polygons(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let polygons = array(args, 0).and_then(|items| each(items, polygon));
    Ok(polygons.and_then(|polygons| rings_json(union_of(&polygons))).map_or(Value::Null, Value::Dynamic))
}

/// The rings of the union, the polygons with the fewest corners joined first, as in S2's own union of many: a union counts
/// as many corners as its parts have together. The rings keep the order in which their edges came.
fn union_of(polygons: &[Polygon]) -> Vec<Loop> {
    let mut queue: Vec<(usize, LaxPolygon)> = polygons
        .iter()
        .rev()
        .map(LaxPolygon::from_polygon_ref)
        .map(|polygon| (polygon.num_vertices(), polygon))
        .collect();
    while queue.len() > 1 {
        queue.sort_by_key(|(corners, _)| Reverse(*corners));
        let (Some((corners, a)), Some((more, b))) = (queue.pop(), queue.pop()) else { break };
        let indexes = [a, b].map(|polygon| -> Box<dyn Shape> { Box::new(polygon) }).map(|shape| index_of([shape]));
        let [mut a, mut b] = indexes;
        let layer_options =
            lax_polygon_layer::Options { degenerate_boundaries: DegenerateBoundaries::Discard, ..Default::default() };
        let (layer, union) =
            Collecting::boxed(LaxPolygonLayer::with_options(layer_options), LaxPolygonLayer::take_output);
        let options = Options { polygon_model: PolygonModel::SemiOpen, ..options() };
        // A union that fails is empty, as in the library's own union of many.
        let _ = S2BooleanOperation::new(OpType::Union, layer, options).build(&mut a, &mut b);
        queue.insert(0, (corners + more, union.take().unwrap_or_else(LaxPolygon::empty)));
    }
    let Some((_, union)) = queue.pop() else { return Vec::new() };
    let ring = |at: usize| (0..union.num_loop_vertices(at)).map(|corner| union.loop_vertex(at, corner)).collect();
    (0..union.num_loops()).map(|at| Loop::new(ring(at))).collect()
}

fn union_lines(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some(lines) = array(args, 0).and_then(|items| each(items, lines)) else { return Ok(Value::Null) };
    let boxed = |line: Polyline| -> Box<dyn Shape> { Box::new(line) };
    let all = index_of(lines.into_iter().flatten().map(boxed));
    let union = Parts::of(OpType::Union, all, ShapeIndex::new())?;
    Ok(lines_json(&union.lines).map_or(Value::Null, Value::Dynamic))
}
