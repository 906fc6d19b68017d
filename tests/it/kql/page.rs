//! `docs/kql-syntax.md` is what the parser's tables give. `UPDATE_DOCS=1 cargo test --test it kql::page` writes it anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sentinelc::catalog;
use sentinelc::kql::ast::StatementKind;
use sentinelc::kql::keyword::Keyword;
use sentinelc::kql::reference;
use sentinelc::kql::token::TokenKind;
use sentinelc::kql::walk::{Node, Step, walk};
use sentinelc::kql::{self, Syntax};

/// A place of the page: one line of a table.
const MAX_EXAMPLE: usize = 150;

#[test]
fn the_page_is_what_the_parser_knows() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/kql-syntax.md");
    let page = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).expect("docs/ can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/kql-syntax.md is stale: UPDATE_DOCS=1 cargo test --test it kql::page");
}

fn page() -> String {
    let examples = examples();
    let mut out = String::from(
        "# The KQL that sentinelc reads\n\n\
         This page is generated from the parser's tables; its examples are queries of the parser's tests. A query is accepted\n\
         where Microsoft's own parser accepts it. Whether `sentinelc test` can run an operator is another question: what it cannot\n\
         run it reports as unsupported.\n\n\
         Upper and lower case differ in the words of the language.\n",
    );
    statements(&mut out, &examples);
    sources(&mut out);
    operators(&mut out, &examples);
    expressions(&mut out);
    literals(&mut out);
    out
}

/// The queries of the parser's tests, in the order of their files' names.
fn examples() -> Vec<Syntax> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kql");
    let mut paths: Vec<PathBuf> = ["operators", "statements"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).expect("the tests' queries are there"))
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    paths.sort();
    let read = |path: &PathBuf| kql::parse(&std::fs::read_to_string(path).expect("a readable query"));
    let examples: Vec<_> = paths.iter().map(read).collect();
    assert!(examples.iter().all(|syntax| syntax.problems.is_empty()));
    examples
}

fn statements(out: &mut String, examples: &[Syntax]) {
    type Is = fn(&StatementKind) -> bool;
    let kinds: &[(&str, Is, &str)] = &[
        ("a query", |kind| matches!(kind, StatementKind::Expression(_)), "gives a result; several give several"),
        ("`let`", |kind| matches!(kind, StatementKind::Let { .. }), "names a value, a table or a function"),
        ("`set`", |kind| matches!(kind, StatementKind::Set { .. }), "sets a property of the request"),
        (
            "`declare query_parameters`",
            |kind| matches!(kind, StatementKind::QueryParameters(_)),
            "names values that the caller gives",
        ),
        ("`declare pattern`", |kind| matches!(kind, StatementKind::Pattern(_)), "names a choice of queries"),
        ("`restrict access to`", |kind| matches!(kind, StatementKind::Restrict(_)), "limits the tables in sight"),
        ("`alias database`", |kind| matches!(kind, StatementKind::Alias { .. }), "gives a database another name"),
    ];
    out.push_str(
        "\n## Statements\n\nStatements end with `;`.\n\n| statement | what it does | example |\n|---|---|---|\n",
    );
    for (name, is, does) in kinds {
        let mut found = Vec::new();
        for syntax in examples {
            let matching = syntax.query.statements.iter().filter(|statement| is(&statement.kind));
            found.extend(matching.map(|statement| statement.span.slice(&syntax.text)));
        }
        row(out, name, does, &best(found));
    }
    out.push_str(
        "\nLines that start with `#` (`#connect …`) may stand before the statements. A text that starts with `.` is a control\n\
         command; no rule holds one, and only the query in it is read. `//` starts a comment that ends with its line.\n",
    );
}

fn sources(out: &mut String) {
    let kinds: &[(&str, &[&str])] = &[
        ("a table, or a `let` of one", &["SigninLogs", "['odd name']", "table('SigninLogs')"]),
        (
            "a table elsewhere",
            &[
                "workspace('w').SigninLogs",
                "app('a').requests",
                "database('d').T",
                "cluster('c').database('d').['odd name']",
                "adx('https://host/d').T",
            ],
        ),
        ("several tables", &["union Device*, *Logs, workspace('w').*", "find in (A, database('d').B*) where c == 1"]),
        ("a function that gives a table", &["_GetWatchlist('vips')", "_Im_Dns(starttime=ago(1d))"]),
        ("a query in parentheses", &["(T | take 1)"]),
        (
            "rows written in the query",
            &["datatable(a:string, b:long) ['x', 1]", "print a = 1", "range n from 1 to 3 step 1"],
        ),
        (
            "a file",
            &[
                "externaldata(a:string) [h'https://host/file.csv'] with (format='csv')",
                "inline_external_table (a:string) kind=storage dataformat=csv (h'https://host')",
            ],
        ),
        ("a graph", &["graph('G')", "(E | make-graph a --> b with N on c)"]),
    ];
    out.push_str("\n## Where rows come from\n\n| source | spellings |\n|---|---|\n");
    for (name, spellings) in kinds {
        for spelling in *spellings {
            let query = format!("{spelling} | take 1");
            assert!(kql::parse(&query).problems.is_empty(), "{query}");
        }
        let shown: Vec<_> = spellings.iter().map(|spelling| format!("`{}`", spelling.replace('|', "\\|"))).collect();
        let _ = writeln!(out, "| {name} | {} |", shown.join(", "));
    }
    out.push_str(
        "\n`$left` and `$right` name the sides of a join. A function without arguments is called `f()` or `f`. `let m = materialize(T | take 1)`\n\
         keeps rows that are used several times.\n",
    );
}

fn operators(out: &mut String, examples: &[Syntax]) {
    let words = reference::operators();
    let named: Vec<&str> = words.iter().map(|word| word.as_str()).collect();
    assert_eq!(
        catalog::tabular_operator_names().collect::<Vec<_>>(),
        named,
        "schemas/catalog/functions/tabular.txt has them all"
    );
    out.push_str(
        "\n## Tabular operators\n\n`sentinelc explain OPERATOR` tells of one operator and its parameters.\n\n\
                  | operator | what it does | example |\n|---|---|---|\n",
    );
    for word in words {
        let Some(known) = catalog::tabular_operator(word.as_str()) else { continue };
        let own = reference::own_parameters(word);
        let documented: Vec<_> = known.parameters.iter().map(|parameter| parameter.name).collect();
        assert!(own.iter().all(|name| documented.contains(name)), "tabular.txt has every parameter of {}", known.name);
        let mut does = known.doc.to_owned();
        if !documented.is_empty() {
            let _ = write!(does, " Parameters: {}.", list(&documented));
        }
        row(out, &format!("`{}`", known.name), &does, &best(stages(word, examples)));
    }
    let internal: Vec<_> = reference::internal_operators().iter().map(|word| word.as_str()).collect();
    let _ =
        writeln!(out, "\nThe service's own operators, which nobody writes by hand, are read too: {}.", list(&internal));
    let _ = writeln!(out, "\nParameters that may stand behind any operator: {}.", list(&reference::parameters()));
}

/// Every stage of the examples that the word starts.
fn stages(word: Keyword, examples: &[Syntax]) -> Vec<&str> {
    let mut found = Vec::new();
    for syntax in examples {
        walk(&syntax.query, &mut |node| {
            if let Node::Stage(stage) = node
                && stage.keyword.slice(&syntax.text) == word.as_str()
            {
                found.push(stage.span.slice(&syntax.text));
            }
            Step::Into
        });
    }
    found
}

/// The longest example that fits; the first of equals.
fn best(found: Vec<&str>) -> String {
    let on_one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = found.into_iter().filter(|text| !text.contains("//"));
    let mut fits: Vec<String> = plain.map(on_one_line).filter(|text| text.chars().count() <= MAX_EXAMPLE).collect();
    fits.reverse();
    fits.into_iter().max_by_key(String::len).unwrap_or_default()
}

fn row(out: &mut String, name: &str, does: &str, example: &str) {
    let shown = if example.is_empty() { String::new() } else { format!("`` {} ``", example.replace('|', "\\|")) };
    let _ = writeln!(out, "| {name} | {does} | {shown} |");
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn expressions(out: &mut String) {
    let spelled = |words: Vec<Keyword>| list(&words.iter().map(|word| word.as_str()).collect::<Vec<_>>());
    let signs = ["==", "!=", "<>", "=~", "!~", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", ":", "and", "or"];
    for sign in signs {
        assert!(kql::parse(&format!("print a {sign} b")).problems.is_empty(), "{sign}");
    }
    for range in ["between", "!between"] {
        assert!(kql::parse(&format!("print a {range} (b .. c)")).problems.is_empty(), "{range}");
    }
    let _ = write!(
        out,
        "\n## Expressions\n\n\
         Signs and words between two values: {}.\n\n\
         Operators on a text: {}.\n\n\
         Operators with a list or a query in parentheses: {}; with a range `(low .. high)`: `between`, `!between`.\n\n\
         Comparisons and operators on a text do not chain: `a == b == c` is an error.\n",
        list(&signs),
        spelled(reference::text_operators()),
        spelled(reference::list_operators()),
    );
    let _ = writeln!(out, "\nTypes of columns and parameters: {}.", spelled(reference::types()));
}

fn literals(out: &mut String) {
    let kinds: &[(&str, TokenKind, &[&str])] = &[
        (
            "text",
            TokenKind::String,
            &["'it\\'s'", "\"\\u00e9\\n\"", "@\"C:\\temp\"", "h'secret'", "```several lines```", "~~~several lines~~~"],
        ),
        ("long", TokenKind::Long, &["5", "0x1F", "long(-5)", "long(null)"]),
        ("int", TokenKind::Int, &["int(5)"]),
        ("real", TokenKind::Real, &["1.5", "1e-3", "real(nan)", "double(5)"]),
        ("decimal", TokenKind::Decimal, &["decimal(1.5)"]),
        ("bool", TokenKind::Bool, &["true", "False", "bool(1)"]),
        ("datetime", TokenKind::DateTime, &["datetime(2024-02-29 12:00)", "datetime(null)", "date(2024-02-29)"]),
        (
            "timespan",
            TokenKind::TimeSpan,
            &["5d", "1.5h", "10ms", "timespan(1.02:03:04)", "time(5m)", "timespan(null)"],
        ),
        ("guid", TokenKind::Guid, &["guid(74be27de-1e4e-49d9-b579-fe0b331d3642)"]),
    ];
    out.push_str("\n## Literals\n\n| kind | spellings |\n|---|---|\n");
    for (name, kind, spellings) in kinds {
        for spelling in *spellings {
            let kinds: Vec<_> = kql::tokens(spelling).iter().map(|token| token.kind).collect();
            assert_eq!(kinds, [*kind], "{spelling}");
            assert!(kql::parse(&format!("print {spelling}")).problems.is_empty(), "{spelling}");
        }
        let shown: Vec<_> = spellings.iter().map(|spelling| format!("```` {spelling} ````")).collect();
        let _ = writeln!(out, "| {name} | {} |", shown.join(", "));
    }
    let units = reference::timespan_units();
    for unit in units {
        assert_eq!(kql::tokens(&format!("2{unit}"))[0].kind, TokenKind::TimeSpan, "{unit}");
    }
    let _ = writeln!(out, "| timespan, its units | {} |", list(units));
    let dynamic = ["dynamic([1, 'a', null])", "dynamic({\"a\": [1, 2]})", "dynamic(null)"];
    assert!(dynamic.iter().all(|spelling| kql::parse(&format!("print {spelling}")).problems.is_empty()));
    let _ = writeln!(out, "| dynamic | {} |", list(&dynamic));
    out.push_str("\nTexts side by side are one text: `'a' 'b'`. Names that are no names are written `['a name']`.\n");
}
