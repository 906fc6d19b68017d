//! The shapes that the JSON Schemas of rule files are generated from. They are never filled: the rule model is read from
//! YAML by hand, so that a broken rule still has places; here stands only what a sound file looks like. The doc comments
//! become the descriptions that editors show.
//!
//! Sources: the validators and the contributor guide of Microsoft's Azure-Sentinel repository, and the Azure Resource
//! Manager type `Microsoft.SecurityInsights/alertRules`. Where they differ the wider limit stands here.
#![expect(dead_code, reason = "the types exist for the schemas that are generated from them")]

mod content;
mod detection;
mod detection_parts;
mod managed;
mod metadata;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

pub(super) use content::{AsimParser, ExplorationQuery, Function, SummaryRule, Watchlist, WorkspaceParser};
pub(super) use detection::CustomDetection;
pub(super) use managed::{FusionRule, IncidentCreationRule};
use metadata::Metadata;

/// A Microsoft Sentinel analytics rule that runs on a schedule.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ScheduledRule {
    /// The rule's identity. It must never change once the rule is published.
    id: Guid,
    /// What the rule is: `Scheduled` runs the query at fixed intervals.
    kind: ScheduledKind,
    #[schemars(flatten)]
    analytics: AnalyticsRule,
    /// How often the query runs: 5 minutes to 14 days.
    query_frequency: Duration,
    /// How far back the query looks: 5 minutes to 14 days, and at least as far as `queryFrequency`.
    query_period: Duration,
    /// How the number of results is compared with `triggerThreshold`.
    trigger_operator: TriggerOperator,
    /// The number of results that the comparison is made with: 0 to 10000.
    trigger_threshold: Threshold,
}

/// A Microsoft Sentinel near-real-time (NRT) analytics rule: it runs every minute and has no schedule of its own.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NrtRule {
    /// The rule's identity. It must never change once the rule is published.
    id: Guid,
    /// What the rule is: `NRT` runs the query every minute over the events that came in since.
    kind: NrtKind,
    #[schemars(flatten)]
    analytics: AnalyticsRule,
}

/// What every analytics rule has.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct AnalyticsRule {
    /// The rule's name, as the portal lists it.
    #[schemars(length(min = 1, max = 256))]
    name: String,
    /// What the rule detects and why it matters.
    #[schemars(length(min = 1, max = 5000))]
    description: String,
    /// The severity of the rule's alerts.
    severity: Severity,
    /// The state of the rule's template.
    status: Option<Status>,
    /// The data connectors that bring the tables the query reads; may be an empty list.
    required_data_connectors: Option<Vec<Connector>>,
    /// The KQL query.
    #[schemars(length(min = 1, max = 10000))]
    query: String,
    /// The MITRE ATT&CK tactics that the rule detects.
    tactics: Option<Vec<Tactic>>,
    /// The MITRE ATT&CK techniques and sub-techniques that the rule detects.
    relevant_techniques: Option<Vec<Technique>>,
    /// The entities of an alert, and the columns of the query that name them.
    #[schemars(length(min = 1, max = 10))]
    entity_mappings: Option<Vec<EntityMapping>>,
    /// Columns that already hold entities. The deployment needs a preview API version.
    sentinel_entities_mappings: Option<Vec<SentinelEntitiesMapping>>,
    /// Names shown in the alert, and the columns that their values come from.
    #[schemars(extend(
        "maxProperties" = 20,
        "propertyNames" = {
            "maxLength": 20,
            "pattern": "^[A-Za-z][A-Za-z0-9_]*$",
            "patternErrorMessage": "must start with a letter and hold only letters, digits and underscores"
        }
    ))]
    custom_details: Option<BTreeMap<String, ColumnName>>,
    /// What the alert says, by columns of the query.
    alert_details_override: Option<AlertDetailsOverride>,
    /// Whether all results make one alert, or each makes its own.
    event_grouping_settings: Option<EventGroupingSettings>,
    /// The incidents made from the rule's alerts.
    incident_configuration: Option<IncidentConfiguration>,
    /// Whether the rule pauses after an alert.
    suppression_enabled: Option<Switch>,
    /// How long the rule pauses after an alert.
    suppression_duration: Option<Duration>,
    /// Whether the deployed rule runs.
    enabled: Option<Switch>,
    /// The version of the rule.
    version: Option<Version>,
    /// Free words on the rule.
    tags: Option<Vec<Value>>,
    /// Where the rule comes from and who supports it.
    metadata: Option<Metadata>,
    /// The id of the gallery template that the rule was made from.
    alert_rule_template_name: Option<String>,
}

/// A hunting query of Microsoft Sentinel: a query that an analyst runs by hand.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct HuntingQuery {
    /// The query's identity. It must never change once the query is published.
    id: Guid,
    /// The query's name, as the portal lists it.
    #[schemars(length(min = 1, max = 256))]
    name: String,
    /// What the query looks for and why it matters.
    #[schemars(length(min = 1, max = 5000))]
    description: Option<String>,
    /// The severity of what is found, for information.
    severity: Option<Severity>,
    /// The state of the query's template.
    status: Option<Status>,
    /// The data connectors that bring the tables the query reads; may be an empty list.
    required_data_connectors: Option<Vec<Connector>>,
    /// The MITRE ATT&CK tactics that the query hunts for.
    tactics: Option<Vec<Tactic>>,
    /// The MITRE ATT&CK techniques and sub-techniques that the query hunts for.
    relevant_techniques: Option<Vec<Technique>>,
    /// The techniques under the name that some repositories use.
    techniques: Option<Vec<Technique>>,
    /// The KQL query.
    #[schemars(length(min = 1, max = 10000))]
    query: String,
    /// The entities of a result, and the columns of the query that name them.
    #[schemars(length(min = 1, max = 10))]
    entity_mappings: Option<Vec<EntityMapping>>,
    /// Names shown with a result, and the columns that their values come from.
    custom_details: Option<BTreeMap<String, ColumnName>>,
    /// The version of the query.
    version: Option<Version>,
    /// Free words on the query.
    tags: Option<Vec<Value>>,
    /// Where the query comes from and who supports it.
    metadata: Option<Metadata>,
}

/// A GUID.
#[derive(JsonSchema)]
struct Guid(
    #[schemars(
        regex(pattern = "^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$"),
        extend("patternErrorMessage" = "must be a GUID, such as 1a733b20-58c3-40d0-a815-2ae93da0808e")
    )]
    String,
);

#[derive(JsonSchema)]
enum ScheduledKind {
    Scheduled,
}

#[derive(JsonSchema)]
enum NrtKind {
    #[schemars(rename = "NRT")]
    Nrt,
}

#[derive(JsonSchema)]
enum Severity {
    Informational,
    Low,
    Medium,
    High,
}

#[derive(JsonSchema)]
enum Status {
    Available,
    InPreview,
    Deprecated,
}

/// A duration: `5m`, `1h`, `14d` as in Microsoft's templates, or ISO 8601 (`PT5M`, `P1D`), or `hh:mm:ss`.
#[derive(JsonSchema)]
struct Duration(
    #[schemars(
        regex(
            pattern = "^([0-9]+[mhd]?|([0-9]+\\.)?[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?|P[0-9]+[DW]|P([0-9]+D)?T([0-9]+H([0-9]+M)?([0-9]+S)?|[0-9]+M([0-9]+S)?|[0-9]+S))$"
        ),
        extend("patternErrorMessage" = "must be a duration: a whole number with m, h or d (`5m`, `1h`, `14d`), or ISO 8601 (`PT5M`, `P1D`)")
    )]
    String,
);

#[derive(JsonSchema)]
enum TriggerOperator {
    #[schemars(rename = "gt")]
    Gt,
    #[schemars(rename = "lt")]
    Lt,
    #[schemars(rename = "eq")]
    Eq,
    #[schemars(rename = "ne")]
    Ne,
    GreaterThan,
    LessThan,
    Equal,
    NotEqual,
}

/// A number of results: 0 to 10000.
#[derive(JsonSchema)]
struct Threshold(
    #[schemars(
        regex(pattern = "^0*([0-9]{1,4}|10000)$"),
        extend(
            "type" = ["integer", "string"],
            "minimum" = 0,
            "maximum" = 10000,
            "patternErrorMessage" = "must be a whole number from 0 to 10000"
        )
    )]
    String,
);

/// `true` or `false`.
#[derive(JsonSchema)]
struct Switch(
    #[schemars(
        regex(pattern = "^([Tt]rue|TRUE|[Ff]alse|FALSE)$"),
        extend("type" = ["boolean", "string"], "patternErrorMessage" = "must be `true` or `false`")
    )]
    String,
);

/// Three whole numbers with dots between them.
#[derive(JsonSchema)]
struct Version(
    #[schemars(
        regex(pattern = "^[0-9]+\\.[0-9]+\\.[0-9]+$"),
        length(max = 20),
        extend("patternErrorMessage" = "must be three whole numbers with dots between them, such as `1.0.0`")
    )]
    String,
);

/// The name of a column that the query gives.
#[derive(JsonSchema)]
struct ColumnName(
    #[schemars(
        regex(pattern = "^[A-Za-z_][A-Za-z0-9_]*$"),
        length(max = 500),
        extend("patternErrorMessage" = "must be the name of a column: letters, digits and underscores, not starting with a digit")
    )]
    String,
);

/// A MITRE ATT&CK technique or sub-technique id.
#[derive(JsonSchema)]
struct Technique(
    #[schemars(
        regex(pattern = "^T[0-9]{4}(\\.[0-9]{3})?$"),
        extend("patternErrorMessage" = "must be a MITRE ATT&CK technique id, such as `T1219` or `T1059.001`")
    )]
    String,
);

#[derive(JsonSchema)]
enum Tactic {
    InitialAccess,
    Execution,
    Persistence,
    PrivilegeEscalation,
    DefenseEvasion,
    CredentialAccess,
    Discovery,
    LateralMovement,
    Collection,
    Exfiltration,
    CommandAndControl,
    Impact,
    Reconnaissance,
    ResourceDevelopment,
    ImpairProcessControl,
    InhibitResponseFunction,
    PreAttack,
}

/// A data connector and the tables it brings.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct Connector {
    /// The connector's id, such as `MicrosoftThreatProtection`.
    connector_id: Option<String>,
    /// The tables that the query reads from this connector.
    data_types: Vec<String>,
}

/// One entity of an alert.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct EntityMapping {
    /// What the entity is.
    entity_type: EntityType,
    /// The columns that identify it: one to three.
    #[schemars(length(min = 1, max = 3))]
    field_mappings: Vec<FieldMapping>,
}

/// One column that identifies an entity.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct FieldMapping {
    /// Which of the entity's identifiers the column holds.
    identifier: String,
    /// The column.
    column_name: ColumnName,
}

#[derive(JsonSchema)]
enum EntityType {
    Account,
    AzureResource,
    CloudApplication,
    #[schemars(rename = "DNS")]
    Dns,
    File,
    FileHash,
    Host,
    IoTDevice,
    #[schemars(rename = "IP")]
    Ip,
    Mailbox,
    MailCluster,
    MailMessage,
    Malware,
    Process,
    RegistryKey,
    RegistryValue,
    SecurityGroup,
    SentinelEntities,
    SubmissionMail,
    #[schemars(rename = "URL")]
    Url,
}

/// A column that already holds entities.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct SentinelEntitiesMapping {
    /// The column.
    column_name: ColumnName,
}

/// What the alert says, by columns of the query. `{{Column}}` stands for the column's value.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the keys of the file")]
struct AlertDetailsOverride {
    /// The alert's name, with up to three `{{Column}}` placeholders.
    #[schemars(extend("maxLength" = 256))]
    alert_display_name_format: Option<Format>,
    /// The alert's description, with up to three `{{Column}}` placeholders.
    #[schemars(extend("maxLength" = 5000))]
    alert_description_format: Option<Format>,
    /// The column that holds the alert's tactics.
    alert_tactics_column_name: Option<ColumnName>,
    /// The column that holds the alert's severity.
    alert_severity_column_name: Option<ColumnName>,
    /// Other properties of the alert, by columns.
    alert_dynamic_properties: Option<Vec<AlertDynamicProperty>>,
}

/// A text with up to three `{{Column}}` placeholders.
#[derive(JsonSchema)]
struct Format(
    #[schemars(
        regex(pattern = "\\S"),
        extend(
            "patternErrorMessage" = "must not be blank",
            "not" = {"pattern": "(\\{\\{[^{}]*\\}\\}[\\s\\S]*){4}"},
            "notErrorMessage" = "holds more than three `{{Column}}` placeholders; the service refuses a fourth"
        )
    )]
    String,
);

/// One property of the alert, by a column.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct AlertDynamicProperty {
    /// The property.
    alert_property: AlertProperty,
    /// The column.
    value: ColumnName,
}

#[derive(JsonSchema)]
enum AlertProperty {
    AlertLink,
    ConfidenceLevel,
    ConfidenceScore,
    ExtendedLinks,
    ProductComponentName,
    ProductName,
    ProviderName,
    RemediationSteps,
    SubTechniques,
    Techniques,
}

/// How results become alerts.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct EventGroupingSettings {
    /// One alert for all results, or one for each.
    aggregation_kind: AggregationKind,
}

#[derive(JsonSchema)]
enum AggregationKind {
    SingleAlert,
    AlertPerResult,
}

/// The incidents made from the rule's alerts.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct IncidentConfiguration {
    /// Whether an alert makes an incident.
    create_incident: Switch,
    /// How alerts are grouped into one incident.
    grouping_configuration: Option<GroupingConfiguration>,
}

/// How alerts are grouped into one incident.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct GroupingConfiguration {
    /// Whether alerts are grouped.
    enabled: Switch,
    /// Whether a closed incident is opened again by a new alert.
    reopen_closed_incident: Switch,
    /// How far back alerts are grouped.
    lookback_duration: Duration,
    /// What must be equal for two alerts to be grouped.
    matching_method: MatchingMethod,
    /// The entities that must be equal.
    group_by_entities: Option<Vec<EntityType>>,
    /// The alert details that must be equal.
    group_by_alert_details: Option<Vec<AlertDetail>>,
    /// The custom details that must be equal, by their names in `customDetails`.
    group_by_custom_details: Option<Vec<String>>,
}

#[derive(JsonSchema)]
enum MatchingMethod {
    AllEntities,
    AnyAlert,
    Selected,
}

#[derive(JsonSchema)]
enum AlertDetail {
    DisplayName,
    Severity,
}
