//! Custom detections of Defender XDR.
//!
//! Source: the Microsoft Graph resource `microsoft.graph.security.detectionRule`, v1.0 and beta, as documented in 2026. Keys
//! marked deprecated are those of the shape before it, which the documentation says is gone since 2026-10-01.

use schemars::JsonSchema;
use serde_json::Value;

use super::detection_parts::{AutomatedActions, EntityMappings};
use super::{Switch, Technique};

/// A custom detection of Microsoft Defender XDR.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::rule) struct CustomDetection {
    /// The detection's identity, chosen by its author.
    id: Option<String>,
    /// The detection's name, unique among all.
    #[schemars(length(min = 1, max = 255))]
    display_name: String,
    /// Whether the detection runs.
    status: Option<DetectionStatus>,
    /// Whether the detection runs, as it was written before `status`.
    #[schemars(extend("deprecated" = true))]
    is_enabled: Option<Switch>,
    /// What the detection looks for.
    query_condition: QueryCondition,
    /// When the detection runs.
    schedule: DetectionSchedule,
    /// What happens when something is found.
    detection_action: DetectionAction,
    /// The number that the service gives the detection.
    detector_id: Option<String>,
    /// Set by the service.
    created_by: Option<String>,
    /// Set by the service.
    created_date_time: Option<String>,
    /// Set by the service.
    last_modified_by: Option<String>,
    /// Set by the service.
    last_modified_date_time: Option<String>,
    /// Set by the service.
    last_run_details: Option<Value>,
    /// Free words on the detection.
    tags: Option<Vec<Value>>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
enum DetectionStatus {
    Enabled,
    Disabled,
}

/// What the detection looks for.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct QueryCondition {
    /// The KQL query.
    #[schemars(length(min = 1))]
    query_text: String,
    /// Set by the service.
    last_modified_date_time: Option<String>,
}

/// When the detection runs.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct DetectionSchedule {
    /// How often the query runs, in ISO 8601: `PT1H`, `P1D`; `PT0S` runs it continuously.
    frequency: Option<IsoDuration>,
    /// How far back the query looks, in ISO 8601; at least as far as `frequency`.
    lookback: Option<IsoDuration>,
    /// How often the query runs, as it was written before `frequency`.
    #[schemars(extend("deprecated" = true))]
    period: Option<DetectionPeriod>,
    /// Set by the service.
    #[schemars(extend("deprecated" = true))]
    next_run_date_time: Option<String>,
}

#[derive(JsonSchema)]
enum DetectionPeriod {
    #[schemars(rename = "0")]
    Continuous,
    #[schemars(rename = "1H")]
    Hour,
    #[schemars(rename = "3H")]
    ThreeHours,
    #[schemars(rename = "12H")]
    TwelveHours,
    #[schemars(rename = "24H")]
    Day,
}

/// A duration in ISO 8601.
#[derive(JsonSchema)]
struct IsoDuration(
    #[schemars(
        regex(pattern = "^P([0-9]+[DW]|([0-9]+D)?T([0-9]+H([0-9]+M)?([0-9]+S)?|[0-9]+M([0-9]+S)?|[0-9]+S))$"),
        extend("patternErrorMessage" = "must be an ISO 8601 duration, such as `PT1H` or `P1D`")
    )]
    String,
);

/// What happens when something is found.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct DetectionAction {
    /// The alert that is made.
    alert_template: AlertTemplate,
    /// What is done to the devices, users, files and messages found: an action, and the columns that name what it is for.
    automated_actions: Option<AutomatedActions>,
    /// What is done, as it was written before `automatedActions`.
    #[schemars(extend("deprecated" = true))]
    response_actions: Option<Vec<Value>>,
    /// The device groups that the detection is for.
    organizational_scope: Option<Value>,
}

/// The alert that is made.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct AlertTemplate {
    /// The alert's name.
    #[schemars(length(min = 1))]
    title: String,
    /// What the alert is about.
    description: Option<String>,
    /// The severity of the alert.
    severity: AlertSeverity,
    /// What whoever gets the alert should do.
    recommended_actions: Option<String>,
    /// The entities of the alert: a collection (`hosts`, `accounts`, `ips` …) and the columns that identify each.
    entity_mappings: Option<EntityMappings>,
    /// Names shown in the alert, and the columns that their values come from.
    custom_details: Option<Value>,
    /// The MITRE ATT&CK tactics that the detection is about.
    tactics: Option<Vec<DetectionTactic>>,
    /// Whether all results make one alert, or each makes its own.
    event_grouping_kind: Option<EventGroupingKind>,
    /// The tactic, as it was written before `tactics`.
    #[schemars(extend("deprecated" = true))]
    category: Option<String>,
    /// The techniques, as they were written before `tactics`.
    #[schemars(extend("deprecated" = true))]
    mitre_techniques: Option<Vec<Technique>>,
    /// The entities, as they were written before `entityMappings`.
    #[schemars(extend("deprecated" = true))]
    impacted_assets: Option<Vec<Value>>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
enum AlertSeverity {
    Informational,
    Low,
    Medium,
    High,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
enum EventGroupingKind {
    AlertPerEvent,
    SingleAlert,
}

/// A MITRE ATT&CK tactic with the techniques that serve it.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct DetectionTactic {
    /// The tactic.
    tactic: String,
    /// The techniques.
    techniques: Option<Vec<DetectionTechnique>>,
}

/// A MITRE ATT&CK technique with its sub-techniques.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct DetectionTechnique {
    /// The technique's id.
    technique: Technique,
    /// The sub-techniques' ids.
    sub_techniques: Option<Vec<Technique>>,
}
