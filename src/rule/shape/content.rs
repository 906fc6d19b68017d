//! What rules stand on and beside: summary rules, parsers, saved functions, watchlists, exploration queries.
//!
//! Sources: the packager of Microsoft's Azure-Sentinel repository and the files it packs; Microsoft's page on summary rules;
//! the Azure Resource Manager types `summaryLogs` and `watchlists`; the schemas of the Sentinel-As-Code repository for the
//! shapes that only it has.

use schemars::JsonSchema;
use serde_json::Value;

use super::metadata::Metadata;
use super::{Connector, Guid, Tactic, Version};

/// A summary rule: a query whose results are written to a table at fixed intervals.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::rule) struct SummaryRule {
    /// The rule's identity.
    id: Option<Guid>,
    /// The rule's name in the workspace: letters, digits and dashes.
    #[schemars(
        regex(pattern = "^[A-Za-z0-9-]+$"),
        extend("patternErrorMessage" = "must hold only letters, digits and dashes")
    )]
    name: Option<String>,
    /// The rule's name, as the portal lists it.
    display_name: Option<String>,
    /// What the rule summarizes and what for.
    description: Option<String>,
    /// The data connectors that bring the tables the query reads; may be an empty list.
    required_data_connectors: Option<Vec<Connector>>,
    /// The table that the results are written to.
    #[schemars(regex(pattern = "^[A-Za-z][A-Za-z0-9_]*_CL$"), extend("patternErrorMessage" = "must be the name of a custom table: it ends in `_CL`"))]
    destination_table: String,
    /// The KQL query.
    #[schemars(length(min = 1, max = 10000))]
    query: String,
    /// How often the query runs, in minutes.
    bin_size: BinSize,
    /// How long the rule waits for late events, in minutes.
    bin_delay: Option<BinDelay>,
    /// When the rule runs for the first time: a whole hour in UTC.
    #[schemars(
        regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:00(:00(\\.0+)?)?Z$"),
        extend("patternErrorMessage" = "must be a whole hour in UTC, such as `2026-01-01T00:00:00Z`")
    )]
    bin_start_time: Option<String>,
    /// The version of the rule.
    version: Option<Version>,
    /// Free words on the rule.
    tags: Option<Vec<Value>>,
    /// Where the rule comes from and who supports it.
    metadata: Option<Metadata>,
}

/// An interval in minutes: 20 and 30 minutes, 1, 2, 3, 6, 12 and 24 hours.
#[derive(JsonSchema)]
struct BinSize(
    #[schemars(extend(
        "type" = ["integer", "string"],
        "enum" = [20, 30, 60, 120, 180, 360, 720, 1440, "20", "30", "60", "120", "180", "360", "720", "1440"]
    ))]
    String,
);

/// A delay in minutes: 0 to 1440.
#[derive(JsonSchema)]
struct BinDelay(
    #[schemars(
        regex(pattern = "^0*([0-9]{1,3}|1[0-3][0-9]{2}|14[0-3][0-9]|1440)$"),
        extend(
            "type" = ["integer", "string"],
            "minimum" = 0,
            "maximum" = 1440,
            "patternErrorMessage" = "must be a whole number of minutes from 0 to 1440"
        )
    )]
    String,
);

/// A parser of the Advanced Security Information Model (ASIM), as the Azure-Sentinel repository keeps it.
#[derive(JsonSchema)]
#[schemars(rename_all = "PascalCase", deny_unknown_fields)]
pub(in crate::rule) struct AsimParser {
    /// What the parser is called, and its version.
    parser: ContentHead,
    /// The product whose events the parser reads.
    product: Option<Named>,
    /// The ASIM schema that the parser gives.
    normalization: Option<Normalization>,
    /// Pages on the parser.
    references: Option<Vec<Reference>>,
    /// What the parser does.
    description: Option<String>,
    /// The parser's name in the workspace.
    parser_name: String,
    /// The parser that comes with the service and does the same.
    equivalent_built_in_parser: Option<String>,
    /// What the parser is given.
    parser_params: Option<Vec<ParserParameter>>,
    /// The KQL of the parser.
    #[schemars(length(min = 1))]
    parser_query: String,
    /// The parsers that a unifying parser calls.
    parsers: Option<Vec<String>>,
}

/// A saved function, as the Azure-Sentinel repository keeps it.
#[derive(JsonSchema)]
#[schemars(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the keys of the file")]
pub(in crate::rule) struct Function {
    /// The function's identity.
    #[schemars(rename = "id")]
    id: Option<String>,
    /// What the function is called, and its version.
    function: Option<ContentHead>,
    /// The product whose events the function reads.
    product: Option<Value>,
    /// The ASIM schema that the function serves.
    normalization: Option<Normalization>,
    /// Pages on the function.
    references: Option<Vec<Reference>>,
    /// What the function does.
    description: Option<String>,
    /// The group that the portal lists the function in.
    category: Option<String>,
    /// The function's name.
    function_name: String,
    /// The name that queries call the function by.
    function_alias: Option<String>,
    /// The function that comes with the service and does the same.
    equivalent_built_in_function: Option<String>,
    /// What the function is given, as a list.
    function_params: Option<Vec<ParserParameter>>,
    /// What the function is given, as a list or as one text.
    function_parameters: Option<Value>,
    /// The KQL of the function.
    #[schemars(length(min = 1))]
    function_query: String,
}

/// A saved function of a workspace.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::rule) struct WorkspaceParser {
    /// The function's identity.
    id: String,
    /// The function's name, as the portal lists it.
    #[schemars(length(min = 1))]
    name: String,
    /// What the function does.
    description: Option<String>,
    /// The group that the portal lists the function in.
    category: Option<String>,
    /// The name that queries call the function by.
    #[schemars(
        regex(pattern = "^[A-Za-z_][A-Za-z0-9_]*$"),
        extend("patternErrorMessage" = "must be the name of a function: letters, digits and underscores, not starting with a digit")
    )]
    function_alias: String,
    /// What the function is given: `name:type=default`, with commas between.
    function_parameters: Option<String>,
    /// The KQL of the function.
    #[schemars(length(min = 1))]
    query: String,
    /// The version of the function.
    version: Option<FreeVersion>,
    /// Free words on the function.
    tags: Option<Vec<Value>>,
}

/// What the content is called, and its version.
#[derive(JsonSchema)]
#[schemars(rename_all = "PascalCase", deny_unknown_fields)]
struct ContentHead {
    /// What it is called.
    title: String,
    /// Its version.
    version: Option<FreeVersion>,
    /// The day of the last change.
    last_updated: Option<String>,
}

/// A version in a form of its author's.
#[derive(JsonSchema)]
struct FreeVersion(#[schemars(extend("type" = ["number", "string"]))] String);

/// A product.
#[derive(JsonSchema)]
#[schemars(rename_all = "PascalCase", deny_unknown_fields)]
struct Named {
    /// Its name.
    name: String,
}

/// An ASIM schema.
#[derive(JsonSchema)]
#[schemars(rename_all = "PascalCase", deny_unknown_fields)]
struct Normalization {
    /// The schema's name, such as `NetworkSession`.
    schema: String,
    /// The schema's version.
    version: Option<FreeVersion>,
}

/// A page on the content.
#[derive(JsonSchema)]
#[schemars(rename_all = "PascalCase", deny_unknown_fields)]
struct Reference {
    /// What the page is called.
    title: Option<String>,
    /// Its address.
    link: Option<String>,
}

/// A parameter of a parser or a saved function.
#[derive(JsonSchema)]
#[schemars(rename_all = "PascalCase", deny_unknown_fields)]
struct ParserParameter {
    /// Its name.
    name: String,
    /// Its type, as Kusto names it.
    #[schemars(rename = "Type")]
    ty: String,
    /// Its value where the caller gives none.
    default: Option<Value>,
    /// Whether the caller must give it.
    is_required: Option<Value>,
}

/// A watchlist: a list of the user's that queries read.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the keys of the file")]
pub(in crate::rule) struct Watchlist {
    /// The watchlist's identity.
    id: Option<String>,
    /// The name that queries call the watchlist by.
    #[schemars(
        regex(pattern = "^[A-Za-z0-9][A-Za-z0-9_-]{1,62}[A-Za-z0-9]$"),
        extend("patternErrorMessage" = "must be 3 to 64 letters, digits, dashes and underscores")
    )]
    watchlist_alias: String,
    /// The watchlist's name, as the portal lists it.
    #[schemars(length(min = 1))]
    display_name: String,
    /// What the watchlist holds.
    description: Option<String>,
    /// Who keeps the watchlist.
    #[schemars(length(min = 1))]
    provider: String,
    /// The column that queries look items up by.
    #[schemars(length(min = 1))]
    items_search_key: String,
    /// Where the items come from: the name of a file.
    source: Option<String>,
    /// Whether the items are a local file.
    source_type: Option<String>,
    /// The items, as text.
    raw_content: Option<String>,
    /// The format of the items: `text/csv` or `text/tsv`.
    content_type: Option<String>,
    /// The lines before the header of the items.
    number_of_lines_to_skip: Option<Value>,
    /// How long an item lives, in ISO 8601.
    default_duration: Option<String>,
    /// Free words on the watchlist.
    labels: Option<Vec<Value>>,
    /// Free words on the watchlist.
    tags: Option<Vec<Value>>,
    /// The version of the watchlist.
    version: Option<FreeVersion>,
    /// Where the watchlist comes from and who supports it.
    metadata: Option<Metadata>,
}

/// An exploration query: what the investigation graph asks about an entity. Microsoft keeps them; nothing is made of them.
#[derive(JsonSchema)]
#[schemars(rename_all = "PascalCase")]
pub(in crate::rule) struct ExplorationQuery {
    /// The query's identity.
    id: Guid,
    /// The query's name.
    display_name: String,
    /// What the query shows.
    description: Option<String>,
    /// The type of entity that is asked about.
    input_entity_type: String,
    /// The identifiers of the entity that stand in the query as `<Identifier>`.
    input_fields: Vec<String>,
    /// The types of the entities that the query gives.
    output_entity_types: Option<Vec<String>>,
    /// How far before the incident the query looks.
    query_period_before: Option<String>,
    /// How far behind the incident the query looks.
    query_period_after: Option<String>,
    /// The tables that the query reads.
    data_sources: Option<Vec<String>>,
    /// The MITRE ATT&CK tactics that the query is about.
    tactics: Option<Vec<Tactic>>,
    /// The KQL query.
    #[schemars(rename = "query", length(min = 1))]
    query: String,
}
