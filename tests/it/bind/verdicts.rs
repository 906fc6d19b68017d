//! What Microsoft's binder says of real queries, beside what this one says.

use std::collections::BTreeMap;

use super::laws::broken;
use sentinelc::bind::ir::BoundResult;
use sentinelc::bind::{Environment, UnknownTables, bind};
use sentinelc::kql;

#[derive(serde::Deserialize)]
struct Verdict {
    id: String,
    kind: String,
    query: String,
    syntax: Vec<Diagnostic>,
    semantic: Vec<Diagnostic>,
    result: Option<Vec<(String, String)>>,
}

#[derive(serde::Deserialize)]
struct Diagnostic {
    code: String,
    start: usize,
    length: usize,
    message: String,
}

/// Microsoft's binder refuses these where its documentation or the service accepts them; where it does not know `arg("")` or
/// `SeenBy()` it knows none of the columns of the tables behind it either.
fn is_disputed(diagnostic: &Diagnostic, query: &[u16]) -> bool {
    let before = String::from_utf16_lossy(&query[..diagnostic.start.min(query.len())]);
    let before = before.trim_end();
    let words: String = before.chars().filter(|c| !c.is_whitespace()).collect();
    let behind_arg = words.contains("arg(\"\").") || words.contains("arg('').");
    let behind_seen_by = words.contains("|invokeSeenBy()");
    (diagnostic.code == "KS107" && (before.ends_with("todynamic(") || before.ends_with("parse_json(")))
        || (diagnostic.code == "KS211"
            && (diagnostic.message.contains("'arg'") || diagnostic.message.contains("'SeenBy'")))
        || (diagnostic.code == "KS142" && (words.ends_with("FileProfile(") || behind_arg || behind_seen_by))
        || diagnostic.message.contains("_CL'")
}

/// Whether Microsoft's side lacks a table that the catalogue has since: it knows none of its columns either.
fn names_newer_table(verdict: &Verdict, environment: &Environment) -> bool {
    let named = |diagnostic: &Diagnostic| diagnostic.message.split('\'').nth(1).unwrap_or_default().to_owned();
    verdict.semantic.iter().any(|one| one.code == "KS204" && environment.table(&named(one)).is_some())
}

#[test]
fn agreement_with_microsofts_binder() {
    let root = std::env::var("SENTINELC_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let path = std::path::Path::new(&root).join("corpus/official_parser_verdicts.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return;
    };
    let environment = Environment::new().with_unknown_tables(UnknownTables::Error);
    let mut tally = Tally::default();
    for line in text.lines() {
        let verdict: Verdict = serde_json::from_str(line).expect("a verdict in each line");
        if verdict.syntax.is_empty() && !names_newer_table(&verdict, &environment) {
            tally.add(&verdict, &environment);
        }
    }
    tally.print();
    assert!(Tally::share(tally.names_equal, tally.with_columns) >= 0.965, "column names and order");
    assert!(Tally::share(tally.types_equal, tally.with_columns) >= 0.96, "column types");
    assert!(Tally::share(tally.same_verdict, tally.queries) >= 0.995, "clean or not");
}

#[derive(Default)]
struct Tally {
    queries: usize,
    same_verdict: usize,
    false_alarms: usize,
    missed: usize,
    with_columns: usize,
    names_equal: usize,
    types_equal: usize,
    places: usize,
    places_found: usize,
    differences: BTreeMap<String, Vec<String>>,
}

impl Tally {
    fn add(&mut self, verdict: &Verdict, environment: &Environment) {
        let syntax = kql::parse(&verdict.query);
        let bound = bind(&syntax, environment);
        let units: Vec<u16> = verdict.query.encode_utf16().collect();
        let theirs: Vec<&Diagnostic> = verdict.semantic.iter().filter(|d| !is_disputed(d, &units)).collect();
        for result in &bound.results {
            if let BoundResult::Table(rel) = result {
                assert_eq!(broken(rel), Vec::<String>::new(), "{}", verdict.id);
            }
        }
        self.compare_columns(verdict, &bound.results);
        // The files of parsers are bodies of functions: their parameters are declared elsewhere.
        if verdict.kind == "parser" {
            return;
        }
        let clean = |count: usize| count == 0;
        self.queries += 1;
        let offset = |byte: u32| verdict.query[..byte as usize].encode_utf16().count();
        if clean(theirs.len()) == clean(bound.problems.len()) {
            self.same_verdict += 1;
        } else if clean(theirs.len()) {
            self.false_alarms += 1;
            let problem = &bound.problems[0];
            let shown = problem.span.slice(&verdict.query);
            self.note("false alarm", format!("{} {shown:?} {} [{}]", problem.lint, problem.message, verdict.id));
        } else {
            self.missed += 1;
            self.note("missed", describe(theirs[0], &units, &verdict.id));
        }
        for diagnostic in &theirs {
            self.places += 1;
            let range = diagnostic.start..diagnostic.start + diagnostic.length.max(1);
            if bound.problems.iter().any(|problem| {
                range.contains(&offset(problem.span.start)) || offset(problem.span.start) == diagnostic.start
            }) {
                self.places_found += 1;
            } else {
                self.note("other place", describe(diagnostic, &units, &verdict.id));
            }
        }
    }

    /// Only queries without errors, all of whose columns are known, have comparable columns.
    fn compare_columns(&mut self, verdict: &Verdict, results: &[BoundResult]) {
        let Some(theirs) = &verdict.result else { return };
        let known = verdict.semantic.is_empty() && theirs.iter().all(|(_, ty)| ty != "unknown");
        let Some(BoundResult::Table(rel)) = results.last() else {
            if known {
                self.with_columns += 1;
                self.note("no table", verdict.id.clone());
            }
            return;
        };
        if !known {
            return;
        }
        self.with_columns += 1;
        let names = |columns: &[(String, String)]| columns.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let ours: Vec<(String, String)> =
            rel.columns.iter().map(|column| (column.name.to_string(), column.ty.to_string())).collect();
        if names(&ours) != names(theirs) {
            let at = ours.iter().zip(theirs).position(|(a, b)| a.0 != b.0).unwrap_or(ours.len().min(theirs.len()));
            let both = format!("ours {:?} theirs {:?}", ours.get(at), theirs.get(at));
            self.note("names", format!("{both} of {} and {} [{}]", ours.len(), theirs.len(), verdict.id));
            return;
        }
        self.names_equal += 1;
        if ours == *theirs {
            self.types_equal += 1;
            return;
        }
        let (ours, theirs) = ours.iter().zip(theirs).find(|(a, b)| a != b).expect("a difference");
        self.note("types", format!("ours {ours:?} theirs {theirs:?} [{}]", verdict.id));
    }

    fn note(&mut self, kind: &str, what: String) {
        self.differences.entry(kind.to_owned()).or_default().push(what);
    }

    #[expect(clippy::cast_precision_loss, reason = "a few thousand queries")]
    fn share(part: usize, whole: usize) -> f64 {
        part as f64 / whole.max(1) as f64
    }

    fn print(&self) {
        for (kind, notes) in &self.differences {
            println!("--- {kind}: {}", notes.len());
            for note in
                notes.iter().take(std::env::var("SENTINELC_SHOW").ok().and_then(|n| n.parse().ok()).unwrap_or(10))
            {
                println!("    {note}");
            }
        }
        println!("queries {}, same verdict {:.4}", self.queries, Self::share(self.same_verdict, self.queries));
        println!("false alarms {}, missed {}", self.false_alarms, self.missed);
        println!("errors at their place {}/{}", self.places_found, self.places);
        println!("names {:.4} of {}", Self::share(self.names_equal, self.with_columns), self.with_columns);
        println!("types {:.4}", Self::share(self.types_equal, self.with_columns));
    }
}

fn describe(diagnostic: &Diagnostic, units: &[u16], id: &str) -> String {
    let end = (diagnostic.start + diagnostic.length).min(units.len());
    let shown = String::from_utf16_lossy(&units[diagnostic.start.min(end)..end]);
    format!("{} {shown:?} {} [{id}]", diagnostic.code, diagnostic.message)
}
