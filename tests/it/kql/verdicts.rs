//! Agreement with the verdicts of Microsoft's parser on real queries, where the shared corpus is at hand.

use std::path::PathBuf;

use sentinelc::kql;
use serde_json::Value;

/// The shared folder: `SENTINELC_SHARED`, or `../shared` beside the project.
fn shared() -> Option<PathBuf> {
    let root = std::env::var_os("SENTINELC_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    root.is_dir().then_some(root)
}

/// The 1-based line of an offset in UTF-16 units.
fn line_of_utf16(text: &str, offset: u64) -> usize {
    let mut units = 0;
    let mut line = 1;
    for character in text.chars() {
        if units >= offset {
            break;
        }
        units += character.len_utf16() as u64;
        line += usize::from(character == '\n');
    }
    line
}

fn line_of(text: &str, offset: u32) -> usize {
    text[..offset as usize].matches('\n').count() + 1
}

#[test]
fn verdicts_agree() {
    let Some(path) =
        shared().map(|root| root.join("corpus/official_parser_verdicts.jsonl")).filter(|path| path.exists())
    else {
        println!("skipped: no shared corpus");
        return;
    };
    let mut differences = Vec::new();
    let (mut total, mut agreed, mut rejected, mut same_line) = (0_u32, 0_u32, 0_u32, 0_u32);
    for line in std::fs::read_to_string(path).expect("the corpus is readable").lines() {
        let verdict: Value = serde_json::from_str(line).expect("the corpus is JSON lines");
        let query = verdict["query"].as_str().expect("a query");
        let official = verdict["syntax"].as_array().expect("diagnostics");
        let syntax = kql::parse(query);
        total += 1;
        if official.is_empty() != syntax.problems.is_empty() {
            differences.push(format!(
                "{}: theirs {:?}, ours {:?}",
                verdict["id"],
                official.first(),
                syntax.problems.first()
            ));
            continue;
        }
        agreed += 1;
        let Some(first) = official.first() else { continue };
        rejected += 1;
        let theirs = line_of_utf16(query, first["start"].as_u64().expect("an offset"));
        let ours = line_of(query, syntax.problems[0].span.start);
        if theirs == ours {
            same_line += 1;
        } else {
            differences.push(format!("{}: line {theirs} {first}, ours {ours} {:?}", verdict["id"], syntax.problems[0]));
        }
    }
    println!("{agreed} of {total} agree; {same_line} of {rejected} on the same line");
    for difference in &differences {
        println!("{difference}");
    }
    assert!(f64::from(agreed) >= 0.999 * f64::from(total), "accept or reject differs too often");
    assert!(f64::from(same_line) >= 0.95 * f64::from(rejected), "the place differs too often");
}
