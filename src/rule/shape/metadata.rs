//! Where a rule comes from and who supports it.
//!
//! Sources: Microsoft's contributor guide for the Azure-Sentinel repository (2026) and the Azure Resource Manager type
//! `Microsoft.SecurityInsights/metadata`. No validator reads them, so what is wrong here is a warning.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

/// Where the rule comes from and who supports it.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(super) struct Metadata {
    /// Where the rule comes from.
    source: Option<Source>,
    /// Who wrote the rule.
    author: Option<Author>,
    /// Who supports the rule.
    support: Option<Support>,
    /// What the rule is about.
    categories: Option<Categories>,
    /// What the metadata is of.
    kind: Option<String>,
    /// The id of the content.
    content_id: Option<String>,
    /// The resource that the content is.
    parent_id: Option<String>,
    /// The version of the content.
    version: Option<String>,
    /// The version of the author's own.
    custom_version: Option<String>,
    /// The version of the form of the content.
    content_schema_version: Option<String>,
    /// What the content needs.
    dependencies: Option<Value>,
    /// Whose data the content reads.
    providers: Option<Vec<String>>,
    /// The day of the first publication.
    first_publish_date: Option<String>,
    /// The day of the last publication.
    last_publish_date: Option<String>,
    /// The icon of the content.
    icon: Option<String>,
    /// Names of pictures.
    preview_images: Option<Vec<String>>,
    /// Names of pictures for a dark background.
    preview_images_dark: Option<Vec<String>>,
    /// The tactics of the content.
    threat_analysis_tactics: Option<Vec<String>>,
    /// The techniques of the content.
    threat_analysis_techniques: Option<Vec<String>>,
}

/// Where a rule comes from.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the keys of the file")]
struct Source {
    /// `Community`, `Microsoft`, `Solution` and their like.
    kind: Option<String>,
    /// Its name.
    name: Option<String>,
    /// Its id.
    source_id: Option<String>,
}

/// Who wrote a rule.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Author {
    /// The name of a person or an organization.
    name: Option<String>,
    /// The address for mail.
    email: Option<String>,
    /// The address of a page.
    link: Option<String>,
}

/// Who supports a rule.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Support {
    /// Who is responsible.
    tier: SupportTier,
    /// The name of the support.
    name: Option<String>,
    /// The address for mail.
    email: Option<String>,
    /// The address of a page.
    link: Option<String>,
}

#[derive(JsonSchema)]
enum SupportTier {
    Community,
    Microsoft,
    Partner,
}

/// What a rule is about.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Categories {
    /// The fields that the rule is filed under.
    domains: Option<Vec<Domain>>,
    /// The industries that the rule is for.
    verticals: Option<Vec<String>>,
    /// Other groups.
    #[schemars(flatten)]
    other: BTreeMap<String, Value>,
}

/// A field that content is filed under, as the content hub has it.
#[derive(JsonSchema)]
enum Domain {
    Application,
    #[schemars(rename = "Cloud Provider")]
    CloudProvider,
    #[schemars(rename = "Cloud Security")]
    CloudSecurity,
    Compliance,
    DevOps,
    Identity,
    #[schemars(rename = "Internet of Things (IoT)")]
    InternetOfThings,
    #[schemars(rename = "IT Operations")]
    ItOperations,
    Migration,
    Networking,
    Platform,
    Security,
    #[schemars(rename = "Security - 0-day Vulnerability")]
    ZeroDay,
    #[schemars(rename = "Security - Automation (SOAR)")]
    Automation,
    #[schemars(rename = "Security - Cloud Security")]
    SecurityOfClouds,
    #[schemars(rename = "Security - Information Protection")]
    InformationProtection,
    #[schemars(rename = "Security - Insider Threat")]
    InsiderThreat,
    #[schemars(rename = "Security - Network")]
    Network,
    #[schemars(rename = "Security - Others")]
    Others,
    #[schemars(rename = "Security - Threat Intelligence")]
    ThreatIntelligence,
    #[schemars(rename = "Security - Threat Protection")]
    ThreatProtection,
    #[schemars(rename = "Security - Vulnerability Management")]
    VulnerabilityManagement,
    Storage,
    #[schemars(rename = "Training and Tutorials")]
    Training,
    #[schemars(rename = "User Behavior (UEBA)")]
    UserBehavior,
}
