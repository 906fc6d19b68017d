//! Rule files: reading YAML, explaining what is broken, the rule model and the JSON Schemas.

use std::path::{Path, PathBuf};

use sentinelc::rule::{Kind, schema};
use sentinelc::text::{Embedded, Source, Span};
use sentinelc::unit;

/// The shared corpus, which is not part of the project; `None` where it is not at hand.
fn corpus() -> Option<PathBuf> {
    let shared = std::env::var_os("SENTINELC_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
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
