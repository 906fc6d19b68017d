//! What the parser makes of every operator, statement and kind of literal.

use sentinelc::kql;

#[test]
fn operators() {
    insta::glob!("../../kql/operators", "*.kql", snapshot);
}

#[test]
fn statements() {
    insta::glob!("../../kql/statements", "*.kql", snapshot);
}

fn snapshot(path: &std::path::Path) {
    let text = std::fs::read_to_string(path).expect("the test's query is readable");
    let syntax = kql::parse(&text);
    insta::with_settings!({ description => text.trim_end(), omit_expression => true }, {
        insta::assert_snapshot!(kql::dump::dump(&syntax));
    });
}
