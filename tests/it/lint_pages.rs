//! The pages of the lints are their tests. A block marked `bad` is checked by the page's lint and must give exactly the findings that
//! its caret lines show: the carets stand under the place (which ends with its line if it goes on), the message behind
//! them (without one, any message does: loading words it). A block marked `good` must give none. A block marked `fixed` is what the fix makes of the `bad` block before it.
//! One marked `beside FILE` is another file of the repository of the next block, one marked `before` what that was once.

use std::fmt::Write as _;

use sentinelc::bind::Environment;
use sentinelc::diag::{Diagnostic, Safety};
use sentinelc::lint::{self, Levels, Lint, Repository, Surroundings, registry};
use sentinelc::text::{Source, apply};
use sentinelc::unit::{self, Unit};

const HEADINGS: [&str; 5] = ["## What it does", "## Why it matters", "## Example", "## Instead", "## Known gaps"];

#[test]
fn pages_have_their_headings_in_order() {
    for lint in registry::all() {
        assert_eq!(lint.page.lines().next(), Some(format!("# {}", lint.name).as_str()));
        let headings: Vec<&str> = lint.page.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(headings, HEADINGS, "page of {}", lint.name);
        // What is too complex is too long for a page.
        let needed = if lint.name == "too-complex" { &[Role::Good][..] } else { &[Role::Bad, Role::Good] };
        for role in needed {
            assert!(blocks(lint.page).iter().any(|block| block.role == *role), "{} has no {role:?} block", lint.name);
        }
    }
}

#[test]
fn examples_of_pages_hold() {
    let failures: Vec<String> = registry::all().flat_map(failures).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// `docs/lints.md` is what the registry and the pages say; `UPDATE_DOCS=1` writes it.
#[test]
fn the_index_of_the_lints_is_up_to_date() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lints.md");
    let generated = index();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &generated).expect("the index is written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == generated, "{} is out of date: run with UPDATE_DOCS=1", path.display());
    for target in generated.split("](../").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(path.with_file_name("..").join(target).is_file(), "{target} is not there");
    }
}

const INDEX_HEAD: &str = "# Lints

What `sentinelc check` finds. Each lint has a page, which `sentinelc explain LINT` prints too; the examples on the pages are
the lints' tests. The level is the one findings have where `sentinelc.toml` sets none (`[lint]`, see
[configuration](configuration.md)); a finding whose evidence is weak may be a `note`.
Lints *on request* run only where `[lint]` gives them a level or `--select` names them.

*Fix* says what the findings of the page's examples offer: a `safe` fix keeps the meaning and is made by `check --fix`, an `unsafe` one
changes what the rule does and is only shown.
";

fn index() -> String {
    let mut text = INDEX_HEAD.to_owned();
    let mut group = "";
    for lint in registry::all() {
        if lint.group != group {
            group = lint.group;
            let _ = write!(text, "\n## {group}\n\n| lint | level | fix | finds |\n|---|---|---|---|\n");
        }
        let page = format!("../src/lint/{group}/{}.md", lint.name.replace('-', "_"));
        let on_request = if registry::is_on_request(lint.name) { ", on request" } else { "" };
        let (name, level) = (lint.name, lint.level.as_str());
        let _ = writeln!(text, "| [`{name}`]({page}) | {level}{on_request} | {} | {} |", fix_kinds(lint), lint.summary);
    }
    text
}

/// What kinds of fixes the findings of the page's `bad` blocks offer.
fn fix_kinds(lint: &Lint) -> String {
    let bad = blocks(lint.page).into_iter().filter(|block| block.role == Role::Bad);
    let units =
        bad.map(|block| unit::load(Source::new(format!("example.{}", block.language), strip_carets(&block.text))));
    let found: Vec<Diagnostic> = units.flat_map(|unit| findings(lint, &unit, &[], None)).collect();
    let offers = |safety| found.iter().filter_map(|found| found.fix.as_ref()).any(|fix| fix.safety == safety);
    let kinds = [(Safety::Safe, "safe"), (Safety::Unsafe, "unsafe")];
    kinds.into_iter().filter(|(safety, _)| offers(*safety)).map(|(_, name)| name).collect::<Vec<_>>().join(", ")
}

fn failures(lint: &Lint) -> Vec<String> {
    let mut failures = Vec::new();
    let mut fixed = String::new();
    let mut beside: Vec<Unit> = Vec::new();
    let mut before: Option<Unit> = None;
    for block in blocks(lint.page) {
        let text = strip_carets(&block.text);
        if block.role == Role::Shown {
            continue;
        }
        if block.role == Role::Before {
            before = Some(unit::load(Source::new(format!("example.{}", block.language), text)));
            continue;
        }
        if let Role::Beside(name) = &block.role {
            beside.push(unit::load(Source::new(name.clone(), text)));
            continue;
        }
        if block.role == Role::Fixed {
            if fixed != text {
                failures.push(format!("== {}: the fix gives\n{fixed}-- and not\n{text}", lint.name));
            }
            continue;
        }
        let unit = unit::load(Source::new(format!("example.{}", block.language), text.clone()));
        let mut found = findings(lint, &unit, &std::mem::take(&mut beside), before.take().as_ref());
        let any_message = block.text.lines().any(|line| line.contains('^') && line.trim().trim_matches('^').is_empty());
        if any_message {
            for diagnostic in &mut found {
                diagnostic.message.clear();
            }
        }
        let shown = with_carets(&unit.source, &found);
        if shown != block.text || (block.role == Role::Bad && found.is_empty()) {
            failures.push(format!(
                "== {}: line {} of its page shows\n{}-- but found is\n{shown}",
                lint.name, block.line, block.text
            ));
        }
        let edits: Vec<_> =
            found.iter().filter_map(|found| found.fix.as_ref()).flat_map(|fix| fix.edits.clone()).collect();
        fixed = apply(&text, &edits).expect("fixes that fit together");
    }
    failures
}

fn findings(lint: &Lint, unit: &Unit, beside: &[Unit], before: Option<&Unit>) -> Vec<Diagnostic> {
    let repository = Repository::of(beside.iter().chain([unit]));
    let environment = Environment::new();
    let surroundings = Surroundings { repository: &repository, environment: &environment, before };
    let levels = Levels::new([(lint.name, lint.level)]).expect("a lint");
    let mut found = lint::check_in(unit, surroundings, &levels);
    found.retain(|diagnostic| diagnostic.lint == lint.name);
    found
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Role {
    Bad,
    Good,
    Fixed,
    Beside(String),
    Before,
    Shown,
}

struct Block {
    language: String,
    role: Role,
    text: String,
    line: usize,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in page.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let (language, role) = info.split_once(' ').unwrap_or((info, ""));
                let role = match role {
                    _ if role.starts_with("beside ") => Role::Beside(role["beside ".len()..].to_owned()),
                    "bad" => Role::Bad,
                    "good" => Role::Good,
                    "fixed" => Role::Fixed,
                    "before" => Role::Before,
                    "" => Role::Shown,
                    other => panic!(
                        "line {}: a block is bad, good, fixed, before, beside a file or unmarked, not {other:?}",
                        index + 1
                    ),
                };
                open = Some(Block { language: language.to_owned(), role, text: String::new(), line: index + 1 });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                let _ = writeln!(block.text, "{line}");
            }
            (None, None) => {}
        }
    }
    blocks
}

fn strip_carets(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with('^')).fold(String::new(), |all, line| all + line + "\n")
}

/// The text with a line of carets and the message below each finding's place.
fn with_carets(source: &Source, found: &[Diagnostic]) -> String {
    let mut out = String::new();
    for (number, line) in (1..).zip(source.text().lines()) {
        let _ = writeln!(out, "{line}");
        for diagnostic in found {
            let start = source.position(diagnostic.primary.span.start);
            if start.line != number {
                continue;
            }
            let end = source.position(diagnostic.primary.span.end);
            let last =
                if end.line == number { end.column } else { u32::try_from(line.chars().count()).expect("short") + 1 };
            let carets = "^".repeat((last - start.column).max(1) as usize);
            let line = format!("{:1$}{carets} {message}", "", start.column as usize - 1, message = diagnostic.message);
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
    out
}
