//! Rule files: reading YAML, explaining what is broken, the rule model and the JSON Schemas.

use std::path::{Path, PathBuf};

use sentinelc::rule::{Kind, schema};
use sentinelc::text::{Embedded, Source, Span};
use sentinelc::unit;

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
    for (name, kind, committed) in [
        ("scheduled", Kind::Scheduled, schema::scheduled()),
        ("nrt", Kind::Nrt, schema::nrt()),
        ("hunting", Kind::Hunting, schema::hunting()),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/rule/{name}.json"));
        let generated = schema::generated(kind);
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::write(&path, &generated).expect("a writable schema file");
        } else {
            assert!(committed == generated, "{} is out of date: run with UPDATE_SCHEMAS=1", path.display());
        }
    }
}
#[test]
fn zz_time() {
    for kind in [Kind::Scheduled, Kind::Nrt, Kind::Hunting] {
        let text = match kind {
            Kind::Scheduled => "kind: Scheduled\nquery: T\n",
            Kind::Nrt => "kind: NRT\nquery: T\n",
            Kind::Hunting => "query: T\n",
        };
        for _ in 0..2 {
            let start = std::time::Instant::now();
            let unit = unit::load(Source::new("a.yaml", text));
            println!("{kind:?} {:?} {}", start.elapsed(), unit.diagnostics.len());
        }
    }
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
