//! Shapes with fewer points, no further than a tolerance in metres from the given ones.

use s2rst::s2::Polygon;
use s2rst::s2::builder::polygon_layer::S2PolygonLayer;
use s2rst::s2::builder::polyline_vector_layer::S2PolylineVectorLayer;
use s2rst::s2::builder::snap::IdentitySnapFunction;
use s2rst::s2::builder::{Options, S2Builder};

use super::shape::{angle, each, lines, lines_json, polygon, polygon_json};
use super::{Call, Failure, Function, geo_json};
use crate::eval::function::arguments::{array, real};
use crate::value::{Dynamic, Value};

pub(in crate::eval::function) const FUNCTIONS: &[Function] = &[
    Function::strict("geo_line_simplify", 1, simplify_line),
    Function::strict("geo_polygon_simplify", 1, simplify_polygon),
    Function::strict("geo_simplify_polygons_array", 1, simplify_polygons),
];

/// The tolerance when none is given, and where tolerances end, in metres.
const TOLERANCE: f64 = 10.0;
const LARGEST: f64 = 7_800_000.0;

fn builder(args: &[Value]) -> Option<S2Builder> {
    let tolerance = if args.len() > 1 { real(args, 1)? } else { TOLERANCE };
    (0.0..LARGEST).contains(&tolerance).then(|| {
        let mut options = Options::new(Box::new(IdentitySnapFunction::new(angle(tolerance))));
        options.simplify_edge_chains = true;
        S2Builder::new(options)
    })
}

fn simplify_line(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some((lines, mut builder)) = lines(&args[0]).zip(builder(args)) else { return Ok(Value::Null) };
    builder.start_layer(Box::new(S2PolylineVectorLayer::new()));
    for line in &lines {
        builder.add_polyline(line);
    }
    let layer = builder.build().ok().and_then(|mut layers| layers.pop());
    let simple = layer.and_then(|layer| layer.into_any().downcast::<S2PolylineVectorLayer>().ok());
    Ok(simple.and_then(|lines| lines_json(&lines.into_output())).map_or(Value::Null, Value::Dynamic))
}

/// Simplifies polygons together, so that borders that they share stay shared. Polygons may vanish.
fn simplified(mut builder: S2Builder, polygons: &[Polygon]) -> Vec<Polygon> {
    for polygon in polygons {
        builder.start_layer(Box::new(S2PolygonLayer::new()));
        builder.add_polygon(polygon);
        builder.add_is_full_polygon_predicate(S2Builder::is_full_polygon(false));
    }
    let layers = builder.build().unwrap_or_default();
    let polygons = layers.into_iter().filter_map(|layer| layer.into_any().downcast::<S2PolygonLayer>().ok());
    polygons.map(|layer| layer.into_output()).collect()
}

fn simplify_polygon(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let Some((polygon, builder)) = polygon(&args[0]).zip(builder(args)) else { return Ok(Value::Null) };
    Ok(simplified(builder, &[polygon]).first().and_then(polygon_json).map_or(Value::Null, Value::Dynamic))
}

fn simplify_polygons(args: &[Value], _: &Call) -> Result<Value, Failure> {
    let polygons = array(args, 0).and_then(|items| each(items, polygon));
    let Some((polygons, builder)) = polygons.zip(builder(args)) else { return Ok(Value::Null) };
    let mut shapes: Vec<Dynamic> = simplified(builder, &polygons).iter().filter_map(polygon_json).collect();
    if shapes.len() < 2 {
        return Ok(shapes.pop().map_or(Value::Null, Value::Dynamic));
    }
    let mut all = Vec::new();
    for shape in shapes {
        match (shape.get("type"), shape.get("coordinates")) {
            (Some(Dynamic::String(kind)), Some(rings)) if kind == "Polygon" => all.push(rings.clone()),
            (_, Some(Dynamic::Array(polygons))) => all.extend(polygons.iter().cloned()),
            _ => {}
        }
    }
    Ok(Value::Dynamic(geo_json("MultiPolygon", Dynamic::Array(all))))
}
