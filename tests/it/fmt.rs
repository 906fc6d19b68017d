//! `sentinelc fmt`: what comes out, and the laws that hold for all of it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use proptest::prelude::*;
use sentinelc::format::{Formatted, format};
use sentinelc::kql::print::{self, Unformatted};
use sentinelc::kql::token::TokenKind;
use sentinelc::kql::{self, Syntax};
use sentinelc::text::Source;
use sentinelc::unit;
use serde_json::Value;

/// The texts of the tokens, and of the comments, in order.
fn written(syntax: &Syntax) -> Vec<&str> {
    let texts = syntax.written().map(|token| match token.kind {
        TokenKind::Comment => token.span.slice(&syntax.text).trim_end(),
        _ => token.span.slice(&syntax.text),
    });
    texts.collect()
}

/// Formats a query and checks every law: the same tokens and comments, no problem, the same text when done again.
fn formatted(query: &str) -> Result<String, String> {
    let syntax = kql::parse(query);
    let text = match print::format(&syntax) {
        Ok(text) => text,
        Err(error @ (Unformatted::SyntaxError | Unformatted::ControlCommand)) => return Err(error.to_string()),
        Err(error) => panic!("{error}: {query}"),
    };
    let again = kql::parse(&text);
    assert_eq!(again.problems, [], "{text}");
    assert_eq!(written(&syntax), written(&again));
    assert_eq!(print::format(&again).as_deref(), Ok(text.as_str()), "not settled");
    Ok(text)
}

fn format_file(path: &Path, text: &str) -> Formatted {
    format(&unit::load(Source::new(path, text)))
}

/// Here white space alone says that a name is subtracted, not that rows are sampled.
#[test]
fn a_query_that_no_layout_keeps_is_left() {
    let query = kql::parse("let total = sample-distincto\n| where a");
    assert_eq!(query.problems, []);
    assert_eq!(print::format(&query), Err(Unformatted::NotTheSame));
}

/// Every file of tests/fmt, formatted, with what was left as it is.
#[test]
fn files_and_their_layout() {
    insta::with_settings!({ snapshot_path => "../fmt/expected", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::glob!("../fmt", "*.{kql,yaml}", |path| {
            let text = std::fs::read_to_string(path).expect("a readable file");
            let done = format_file(path, &text);
            assert_eq!(format_file(path, &done.text).text, done.text, "not settled");
            let left: Vec<String> = done.left.iter().map(|left| format!("--- {left}\n")).collect();
            let text = done.text.replace('\u{feff}', "<BOM>").replace('\r', "<CR>");
            insta::assert_snapshot!(format!("{text}{}", left.concat()));
        });
    });
}

/// What a fixture's expected text cannot show: nothing of the YAML says something else.
#[test]
fn rule_files_say_the_same() {
    for name in ["order.yaml", "hunting.yaml", "query_wrong.yaml"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fmt").join(name);
        let text = std::fs::read_to_string(&path).expect("a fixture");
        for text in [text.clone(), text.replace('\n', "\r\n"), format!("\u{feff}{text}"), text.trim_end().to_owned()] {
            let done = format_file(&path, &text);
            assert_ne!(done.text, text);
            assert_same_data(&text, &done.text);
            assert_eq!(done.text.starts_with('\u{feff}'), text.starts_with('\u{feff}'));
            let crlf = |text: &str| (text.matches("\r\n").count(), text.matches('\n').count());
            let (pairs, feeds) = crlf(&done.text);
            assert!(pairs == if text.contains("\r\n") { feeds } else { 0 }, "{}", done.text);
        }
    }
}

/// As another YAML reader sees it; the query by its tokens.
fn assert_same_data(before: &str, after: &str) {
    let read = |text: &str| -> serde_yaml::Mapping {
        serde_yaml::from_str(text.trim_start_matches('\u{feff}')).expect("YAML")
    };
    let (mut before, mut after) = (read(before), read(after));
    let query = |rule: &mut serde_yaml::Mapping| {
        let text = rule.remove("query").and_then(|query| query.as_str().map(str::to_owned)).expect("a query");
        written(&kql::parse(&text)).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(query(&mut before), query(&mut after));
    assert_eq!(before, after, "mappings are equal in whatever order");
}

fn fixtures() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fmt");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("fixtures").flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "kql") && !path.ends_with("wrong.kql"));
    paths.sort();
    let read = |path: &PathBuf| std::fs::read_to_string(path).expect("a fixture").replace(['\u{feff}', '\r'], "");
    paths.iter().map(read).collect()
}

/// `text` with its white space inside lines, and its line breaks, chosen by `choices`; line breaks beside comments stay.
fn respaced(text: &str, choices: &[u8]) -> String {
    let tokens = kql::tokens(text);
    let mut out = String::new();
    for (index, token) in tokens.iter().enumerate() {
        let beside_comment = [index.wrapping_sub(1), index + 1]
            .iter()
            .any(|&near| tokens.get(near).is_some_and(|token| token.kind == TokenKind::Comment));
        let written = token.span.slice(text);
        if token.kind != TokenKind::Whitespace || beside_comment || written.matches('\n').count() > 1 {
            out.push_str(written);
            continue;
        }
        out.push_str([" ", "\n", "   ", "\t", " \n  "][usize::from(choices[index % choices.len()]) % 5]);
    }
    out
}

proptest! {
    /// How a query was laid out before does not matter.
    #[test]
    fn the_layout_is_that_of_the_tokens(choices in prop::collection::vec(any::<u8>(), 1..200)) {
        for text in fixtures() {
            let respaced = respaced(&text, &choices);
            prop_assert_eq!(formatted(&respaced), formatted(&text), "{}", respaced);
        }
    }

    /// A comment anywhere stays between its tokens.
    #[test]
    fn a_comment_may_stand_anywhere(at in any::<prop::sample::Index>(), own_line in any::<bool>()) {
        for text in fixtures() {
            let tokens = kql::tokens(&text);
            let white: Vec<_> = tokens.iter().filter(|token| token.kind == TokenKind::Whitespace).collect();
            let place = at.get(&white).span.end as usize;
            let comment = if own_line { "\n// here\n" } else { " // here\n" };
            let text = format!("{}{comment}{}", &text[..place], &text[place..]);
            prop_assert!(formatted(&text).is_ok(), "{}", text);
        }
    }

    /// Any text is formatted or left, and never more than that.
    #[test]
    fn any_text_is_formatted_or_left(text in "([a-z]{1,3}|[|(){}\\[\\],;=.*'\" \n-]|// c\n|where |let |\\| extend |by ){0,40}") {
        let _ = formatted(&text);
    }
}

/// The shared folder: `SENTINELC_SHARED`, or `../shared` beside the project.
fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("SENTINELC_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    Some(root.join(path)).filter(|path| path.exists())
}

/// Every query of the shared corpus that Microsoft's parser accepts is formatted, and keeps the laws.
#[test]
fn corpus_of_queries() {
    let Some(path) = shared("corpus/official_parser_verdicts.jsonl") else {
        println!("skipped: no shared corpus");
        return;
    };
    let (mut total, mut left) = (0_u32, Vec::new());
    for line in std::fs::read_to_string(path).expect("the corpus is readable").lines() {
        let verdict: Value = serde_json::from_str(line).expect("the corpus is JSON lines");
        if verdict["syntax"].as_array().expect("diagnostics").is_empty() {
            total += 1;
            if let Err(error) = formatted(verdict["query"].as_str().expect("a query")) {
                left.push(format!("{}: {error}", verdict["id"]));
            }
        }
    }
    println!("{} of {total} queries formatted", total as usize - left.len());
    assert!(left.is_empty(), "{}", left.join("\n"));
}

/// Every rule file of the shared corpus says the same when formatted, and is settled.
#[test]
fn corpus_of_rules() {
    let Some(folder) = shared("corpus/rules") else {
        println!("skipped: no shared corpus");
        return;
    };
    let (mut total, mut changed) = (0, 0);
    for entry in ignore::WalkBuilder::new(folder).standard_filters(false).build().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "yaml" && extension != "yml") {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        total += 1;
        let done = format_file(path, &text);
        assert_eq!(format_file(path, &done.text).text, done.text, "{} is not settled", path.display());
        if done.text != text {
            changed += 1;
            let bare = |text: &str| text.trim_start_matches('\u{feff}').to_owned();
            if serde_yaml::from_str::<serde_yaml::Mapping>(&bare(&text)).is_ok() {
                assert_same_data(&text, &done.text);
            }
        }
    }
    println!("{changed} of {total} rule files change");
}

fn sentinelc(folder: &Path, args: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sentinelc"));
    command.current_dir(folder).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    std::io::Write::write_all(&mut child.stdin.take().expect("standard input"), input.as_bytes()).expect("written");
    child.wait_with_output().expect("the binary ends")
}

/// What a user sees: the command, its output, and how it ended.
fn transcript(folder: &Path, args: &[&str], input: &str) -> String {
    let output = sentinelc(folder, args, input);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let ends = output.status.code().expect("an exit code");
    format!("$ sentinelc {}\n{}{}[exit {ends}]\n", args.join(" "), text(&output.stdout), text(&output.stderr))
}

#[test]
fn files_are_listed_shown_and_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lay = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).expect("a file");
    lay("a.kql", b"T|take 5");
    lay("done.kql", b"T\n| take 5\n");
    lay("rule.test.yaml", b"rule:   rule.yaml\n");
    lay("latin.kql", b"T | where a == '\xe9'\n");
    lay("wrong.kql", b"T |  wher\n");
    let mut told = String::new();
    for args in [
        &["fmt", "--check", "a.kql", "done.kql", "rule.test.yaml"][..],
        &["fmt", "--diff", "a.kql"],
        &["fmt"],
        &["fmt", "--check", "a.kql", "done.kql"],
        &["fmt", "missing.kql"],
    ] {
        told.push_str(&transcript(folder.path(), args, ""));
    }
    told.push_str(&transcript(folder.path(), &["fmt", "-"], "T|take 5"));
    told.push_str(&transcript(folder.path(), &["fmt", "--check", "-"], "T|take 5"));
    told.push_str(&transcript(folder.path(), &["fmt", "-"], "T |  wher"));
    insta::assert_snapshot!(told);
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("a file");
    assert_eq!(read("a.kql"), b"T\n| take 5\n");
    assert_eq!(read("wrong.kql"), b"T |  wher\n");
    assert_eq!(read("rule.test.yaml"), b"rule:   rule.yaml\n");
}

#[test]
fn deep_and_long_queries_are_formatted() {
    let deep = format!("print {}1{}", "f(".repeat(100), ")".repeat(100));
    assert!(formatted(&deep).is_ok());
    let long = format!("T | where x in ({})", vec!["'a'"; 50_000].join(","));
    assert_eq!(formatted(&long).map(|text| text.lines().count()), Ok(50_003));
    let chain = format!("T | where {}", vec!["a"; 50_000].join(" and "));
    assert_eq!(formatted(&chain).map(|text| text.lines().count()), Ok(50_001));
}
