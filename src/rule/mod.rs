//! The Sentinel rule model: a rule file read into typed, optional, placed fields.

mod model;

pub use model::{
    AlertDetailsOverride, Connector, CustomDetail, DynamicProperty, EntityMapping, EventGrouping, Field, FieldMapping,
    Grouping, IncidentConfiguration, Kind, Rule, Severity, Technique,
};
