//! The entities and the actions of a custom detection of Defender XDR.
//!
//! Source: the Microsoft Graph resources `microsoft.graph.security.entityMappingConfiguration` and `automatedActionSet`, 2026.

use std::collections::BTreeMap;

use schemars::JsonSchema;

/// The entities of an alert, by their kind, and the columns that identify each.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct EntityMappings {
    /// Accounts.
    accounts: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// Resources of Amazon Web Services.
    amazon_resources: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// Azure resources.
    azure_resources: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// Cloud applications.
    cloud_applications: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// Domain names.
    dns: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// Files.
    files: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// Resources of Google Cloud.
    google_cloud_resources: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// Hosts.
    hosts: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// IP addresses.
    ips: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// Clusters of mail.
    mail_clusters: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// Mail messages.
    mail_messages: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// Mailboxes.
    mailboxes: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// OAuth applications.
    o_auth_applications: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// Processes.
    processes: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// Registry values.
    registry_values: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// Security groups.
    security_groups: Option<Vec<BTreeMap<String, MappedColumn>>>,
    /// URLs.
    urls: Option<Vec<BTreeMap<String, MappedColumn>>>,
}

/// What is done to what is found, and the columns that name what it is done to.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AutomatedActions {
    /// Files are allowed.
    allow_files: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// Files are blocked.
    block_files: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// Investigation packages of devices are collected.
    collect_investigation_packages: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// Accounts are disabled.
    disable_users: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// Users must set a new password.
    force_user_password_resets: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// Messages are deleted for good.
    hard_delete_emails: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// Devices are investigated.
    initiate_investigations: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// Devices are cut off from the network.
    isolate_devices: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// Users are marked as compromised.
    mark_users_as_compromised: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// Messages are moved to the deleted items.
    move_emails_to_deleted_items: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// Messages are moved to the inbox.
    move_emails_to_inbox: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// Messages are moved to junk.
    move_emails_to_junk: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// Devices run programs signed by Microsoft only.
    restrict_app_executions: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// Devices are scanned.
    run_antivirus_scans: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// Messages are deleted and can be brought back.
    soft_delete_emails: Option<Vec<BTreeMap<String, serde_json::Value>>>,
    /// Files are stopped and put into quarantine.
    stop_and_quarantine_files: Option<Vec<BTreeMap<String, serde_json::Value>>>,
}

/// The name of a column that the query gives, or of the type of a mapping.
#[derive(JsonSchema)]
struct MappedColumn(
    #[schemars(
        regex(pattern = "^([A-Za-z_][A-Za-z0-9_]*|#?microsoft\\.graph\\.security\\.[A-Za-z]+)$"),
        extend("patternErrorMessage" = "must be the name of a column: letters, digits and underscores, not starting with a digit")
    )]
    String,
);
