//! Reads published hunting pages: a web page saved as text becomes a well-formed rule file and a test file with the
//! page's benign scenarios, and everything that is malformed or mistaken in the page is reported at its line.
//!
//! A page is taken apart ([`page`]), its rule gets the indentation back ([`restore`]), the filters of its scenarios are read
//! ([`filter`]) and judged on events that the rule finds ([`hits`], [`verdict`]).

mod benign;
pub mod filter;
mod findings;
pub mod hits;
pub mod keys;
pub mod page;
pub mod restore;
mod tables;
pub mod verdict;
pub mod vocabulary;
mod write;

use crate::catalog::products::{Products, products};
use crate::diag::Diagnostic;
use crate::text::{Source, Span};
use crate::unit::{self, Unit};

use self::filter::Reading;
use self::keys::RuleKeys;
use self::page::{NotAPage, Page};
use self::verdict::{Judge, Verdict};
use self::vocabulary::Vocabulary;

/// The most scenarios of a page that are judged; pages have five.
const MAX_JUDGED: usize = 1000;

/// What became of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The name of the files, without extension: lower-case letters, digits and hyphens.
    pub name: String,
    /// The rule file; YAML.
    pub rule: String,
    /// The test file; YAML.
    pub tests: String,
    /// The scenarios and what their filters do, in the page's order.
    pub scenarios: Vec<Judged>,
    /// What is wrong with the page, sorted by place in it.
    pub diagnostics: Vec<Diagnostic>,
}

/// A scenario and what its filter does to the rule's own hits.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The scenario's title.
    pub title: String,
    /// Where its filter stands in the page; where the title stands if it has none.
    pub span: Span,
    /// The verdict; `None` for prose, for a filter that is missing, and where no hit could be made.
    pub verdict: Option<Verdict>,
}

/// Imports a page. Fails on text that is no such page; every other mistake is a diagnostic.
pub fn import(source: &Source) -> Result<Imported, NotAPage> {
    let keys = RuleKeys::known();
    let vocabulary = Vocabulary::known();
    let page = page::read(source, keys)?;
    let restored = restore::restore(&page.rule, &page.query, keys);
    let unit = unit::load(Source::new("rule.yaml", restored.yaml.clone()));
    let tables = unit.query.as_ref().map(|query| tables::tables_read(&query.syntax)).unwrap_or_default();
    let noted = page.notes.first().map(|note| note.table.value.as_str());
    let table = tables.first().map(String::as_str).or(noted);
    let readings: Vec<Reading> = page.scenarios.iter().map(read_filter).collect();
    let mut diagnostics = findings::of_page(&page, &restored, &tables);
    for (scenario, reading) in page.scenarios.iter().zip(&readings) {
        diagnostics.extend(findings::of_filter(scenario, reading, table.unwrap_or_default(), vocabulary));
    }
    let (scenarios, unjudged) = judge(&page, &readings, &unit, vocabulary);
    diagnostics.extend(unjudged.map(|reason| findings::of_unjudged(&reason, &page)));
    for (judged, reading) in scenarios.iter().zip(&readings) {
        if let (Some(verdict), Some(filter)) = (judged.verdict, &reading.filter) {
            diagnostics.push(findings::of_verdict(verdict, filter, judged.span));
        }
    }
    diagnostics.sort_by_key(|found| found.primary.span);
    let origin = source.path().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let tests = write::test_file(&origin, &page, &readings, table, vocabulary);
    Ok(Imported { name: file_name(&unit, source), rule: restored.yaml, tests, scenarios, diagnostics })
}

fn read_filter(scenario: &page::Scenario) -> Reading {
    scenario.filter.as_ref().map(|filter| filter::parse(&filter.value, filter.span.start)).unwrap_or_default()
}

/// The verdict on each scenario's filter; and why none could be given, where that is so.
fn judge(page: &Page<'_>, readings: &[Reading], unit: &Unit, vocabulary: &Vocabulary) -> (Vec<Judged>, Option<String>) {
    let name = unit.rule.name.as_ref().map(|name| name.value.clone()).unwrap_or_default();
    let hits = match &unit.query {
        Some(query) => hits::hits(&query.syntax, &name, products(), vocabulary),
        None => Err("the rule has no query".to_owned()),
    };
    let (hits, mut unjudged) = match hits {
        Ok(hits) if hits.is_empty() => (hits, Some("no event could be made that the rule finds".to_owned())),
        Ok(hits) => (hits, None),
        Err(reason) => (Vec::new(), Some(reason)),
    };
    if readings.iter().all(|reading| reading.filter.is_none()) {
        unjudged = None;
    }
    let table = unit.query.as_ref().and_then(|query| hits::row_filter(&query.syntax)).map(|filter| filter.table);
    let table = table.unwrap_or_default();
    let judge = Judge::new(&table, vocabulary, &hits, &product_names(&name, products()));
    let judged = page.scenarios.iter().zip(readings).enumerate().map(|(index, (scenario, reading))| Judged {
        title: scenario.title.value.clone(),
        span: scenario.filter.as_ref().map_or(scenario.title.span, |filter| filter.span),
        verdict: reading.filter.as_ref().filter(|_| index < MAX_JUDGED).and_then(|filter| judge.judge(filter)),
    });
    (judged.collect(), unjudged)
}

/// The names by which a rule's name calls the products it is about.
fn product_names(rule_name: &str, products: &Products) -> Vec<String> {
    products.named_in(rule_name).iter().map(|mention| rule_name[mention.start..mention.end].to_owned()).collect()
}

/// The rule's name, or the page's file name, in letters, digits and hyphens; at most 100 bytes.
fn file_name(unit: &Unit, source: &Source) -> String {
    let stem = source.path().file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let named = unit.rule.name.as_ref().map(|name| slug(&name.value)).filter(|slug| !slug.is_empty());
    named.or_else(|| Some(slug(&stem)).filter(|slug| !slug.is_empty())).unwrap_or_else(|| "rule".to_owned())
}

fn slug(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut slug = words.join("-");
    slug.truncate(100);
    slug.trim_end_matches('-').to_owned()
}
