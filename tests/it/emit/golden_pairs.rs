//! Microsoft's own packages: rules of Azure-Sentinel and the ARM resources its packager made of them. Differences that
//! are the packager's (old packages, values it does not convert) are counted, not hidden: each field has the number of
//! pairs that are equal at least.

use std::path::PathBuf;

use sentinelc::emit::{Matching, Target, Templates, emit};
use sentinelc::text::Source;
use sentinelc::unit;
use serde_json::Value;

fn pairs() -> Option<Vec<[Value; 4]>> {
    let shared = std::env::var_os("SENTINELC_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let text = std::fs::read_to_string(shared.join("golden/arm_pairs.json")).ok()?;
    Some(serde_json::from_str(&text).expect("pairs"))
}

#[derive(Debug, Default)]
struct Tally {
    equal: usize,
    of: usize,
}

impl Tally {
    fn share(&self) -> f64 {
        let count = |number: usize| f64::from(u32::try_from(number).expect("few pairs"));
        count(self.equal) / count(self.of)
    }
}

#[test]
fn fields_agree_with_microsofts_packager() {
    let Some(pairs) = pairs() else {
        println!("skipped: golden/arm_pairs.json is not at hand (../shared or SENTINELC_SHARED)");
        return;
    };
    let mut tallies: std::collections::BTreeMap<String, Tally> = std::collections::BTreeMap::new();
    let (mut built, mut refused) = (0, Vec::new());
    for [path, _, resource, rule] in &pairs {
        let path = path.as_str().unwrap_or_default();
        let unit = unit::load(Source::new(path, format!("{rule:#}\n")));
        let artefact = match emit(&unit, Target::Arm, Matching::Portable, &Templates::default()) {
            Ok(artefact) => artefact,
            Err(error) => {
                refused.push(format!("{path}: {error:?}"));
                continue;
            }
        };
        built += 1;
        let ours: Value = serde_json::from_str(&artefact.text).expect("JSON");
        let (ours, theirs) = (&ours["resources"][0]["properties"], &resource["properties"]);
        let kind = if theirs["category"].is_null() { "rule" } else { "hunting" };
        for field in [
            "displayName",
            "query",
            "queryFrequency",
            "queryPeriod",
            "triggerOperator",
            "triggerThreshold",
            "severity",
            "tactics",
            "description",
            "enabled",
            "suppressionEnabled",
            "suppressionDuration",
            "eventGroupingSettings",
            "entityMappings",
            "customDetails",
            "alertDetailsOverride",
            "category",
        ] {
            if theirs[field].is_null() {
                continue;
            }
            let tally = tallies.entry(format!("{kind} {field}")).or_default();
            tally.of += 1;
            tally.equal += usize::from(ours[field] == theirs[field]);
        }
        for tag in ["description", "tactics", "techniques"] {
            let value = |properties: &Value| {
                properties["tags"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .find(|entry| entry["name"] == tag)
                    .map(|entry| entry["value"].clone())
            };
            let Some(theirs) = value(theirs) else { continue };
            let tally = tallies.entry(format!("hunting tag {tag}")).or_default();
            tally.of += 1;
            tally.equal += usize::from(value(ours) == Some(theirs));
        }
    }
    let report: String = tallies
        .iter()
        .map(|(field, tally)| format!("{field}: {}/{}", tally.equal, tally.of))
        .collect::<Vec<_>>()
        .join("\n");
    println!("{built} of {} pairs built\n{report}{}", pairs.len(), refused.join("\n"));
    let share = |field: &str| tallies.get(field).map_or(0.0, Tally::share);
    // Below 1: packages older than their rule, misspelt tactics that were copied, null members, constants made variables.
    let exact = ["displayName", "enabled", "suppressionEnabled", "suppressionDuration", "eventGroupingSettings"]
        .map(|field| (field, 1.0));
    let nearly = [
        "queryFrequency",
        "queryPeriod",
        "triggerOperator",
        "triggerThreshold",
        "severity",
        "description",
        "entityMappings",
    ];
    for (field, least) in
        exact.into_iter().chain(nearly.map(|field| (field, 0.99))).chain([("query", 0.98), ("tactics", 0.97)])
    {
        assert!(share(&format!("rule {field}")) >= least, "rule {field}\n{report}");
    }
    for (field, least) in [
        ("displayName", 1.0),
        ("query", 0.9),
        ("tag description", 0.93),
        ("tag tactics", 0.94),
        ("tag techniques", 0.95),
    ] {
        assert!(share(&format!("hunting {field}")) >= least, "hunting {field}\n{report}");
    }
    assert!(built * 100 >= pairs.len() * 98, "{built} of {} built\n{}", pairs.len(), refused.join("\n"));
}
