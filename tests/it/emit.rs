//! Compiling rules: what comes out for the seed rules and for rules that use everything, what is refused and where, and
//! whether Microsoft's own packages agree.

mod bicep_peer;
mod command;
mod deployment;
mod golden_pairs;
mod hostile;
mod sigma;

use std::path::{Path, PathBuf};

use sentinelc::emit::{Artefact, EmitError, Matching, Target, Templates, emit};
use sentinelc::text::Source;
use sentinelc::unit::{self, Unit};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emit").join(name)
}

/// The rule files of a folder below `tests/emit`, loaded, by name.
fn rules(name: &str) -> Vec<Unit> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder(name)).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{name} holds rules");
    paths.iter().map(|path| unit::load(Source::read(path).expect("a rule file"))).collect()
}

fn build(unit: &Unit, target: Target) -> Result<Artefact, EmitError> {
    emit(unit, target, Matching::Portable, &Templates::default())
}

/// What cannot be said, one line each: `line:column: message`.
fn refusal(unit: &Unit, target: Target) -> String {
    let Err(EmitError::Refused(refusal)) = build(unit, target) else { panic!("{target:?} is not refused") };
    let line = |reason: &sentinelc::emit::Reason| match reason.span {
        Some(span) => {
            let place = unit.source.position(span.start);
            format!("{}:{}: {} <{}>", place.line, place.column, reason.message, unit.source.slice(span))
        }
        None => format!("-: {}", reason.message),
    };
    refusal.reasons.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn seed_rules_and_rules_with_every_field() {
    for unit in rules("seeds").iter().chain(&rules("rules")) {
        for target in Target::ALL {
            let artefact =
                build(unit, target).unwrap_or_else(|error| panic!("{:?} {target:?}: {error:?}", unit.source.path()));
            assert!(!artefact.text.contains('\r') && artefact.text.ends_with('\n'), "lines end with a line feed");
            let losses = artefact.losses.iter().map(|loss| {
                let text = loss.span.map(|span| unit.source.slice(span).lines().next().unwrap_or_default());
                format!("{} {}: {} <{}>\n", loss.kind.as_str(), loss.what, loss.why, text.unwrap_or_default())
            });
            let dump = format!("{}\n----- {}\n{}", losses.collect::<String>(), artefact.file_name, artefact.text);
            insta::with_settings!({ snapshot_path => folder("snapshots"), prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(artefact.file_name.replace(['/', '.'], "__"), dump);
            });
        }
    }
}

#[test]
fn the_same_rule_gives_the_same_bytes() {
    for unit in &rules("rules") {
        for target in Target::ALL {
            assert_eq!(build(unit, target).expect("built"), build(unit, target).expect("built"));
        }
    }
}

#[test]
fn what_azure_would_refuse_is_refused_with_its_place() {
    let text = "id: 12\nname: x\nkind: Scheduled\nseverity: Critical\nqueryFrequency: 1d12h\nqueryPeriod: 1d\ntriggerOperator: ge\ntriggerThreshold: -1\ntactics: [Magic]\nrelevantTechniques: [T12]\nenabled: maybe\nquery: |\n  T\n";
    let unit = unit::load(Source::new("x.yaml", text));
    insta::assert_snapshot!(refusal(&unit, Target::Arm), @r##"
    1:5: `12` is no GUID; the resource is named after the rule's id <12>
    4:11: `Critical` is no severity that Azure knows <Critical>
    11:10: `maybe` is neither true nor false, which enabled asks for <maybe>
    5:17: `1d12h` is no duration, which queryFrequency asks for: 5m, 1h, 14d or ISO 8601 <1d12h>
    7:18: `ge` is no trigger operator: gt, lt, eq or ne <ge>
    8:19: `-1` is no number of rows from 0 to 10000 <-1>
    9:11: `Magic` is no tactic that Azure knows <Magic>
    10:22: `T12` is no technique id such as T1059 or T1059.001 <T12>
    "##);
    assert_eq!(refusal(&unit, Target::Arm), refusal(&unit, Target::Bicep));
}

#[test]
fn what_a_schema_limits_is_refused() {
    let text = format!("id: 0b9e2f0a-6f0d-4b6e-9d1f-2f3c5a7b9c11\nname: {}\nquery: T\n", "n".repeat(257));
    insta::assert_snapshot!(refusal(&unit::load(Source::new("x.yaml", text)), Target::Arm), @r##"
    -: the target's schema does not allow it: /properties/displayName: value is longer than 256 characters
    "##);
}

#[test]
fn a_broken_file_is_no_rule() {
    let unit = unit::load(Source::new(
        "x.yaml",
        "id: 0b9e2f0a-6f0d-4b6e-9d1f-2f3c5a7b9c11\nname: x\nquery: |\n  T | where (a\n",
    ));
    for target in Target::ALL {
        assert!(refusal(&unit, target).starts_with("4:"), "{}", refusal(&unit, target));
    }
}

#[test]
fn a_template_of_ones_own() {
    let mut templates = Templates::default();
    assert!(!templates.replace("arm/other.json.jinja", String::new()));
    let unit = &rules("seeds")[0];
    let mut fails = |text: &str| {
        templates.replace("arm/hunting_query.json.jinja", text.to_owned());
        emit(unit, Target::Arm, Matching::Portable, &templates).expect_err("fails").to_string()
    };
    insta::assert_snapshot!(fails("{{ nmae }}"), @r##"
    template arm/hunting_query.json.jinja: undefined value: `nmae` is undefined (in arm/hunting_query.json.jinja:1)
    "##);
    insta::assert_snapshot!(fails("{% for x in %}"), @r##"
    template arm/hunting_query.json.jinja: syntax error: unexpected end of block (in arm/hunting_query.json.jinja:1)
    "##);
    insta::assert_snapshot!(fails("{\"resources\": [{\"properties\": {\"query\": \"other\"}}]}"), @r##"
    template arm/hunting_query.json.jinja: the output's query is not the rule's
    "##);
    insta::assert_snapshot!(fails("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}"), @r##"
    template arm/hunting_query.json.jinja: engine ran out of fuel (in arm/hunting_query.json.jinja:1)
    "##);
}
