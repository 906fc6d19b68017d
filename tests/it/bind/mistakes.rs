//! Mistakes that people found by hand in real rules: each unknown column and each syntax error is found on its line.

use std::path::Path;

use sentinelc::bind::{Environment, bind};
use sentinelc::text::{Source, Span};
use sentinelc::unit;

#[derive(serde::Deserialize)]
struct Mistake {
    file: String,
    line: u32,
    class: String,
    token: String,
}

/// The lines and texts of what is wrong with the query of a rule file: its syntax, or a name in it.
fn findings(path: &Path, class: &str) -> Vec<(u32, String)> {
    let unit = unit::load(Source::read(path).expect("a rule file"));
    let Some(query) = &unit.query else { return Vec::new() };
    let spans: Vec<Span> = if class == "syntax-error" {
        query.syntax.problems.iter().map(|problem| problem.span).collect()
    } else {
        let problems = bind(&query.syntax, &Environment::new()).problems;
        problems.iter().filter(|problem| problem.lint == class).map(|problem| problem.span).collect()
    };
    let place = |span: Span| (unit.source.position(query.to_file(span).start).line, span.slice(query.embedded.text()));
    spans.into_iter().map(place).map(|(line, text)| (line, text.to_owned())).collect()
}

#[test]
fn mistakes_found_by_hand_are_found() {
    let root = std::env::var("SENTINELC_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let corpus = Path::new(&root).join("corpus");
    let Ok(text) = std::fs::read_to_string(corpus.join("rmm_mistakes.jsonl")) else {
        eprintln!("skipped: {} is not there", corpus.display());
        return;
    };
    let mut missed = Vec::new();
    for line in text.lines() {
        let mistake: Mistake = serde_json::from_str(line).expect("a mistake in each line");
        if !matches!(mistake.class.as_str(), "unknown-column" | "syntax-error") {
            continue;
        }
        let found = findings(&corpus.join("rules").join(&mistake.file), &mistake.class);
        // `Table.Column`: the column is what stands in the query.
        let column = mistake.token.rsplit('.').next().unwrap_or_default();
        let fits =
            |(line, text): &(u32, String)| *line == mistake.line && (mistake.class == "syntax-error" || text == column);
        if !found.iter().any(fits) {
            missed.push(format!("{}:{} {}: {found:?}", mistake.file, mistake.line, mistake.token));
        }
    }
    assert_eq!(missed, Vec::<String>::new());
}
