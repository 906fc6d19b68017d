//! Rule files: reading YAML, explaining what is broken, the rule model and the JSON Schemas.

use std::path::{Path, PathBuf};

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
    // The last line feed of a block at the end of a file without one exists in the query alone.
    assert!(mapped + 1 >= text.len(), "{}: {mapped} of {} bytes are mapped", path.display(), text.len());
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
