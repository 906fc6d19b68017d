//! The rule as its author wrote it. Every field is optional, because a broken rule must still be linted; every value
//! carries its place. Values are kept as written: `tactics: CommandAndControl` (text where a list is asked for) is
//! read as a list of one, and the schema check reports the shape.

use crate::text::{Embedded, Span};
use crate::value::Type;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<T> {
    /// The value.
    pub value: T,
    /// Where its key stands; where the value stands for elements of a list.
    pub key: Span,
    /// Where the value stands.
    pub span: Span,
}

/// What a rule file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An analytics rule that runs on a schedule (`kind: Scheduled`).
    Scheduled,
    /// A near-real-time analytics rule (`kind: NRT`).
    Nrt,
    /// A hunting query: a file with a query and no `kind`.
    Hunting,
    /// An analytics rule that correlates what other products raise (`kind: Fusion`); it has no query.
    Fusion,
    /// An analytics rule that makes incidents of the alerts of another Microsoft product
    /// (`kind: MicrosoftSecurityIncidentCreation`); it has no query.
    IncidentCreation,
    /// A custom detection of Defender XDR.
    CustomDetection,
    /// A summary rule: a query whose results are written to a table at fixed intervals.
    SummaryRule,
    /// A parser of the Advanced Security Information Model, as the Azure-Sentinel repository keeps it.
    AsimParser,
    /// A saved function with `FunctionQuery`, as the Azure-Sentinel repository keeps it.
    Function,
    /// A saved function with `functionAlias`.
    WorkspaceParser,
    /// A watchlist: a list of the user's that queries read.
    Watchlist,
    /// An exploration query: what the investigation graph asks about an entity. Only Microsoft writes them.
    ExplorationQuery,
}

/// How bad an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// `Informational`
    Informational,
    /// `Low`
    Low,
    /// `Medium`
    Medium,
    /// `High`
    High,
}

/// An ATT&CK technique or sub-technique id, as written.
pub type Technique = String;

/// A rule file, loaded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rule {
    /// What it is; `None` where that cannot be told.
    pub kind: Option<Field<Kind>>,
    /// The rule's GUID.
    pub id: Option<Field<String>>,
    /// The rule's name.
    pub name: Option<Field<String>>,
    /// What it looks for.
    pub description: Option<Field<String>>,
    /// How bad its alerts are.
    pub severity: Option<Field<String>>,
    /// `Available`, `InPreview`, `Deprecated`.
    pub status: Option<Field<String>>,
    /// `X.Y.Z`, as written.
    pub version: Option<Field<String>>,
    /// The connectors that bring the data.
    pub required_data_connectors: Option<Field<Vec<Field<Connector>>>>,
    /// Duration as written: `1h`, `PT1H`.
    pub query_frequency: Option<Field<String>>,
    /// Duration as written.
    pub query_period: Option<Field<String>>,
    /// `gt`, `GreaterThan` …
    pub trigger_operator: Option<Field<String>>,
    /// The number of rows compared with, as written.
    pub trigger_threshold: Option<Field<String>>,
    /// ATT&CK tactics as written.
    pub tactics: Option<Field<Vec<Field<String>>>>,
    /// ATT&CK techniques as written (`relevantTechniques`, or `techniques` in the ISO dialect).
    pub techniques: Option<Field<Vec<Field<Technique>>>>,
    /// The KQL and its way back to the file.
    pub query: Option<Field<Embedded>>,
    /// Entities an alert names.
    pub entity_mappings: Option<Field<Vec<Field<EntityMapping>>>>,
    /// `sentinelEntitiesMappings`: columns that hold entities already.
    pub sentinel_entities_mappings: Option<Field<Vec<Field<String>>>>,
    /// Columns shown in the alert.
    pub custom_details: Option<Field<Vec<CustomDetail>>>,
    /// What the alert says, by columns.
    pub alert_details_override: Option<Field<AlertDetailsOverride>>,
    /// One alert for all rows, or one each.
    pub event_grouping: Option<Field<EventGrouping>>,
    /// Incidents made from alerts.
    pub incident_configuration: Option<Field<IncidentConfiguration>>,
    /// As written.
    pub suppression_enabled: Option<Field<String>>,
    /// Duration as written.
    pub suppression_duration: Option<Field<String>>,
    /// As written.
    pub enabled: Option<Field<String>>,
    /// Free tags that are plain text.
    pub tags: Option<Field<Vec<Field<String>>>>,
    /// What the query of a parser or of a saved function may be given.
    pub parameters: Vec<Parameter>,
}

/// A parameter of a parser or of a saved function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type; `None` where it is a table, or a type that is not known.
    pub ty: Option<Type>,
}

/// One entry of `requiredDataConnectors`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Connector {
    /// `connectorId`
    pub id: Option<Field<String>>,
    /// `dataTypes`
    pub data_types: Vec<Field<String>>,
}

/// One entry of `entityMappings`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EntityMapping {
    /// `entityType`
    pub entity_type: Option<Field<String>>,
    /// `fieldMappings`
    pub field_mappings: Vec<Field<FieldMapping>>,
}

/// One entry of `fieldMappings`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FieldMapping {
    /// `identifier`
    pub identifier: Option<Field<String>>,
    /// `columnName`
    pub column_name: Option<Field<String>>,
}

/// One entry of `customDetails`: the key is the detail's name, the value a column.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomDetail {
    /// The name shown.
    pub name: Field<String>,
    /// The column.
    pub column: Field<String>,
}

/// `alertDetailsOverride`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlertDetailsOverride {
    /// `alertDisplayNameFormat`
    pub display_name_format: Option<Field<String>>,
    /// `alertDescriptionFormat`
    pub description_format: Option<Field<String>>,
    /// `alertTacticsColumnName`
    pub tactics_column: Option<Field<String>>,
    /// `alertSeverityColumnName`
    pub severity_column: Option<Field<String>>,
    /// `alertDynamicProperties`
    pub dynamic_properties: Vec<DynamicProperty>,
}

/// One entry of `alertDynamicProperties`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DynamicProperty {
    /// `alertProperty`
    pub property: Option<Field<String>>,
    /// `value`: a column
    pub column: Option<Field<String>>,
}

/// `eventGroupingSettings`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EventGrouping {
    /// `aggregationKind`
    pub aggregation_kind: Option<Field<String>>,
}

/// `incidentConfiguration`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IncidentConfiguration {
    /// `createIncident`, as written
    pub create_incident: Option<Field<String>>,
    /// `groupingConfiguration`
    pub grouping: Option<Field<Grouping>>,
}

/// `groupingConfiguration`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grouping {
    /// `enabled`, as written
    pub enabled: Option<Field<String>>,
    /// `reopenClosedIncident`, as written
    pub reopen_closed_incident: Option<Field<String>>,
    /// `lookbackDuration`, as written
    pub lookback_duration: Option<Field<String>>,
    /// `matchingMethod`
    pub matching_method: Option<Field<String>>,
    /// `groupByEntities`
    pub group_by_entities: Vec<Field<String>>,
    /// `groupByAlertDetails`
    pub group_by_alert_details: Vec<Field<String>>,
    /// `groupByCustomDetails`
    pub group_by_custom_details: Vec<Field<String>>,
}
