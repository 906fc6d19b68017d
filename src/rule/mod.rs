//! The Sentinel rule model: a rule file read into typed, optional, placed fields, and checked against the JSON Schema of
//! its kind.

mod check;
pub mod dialect;
pub mod duration;
mod instance;
mod kind;
mod model;
mod parameters;
mod read;
pub mod schema;
mod shape;

pub use check::check;
pub use kind::is_meant_as_rule;
pub use model::{
    AlertDetailsOverride, Connector, CustomDetail, DynamicProperty, EntityMapping, EventGrouping, Field, FieldMapping,
    Grouping, IncidentConfiguration, Kind, Parameter, Rule, Severity, Technique,
};
pub use read::read;
