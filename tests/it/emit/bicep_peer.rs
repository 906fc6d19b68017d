//! Every Bicep file parses with the grammar of tree-sitter-bicep, and every string in it reads back as the value the ARM
//! template holds; the reading here is apart from the product's own.

use proptest::prelude::*;
use sentinelc::emit::Target;
use sentinelc::text::Source;
use sentinelc::unit;
use serde_json::Value;
use tree_sitter::{Node, Parser};

use super::{build, rules};

/// The strings of a Bicep text in order, as tree-sitter finds them; panics where the text does not parse.
pub(super) fn strings(text: &str) -> Vec<String> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bicep::LANGUAGE.into()).expect("the grammar");
    let tree = parser.parse(text, None).expect("a tree");
    assert!(!tree.root_node().has_error(), "tree-sitter finds an error in\n{text}\n{}", tree.root_node().to_sexp());
    let mut found = Vec::new();
    collect(tree.root_node(), text, &mut found);
    found
}

fn collect(node: Node<'_>, text: &str, found: &mut Vec<String>) {
    if node.kind() == "string" {
        return found.push(read(&text[node.byte_range()]));
    }
    for number in 0..node.child_count() {
        if let Some(child) = node.child(number) {
            collect(child, text, found);
        }
    }
}

fn read(literal: &str) -> String {
    if let Some(raw) = literal.strip_prefix("'''").and_then(|rest| rest.strip_suffix("'''")) {
        return raw.strip_prefix('\n').unwrap_or(raw).to_owned();
    }
    let inside = &literal[1..literal.len() - 1];
    let escape = regex::Regex::new(r"(?s)\\(u\{([0-9a-fA-F]+)\}|.)").expect("a pattern");
    let replaced = |captures: &regex::Captures<'_>| match (&captures[1], captures.get(2)) {
        (_, Some(code)) => {
            u32::from_str_radix(code.as_str(), 16).ok().and_then(char::from_u32).expect("a character").to_string()
        }
        ("n", _) => "\n".to_owned(),
        ("r", _) => "\r".to_owned(),
        ("t", _) => "\t".to_owned(),
        (other, _) => other.to_owned(),
    };
    escape.replace_all(inside, replaced).into_owned()
}

/// Every string below a JSON value, as the text its ARM literal stands for.
fn arm_strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            found.push(if text.starts_with("[[") && text.ends_with(']') { text[1..].to_owned() } else { text.clone() });
        }
        Value::Array(items) => items.iter().for_each(|item| arm_strings(item, found)),
        Value::Object(slots) => slots.values().for_each(|slot| arm_strings(slot, found)),
        _ => {}
    }
}

fn assert_same_strings(unit: &unit::Unit) {
    let arm: Value = serde_json::from_str(&build(unit, Target::Arm).expect("ARM").text).expect("JSON");
    let bicep = build(unit, Target::Bicep).expect("Bicep").text;
    let mut expected = Vec::new();
    arm_strings(&arm["resources"][0]["properties"], &mut expected);
    let mut found = strings(&bicep);
    for text in expected {
        let place = found.iter().position(|known| *known == text);
        found.remove(place.unwrap_or_else(|| panic!("{text:?} is not in\n{bicep}")));
    }
}

#[test]
fn every_bicep_file_parses_and_says_the_same() {
    for unit in rules("seeds").iter().chain(&rules("rules")) {
        assert_same_strings(unit);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn hostile_text_comes_out_as_that_text(name in "[\\[\\]'$\\{\\}\\\\a%*?\"# :-]{1,12}", query in "[\\[\\]'$\\{\\}\\\\a\"\n\t# |/*]{1,24}") {
        let rule = serde_json::json!({ "id": "0b9e2f0a-6f0d-4b6e-9d1f-2f3c5a7b9c11", "name": name, "description": query, "query": format!("print ```{query}```") });
        let unit = unit::load(Source::new("hostile.yaml", rule.to_string()));
        prop_assume!(unit.rule.name.as_ref().is_some_and(|field| field.value == name));
        assert_same_strings(&unit);
    }
}
