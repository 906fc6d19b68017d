//! Analytics rules without a query of their own.
//!
//! Source: the Azure Resource Manager type `Microsoft.SecurityInsights/alertRules`, 2025-09-01 and its previews.

use schemars::JsonSchema;
use serde_json::Value;

use super::metadata::Metadata;
use super::{Guid, Severity, Switch, Tactic, Technique, Version};

/// A Microsoft Sentinel analytics rule of kind Fusion: it correlates what other products raise.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::rule) struct FusionRule {
    /// The rule's identity.
    id: Option<Guid>,
    /// What the rule is.
    kind: FusionKind,
    /// The rule's name, as the portal lists it.
    name: Option<String>,
    /// The rule's name, under the name that the deployment gives it.
    display_name: Option<String>,
    /// What the rule detects.
    description: Option<String>,
    /// The id of the template that the rule is made from.
    alert_rule_template_name: String,
    /// Whether the deployed rule runs.
    enabled: Switch,
    /// The severity of the rule's alerts, for information.
    severity: Option<Severity>,
    /// The MITRE ATT&CK tactics that the rule detects, for information.
    tactics: Option<Vec<Tactic>>,
    /// The MITRE ATT&CK techniques that the rule detects, for information.
    techniques: Option<Vec<Technique>>,
    /// The signals that the rule takes. The deployment needs a preview API version.
    source_settings: Option<Vec<Value>>,
    /// Scenarios that the rule leaves out. The deployment needs a preview API version.
    scenario_exclusion_patterns: Option<Vec<Value>>,
    /// The version of the rule.
    version: Option<Version>,
    /// Free words on the rule.
    tags: Option<Vec<Value>>,
    /// Where the rule comes from and who supports it.
    metadata: Option<Metadata>,
}

#[derive(JsonSchema)]
enum FusionKind {
    Fusion,
}

/// A Microsoft Sentinel analytics rule that makes an incident of each alert of another Microsoft product.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::rule) struct IncidentCreationRule {
    /// The rule's identity.
    id: Option<Guid>,
    /// What the rule is.
    kind: IncidentCreationKind,
    /// The rule's name, as the portal lists it.
    #[schemars(length(min = 1, max = 256))]
    name: Option<String>,
    /// The rule's name, under the name that the deployment gives it.
    #[schemars(length(min = 1, max = 256))]
    display_name: Option<String>,
    /// What the rule does.
    description: Option<String>,
    /// Whether the deployed rule runs.
    enabled: Option<Switch>,
    /// The severity of the rule, for information.
    severity: Option<Severity>,
    /// The product whose alerts become incidents.
    product_filter: AlertProduct,
    /// The severities of the alerts that become incidents; all without it.
    severities_filter: Option<Vec<Severity>>,
    /// The names of the alerts that become incidents; all without it.
    display_names_filter: Option<Vec<String>>,
    /// The names of alerts that do not become incidents.
    display_names_exclude_filter: Option<Vec<String>>,
    /// The id of the gallery template that the rule was made from.
    alert_rule_template_name: Option<String>,
    /// The version of the rule.
    version: Option<Version>,
    /// Free words on the rule.
    tags: Option<Vec<Value>>,
    /// Where the rule comes from and who supports it.
    metadata: Option<Metadata>,
}

#[derive(JsonSchema)]
enum IncidentCreationKind {
    MicrosoftSecurityIncidentCreation,
}

/// A Microsoft product that raises alerts, by the name that the service still has for it.
#[derive(JsonSchema)]
enum AlertProduct {
    #[schemars(rename = "Microsoft Cloud App Security")]
    CloudAppSecurity,
    #[schemars(rename = "Azure Security Center")]
    SecurityCenter,
    #[schemars(rename = "Azure Advanced Threat Protection")]
    AdvancedThreatProtection,
    #[schemars(rename = "Azure Active Directory Identity Protection")]
    IdentityProtection,
    #[schemars(rename = "Azure Security Center for IoT")]
    SecurityCenterForIot,
    #[schemars(rename = "Office 365 Advanced Threat Protection")]
    OfficeAdvancedThreatProtection,
    #[schemars(rename = "Microsoft Defender Advanced Threat Protection")]
    DefenderAdvancedThreatProtection,
}
