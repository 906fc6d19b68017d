//! Rule files: reading YAML, explaining what is broken, the rule model and the JSON Schemas.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sentinelc::diag::{Diagnostic, Level, Safety};
use sentinelc::rule::{Kind, schema};
use sentinelc::text::{self, Embedded, Source, Span};
use sentinelc::unit::{self, Unit};
use sentinelc::yaml;

/// The shared corpus, which is not part of the project; `None` where it is not at hand.
fn corpus() -> Option<PathBuf> {
    let shared = std::env::var_os("SENTINELC_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let rules = shared.join("corpus/rules");
    if !rules.is_dir() {
        println!("skipped: no rule corpus at {}", rules.display());
        return None;
    }
    Some(rules)
}

fn corpus_files(rules: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = ignore::WalkBuilder::new(rules)
        .standard_filters(false)
        .build()
        .filter_map(Result::ok)
        .map(ignore::DirEntry::into_path)
        .filter(|path| path.is_file() && path.extension().is_some_and(|end| end == "yaml" || end == "yml"))
        .collect();
    files.sort();
    files
}

/// Every byte of the query that is mapped to the file is the same byte there, and nearly every byte is mapped.
fn assert_segments(file: &str, query: &Embedded, path: &Path) {
    let text = query.text();
    let mut mapped = 0;
    for at in 0..text.len() {
        let inner = Span::from_range(at..at + 1);
        let Some(outer) = query.exact(inner) else { continue };
        assert_eq!(text.as_bytes()[at], file.as_bytes()[outer.start as usize], "{} at {at}", path.display());
        mapped += 1;
    }
    // The last line feed of a block that ends with the file, and what escapes and folding make, exist in the query alone.
    let made = if query.whole().slice(file).starts_with('|') { 1 } else { text.len() / 10 };
    assert!(mapped + made >= text.len(), "{}: {mapped} of {} bytes are mapped", path.display(), text.len());
}

/// A file that is no YAML, but no template, is YAML after its safe fixes; and every fix leaves YAML.
fn assert_repairable(unit: &Unit, path: &Path) {
    let Some(fixed) = fixed(unit) else {
        let broken = |found: &&Diagnostic| found.lint == "yaml-syntax" && found.level == Level::Error;
        assert_eq!(unit.diagnostics.iter().find(broken), None, "{}", path.display());
        return;
    };
    let left = yaml::read(&fixed).problems;
    assert_eq!(left.iter().find(|found| found.level == Level::Error), None, "{}", path.display());
}

#[test]
fn corpus_loads() {
    let Some(rules) = corpus() else { return };
    let mut counts = std::collections::BTreeMap::<String, usize>::new();
    let show = std::env::var("SHOW_FINDINGS").ok();
    for path in corpus_files(&rules) {
        let unit = unit::load(Source::read(&path).expect("a readable file"));
        if let Some(query) = &unit.query {
            assert_segments(unit.source.text(), &query.embedded, &path);
        }
        assert_repairable(&unit, &path);
        for found in &unit.diagnostics {
            let shape = found.message.split('`').step_by(2).collect::<Vec<_>>().join("_");
            let key = format!("{} {} {shape}", found.lint, found.level.as_str());
            if show.as_deref().is_some_and(|wanted| key.contains(wanted)) {
                let at = unit.source.position(found.primary.span.start);
                println!("{}:{}:{} {}", path.display(), at.line, at.column, found.message);
            }
            *counts.entry(key).or_default() += 1;
        }
    }
    for (key, count) in counts {
        println!("{count:5} {key}");
    }
}

/// The committed schemas are what the code generates; `UPDATE_SCHEMAS=1` writes them.
#[test]
fn schemas_are_current() {
    let mut schemas: Vec<(&str, &str, String)> =
        Kind::ALL.map(|kind| (kind.schema_name(), schema::text(kind), schema::generated(kind))).into_iter().collect();
    schemas.push(("rule", schema::any(), schema::generated_any()));
    for (name, committed, generated) in schemas {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/rule/{name}.json"));
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::write(&path, &generated).expect("a writable schema file");
        } else {
            assert!(committed == generated, "{} is out of date: run with UPDATE_SCHEMAS=1", path.display());
        }
    }
}

/// A file's findings as text: place, level, lint and message, then what belongs to it.
fn report(unit: &Unit) -> String {
    let mut out = String::new();
    let text = unit.source.text();
    let at = |span: Span| {
        let position = unit.source.position(span.start);
        let shown = span.slice(text).lines().next().unwrap_or_default().to_owned();
        format!("{}:{} `{shown}`", position.line, position.column)
    };
    for found in &unit.diagnostics {
        let level = found.level.as_str();
        let _ = writeln!(out, "{} {level} {}: {}", at(found.primary.span), found.lint, found.message);
        if !found.primary.text.is_empty() {
            let _ = writeln!(out, "    label: {}", found.primary.text);
        }
        for related in &found.related {
            let _ = writeln!(out, "    at {}: {}", at(related.span), related.text);
        }
        if let Some(help) = &found.help {
            let _ = writeln!(out, "    help: {help}");
        }
        if let Some(fix) = &found.fix {
            let _ = writeln!(out, "    fix ({:?}): {}", fix.safety, fix.title);
        }
    }
    out
}

/// The file after all its safe fixes.
fn fixed(unit: &Unit) -> Option<String> {
    let fixes = unit.diagnostics.iter().filter_map(|found| found.fix.as_ref());
    let edits: Vec<_> =
        fixes.filter(|fix| fix.safety == Safety::Safe).flat_map(|fix| fix.edits.iter().cloned()).collect();
    (!edits.is_empty()).then(|| text::apply(unit.source.text(), &edits).expect("edits that do not overlap"))
}

/// Every file of `tests/rule` with what is reported on it, the file after its safe fixes, and what is then left.
#[test]
fn files_and_their_findings() {
    insta::with_settings!({ snapshot_path => "../rule/expected", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::glob!("../rule", "*.yaml", |path| {
            let unit = unit::load(Source::read(path).expect("a readable file"));
            let mut out = report(&unit);
            let mut next = fixed(&unit);
            for round in 1.. {
                assert!(round < 5, "the fixes of {} do not settle", path.display());
                let Some(text) = next else { break };
                let again = unit::load(Source::new(path, text.as_str()));
                next = fixed(&again);
                if next.is_none() {
                    let _ = writeln!(out, "--- fixed\n{text}--- then");
                    out.push_str(&report(&again));
                }
            }
            insta::assert_snapshot!(out);
        });
    });
}

/// The same findings at the same lines and columns, and fixes that keep the line endings, with CRLF and a byte order mark.
#[test]
fn line_endings_and_byte_order_mark_change_nothing() {
    for path in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rule")).expect("the fixtures") {
        let path = path.expect("a fixture").path();
        if !path.is_file() {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a readable fixture");
        let plain = unit::load(Source::new(&path, text.as_str()));
        let windows = unit::load(Source::new(&path, format!("\u{feff}{}", text.replace('\n', "\r\n"))));
        assert_eq!(report(&plain), report(&windows), "{}", path.display());
        let expected = fixed(&plain).map(|text| format!("\u{feff}{}", text.replace('\n', "\r\n")));
        assert_eq!(fixed(&windows), expected, "{}", path.display());
    }
}

/// A bare query is the whole file; a byte order mark is no part of it and has no column.
#[test]
fn bare_query() {
    let unit = unit::load(Source::new("query.KQL", "\u{feff}SecurityEvent\r\n| wher A == 1\r\n"));
    insta::assert_snapshot!(report(&unit), @"
    2:3 `wher` error syntax-error: expected an operator after `|`, found `wher`
        help: did you mean `where`?
    ");
    let query = unit.query.expect("a query");
    assert!(query.embedded.text().starts_with("SecurityEvent"));
}

/// Loads a text that wants to exhaust the machine and gives the first finding's message.
fn refusal(text: String) -> String {
    let unit = unit::load(Source::new("hostile.yaml", text));
    assert!(unit.diagnostics.len() <= 500, "{} findings", unit.diagnostics.len());
    unit.diagnostics.first().map(|found| found.message.clone()).unwrap_or_default()
}

#[test]
fn hostile_files_are_refused_in_words() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        let _ = writeln!(bomb, "a{level}: &a{level} [{aliases}]");
    }
    insta::assert_snapshot!(refusal(bomb), @"the aliases (`*name`) of this file repeat more than 10000 values; the file is not read");
    insta::assert_snapshot!(refusal("[".repeat(10_000)), @"values are nested more than 64 deep here; the file is not read");
    insta::assert_snapshot!(refusal("- ".repeat(10_000)), @"values are nested more than 64 deep here; the file is not read");
    insta::assert_snapshot!(refusal(format!("a: {}", "{b: ".repeat(10_000))), @"values are nested more than 64 deep here; the file is not read");
    insta::assert_snapshot!(refusal("&a [*a]".to_owned()), @"this is no YAML: while parsing node, found unknown anchor");
    insta::assert_snapshot!(refusal("a:b\n".repeat(50_000)), @"a space is missing after `a:`; without it YAML reads the line as plain text, not as a key");
    insta::assert_snapshot!(refusal("a: 1\n".repeat(300_000)), @"the file holds more than 200000 values; it is not read");
    insta::assert_snapshot!(refusal("a: 1\n".repeat(300_000) + "b: @"), @"the file holds more than 200000 values; it is not read");
    let mut unknown = String::from("kind: NRT\n");
    for key in 0..5_000 {
        let _ = writeln!(unknown, "key{key}: 1");
    }
    insta::assert_snapshot!(refusal(unknown), @"the key `id` is missing; a near-real-time rule must have it");
    insta::assert_snapshot!(refusal("\0\u{1}a: \u{7f}".to_owned()), @r#"this is no YAML: unexpected character: `\u{0}'"#);
}

#[test]
fn a_file_of_50_megabytes_is_read() {
    let line = "  | where A == \"some text of a query\" // and a comment\n";
    let text = format!("name: Large\nquery: |\n{}", line.repeat(50 * 1024 * 1024 / line.len()));
    let document = yaml::read(&text);
    assert!(document.problems.is_empty());
    let broken = format!("name: @Large\nquery: |\n{}x", line.repeat(1024 * 1024 / line.len()));
    assert_eq!(yaml::read(&broken).problems.len(), 2);
}

mod written {
    //! What is written reads back as the same.

    use proptest::prelude::*;
    use sentinelc::yaml::write::{Value, document};
    use sentinelc::yaml::{self, Kind, Node};

    /// The text, list and mapping structure of a node, whatever the styles.
    fn shape(node: &Node) -> Value {
        match &node.kind {
            Kind::Scalar(scalar) => Value::text(&scalar.value),
            Kind::Sequence(items) => Value::List(items.iter().map(shape).collect()),
            Kind::Mapping(mapping) => {
                Value::Mapping(mapping.entries.iter().map(|e| (e.key.value.clone(), shape(&e.value))).collect())
            }
        }
    }

    fn plain_text(value: &Value) -> Value {
        match value {
            Value::Text(text) | Value::Block(text) | Value::Plain(text) => Value::text(text),
            Value::List(items) => Value::List(items.iter().map(plain_text).collect()),
            Value::Mapping(entries) => {
                Value::Mapping(entries.iter().map(|(key, value)| (key.clone(), plain_text(value))).collect())
            }
        }
    }

    fn agrees(read: &serde_yaml::Value, written: &Value) -> bool {
        match written {
            Value::Text(text) | Value::Block(text) => read.as_str() == Some(text),
            // Numbers and truth values are what they are meant to be.
            Value::Plain(_) => true,
            Value::List(items) => read.as_sequence().is_some_and(|read| {
                read.len() == items.len() && read.iter().zip(items).all(|(read, item)| agrees(read, item))
            }),
            Value::Mapping(entries) => read.as_mapping().is_some_and(|read| {
                read.len() == entries.len()
                    && entries.iter().all(|(key, value)| read.get(key.as_str()).is_some_and(|read| agrees(read, value)))
            }),
        }
    }

    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ -~\n\t]{0,40}",
            "\\PC{0,20}",
            "( {0,3}[a-z|'#:]{0,6} {0,2}\n{0,3}){0,6}",
            any::<String>(),
            "[-+]?[0-9_.:eExo-]{1,12}",
        ]
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf =
            prop_oneof![texts().prop_map(Value::Text), texts().prop_map(Value::Block), texts().prop_map(Value::Plain)];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                prop::collection::btree_map(texts(), inner, 0..4)
                    .prop_map(|map| Value::Mapping(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn reads_back(value in values()) {
            let text = document(&value);
            let read = yaml::read(&text);
            prop_assert!(read.problems.is_empty(), "{text}\n{:?}", read.problems);
            let root = read.root.expect("a document");
            prop_assert_eq!(shape(&root), plain_text(&value), "{}", text);
        }

        /// An independent reader takes the same texts out, and takes no text for a number, a date or nothing.
        #[test]
        fn another_reader_agrees(value in values()) {
            let text = document(&value);
            let other: serde_yaml::Value = serde_yaml::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
            prop_assert!(agrees(&other, &value), "{text}\n{other:?}");
        }

        /// Every byte of a scalar that is mapped to the file is that byte there, in every style and with CRLF.
        #[test]
        fn segments_hold(
            body in "( {0,3}[a-zé'\"#:\\\\|]{0,6} {0,2}\n{1,3}){0,6}[a-z]{0,3}",
            header in prop_oneof![Just("|"), Just("|-"), Just("|+"), Just("|2"), Just(">"), Just(">2+"), Just("\""), Just("'"), Just("")],
            crlf in any::<bool>(),
        ) {
            let block = header.starts_with(['|', '>']);
            let indented: String = body.split('\n').map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect();
            let mut file = if block { format!("a: {header}\n{indented}b: x\n") } else { format!("a: {header}{}{header}\nb: x\n", indented.trim_end()) };
            if crlf {
                file = file.replace('\n', "\r\n");
            }
            let read = yaml::read(&file);
            let Some(root) = read.root.as_ref().and_then(Node::as_mapping) else { return Ok(()) };
            let Some(entry) = root.get("a") else { return Ok(()) };
            let Some(embedded) = yaml::embedded(&file, &entry.value) else { return Ok(()) };
            let text = embedded.text();
            for at in 0..text.len() {
                let inner = sentinelc::text::Span::from_range(at..at + 1);
                match embedded.exact(inner) {
                    Some(outer) => prop_assert_eq!(text.as_bytes()[at], file.as_bytes()[outer.start as usize]),
                    None => prop_assert!(!header.starts_with('|'), "byte {} of {:?} is not mapped: {:?}", at, text, file),
                }
            }
        }
    }
}

mod any_text {
    //! Whatever the text: loading it ends, and what is reported is about the text.

    use proptest::prelude::*;
    use sentinelc::text::{self, Source};
    use sentinelc::unit;

    fn texts() -> impl Strategy<Value = String> {
        let line = "[ \t]{0,4}(- ){0,2}(name|query|tactics|dataTypes|kind|é)?:?[ ]?[|>'\"{}\\[\\]%@*&!#,:-]{0,3}[a-zé]{0,3}\r?\n?";
        prop_oneof![prop::collection::vec(line, 0..12).prop_map(|lines| lines.concat()), any::<String>(), "\\PC{0,60}",]
    }

    proptest! {
        #[test]
        fn loads(text in texts()) {
            let unit = unit::load(Source::new("any.yaml", text.as_str()));
            for found in &unit.diagnostics {
                let places = std::iter::once(&found.primary).chain(&found.related);
                for place in places {
                    prop_assert!(text.get(place.span.range()).is_some(), "{found:?}");
                }
                if let Some(fix) = &found.fix {
                    prop_assert!(text::apply(&text, &fix.edits).is_ok(), "{fix:?}");
                }
            }
        }
    }
}
