//! The documented functions that are not evaluated, each with the reason: what the service alone knows, and what no page
//! tells well enough to give the service's value. `docs/run.md` lists them.

/// Names of scalar functions and aggregates, and why there is no value: a clause behind "which".
const ABSENT: &[(&str, &[&str])] = &[
    (
        "names something of the service's that has no rows here",
        &["cluster", "database", "entity_group", "external_table", "graph", "materialized_view", "stored_query_result"],
    ),
    (
        "tells of the service or of who asks it",
        &[
            "current_cluster_endpoint",
            "current_database",
            "current_node_id",
            "current_principal",
            "current_principal_details",
            "current_principal_is_member_of",
        ],
    ),
    (
        "tells how the service stores its rows",
        &[
            "current_cursor",
            "cursor_after",
            "cursor_before_or_at",
            "cursor_current",
            "extent_id",
            "extent_tags",
            "extentid",
            "row_id",
            "rowstore_ordinal_range",
        ],
    ),
    ("mixes hashes in a way that is not documented", &["hash_combine", "hash_many"]),
    ("scores periods in a way that is not documented", &["series_periods_detect"]),
    ("is not documented", &["hll_isvalid", "passthrough", "tdigest_isvalid"]),
    ("is replaced by `row_rank_dense` and `row_rank_min`", &["row_rank"]),
];

/// Why a function is not evaluated: a clause behind "which".
pub fn reason(name: &str) -> Option<&'static str> {
    ABSENT.iter().find(|(_, names)| names.contains(&name)).map(|(reason, _)| *reason)
}

/// The reasons with the functions that they hold for.
pub fn by_reason() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    ABSENT.iter().copied()
}
