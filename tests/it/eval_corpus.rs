//! How many real queries the evaluator can compile, and run over made-up rows: those of the shared corpus that Microsoft's
//! parser finds no fault in.

use std::collections::BTreeMap;

use sentinelc::bind::{self, Environment, UnknownTables};
use sentinelc::eval::builder::ColumnBuilder;
use sentinelc::eval::{self, Database, MissingTables, Settings, Table};
use sentinelc::value::{Dynamic, Type, Value, time};
use sentinelc::{catalog, kql};

#[derive(serde::Deserialize)]
struct Verdict {
    id: String,
    kind: String,
    query: String,
    syntax: Vec<serde_json::Value>,
    semantic: Vec<serde_json::Value>,
}

/// The queries that Microsoft's parser finds no fault in; `None` without the corpus.
fn verdicts() -> Option<Vec<Verdict>> {
    let root = std::env::var("SENTINELC_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let path = std::path::Path::new(&root).join("corpus/official_parser_verdicts.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return None;
    };
    let verdicts = text.lines().map(|line| serde_json::from_str::<Verdict>(line).expect("a verdict in each line"));
    // The files of parsers are bodies of functions: their parameters are declared elsewhere.
    Some(verdicts.filter(|verdict| verdict.syntax.is_empty() && verdict.kind != "parser").collect())
}

#[test]
fn real_queries_compile() {
    let Some(verdicts) = verdicts() else { return };
    let environment = Environment::new().with_unknown_tables(UnknownTables::Open);
    let (mut queries, mut compiled, mut need_rows) = (0, 0, 0);
    let mut missing: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for verdict in verdicts {
        queries += 1;
        let bound = bind::bind(&kql::parse(&verdict.query), &environment);
        match eval::compile(&bound) {
            Ok(_) => compiled += 1,
            // What the service refuses too is no gap.
            Err(error) if error.kind() != "unsupported" && !verdict.semantic.is_empty() => compiled += 1,
            Err(error) if needs_rows(&error) => need_rows += 1,
            Err(error) => missing.entry(error.to_string()).or_default().push(verdict.id),
        }
    }
    let mut missing: Vec<_> = missing.into_iter().collect();
    missing.sort_by_key(|(_, ids)| std::cmp::Reverse(ids.len()));
    println!("{compiled} of {queries} compile, {need_rows} once the rows of their tables are at hand");
    for (what, ids) in missing {
        println!("{:4} {what} [{}]", ids.len(), ids[0]);
    }
    assert!((compiled + need_rows) * 100 >= queries * 98, "the evaluator knows too little of what rules use");
}

/// Whether a query waits for rows to say which columns there are: those of a table that no catalogue knows, or those that
/// `bag_unpack` and `pivot` make.
fn needs_rows(error: &eval::Error) -> bool {
    let text = error.to_string();
    text.contains("of a table whose columns are not known") || text.contains("a plugin whose columns depend on rows")
}

/// Rows of a made-up table: texts of the query itself, so that its conditions are met now and then, and values of every type.
fn made_up(columns: &[(String, Type)], texts: &[String], random: &mut impl FnMut(usize) -> usize) -> Table {
    let names = columns.iter().map(|(name, _)| name.clone()).collect();
    let cells = |(_, ty): &(String, Type)| {
        let mut column = ColumnBuilder::new(*ty);
        for _ in 0..ROWS {
            let value = cell(*ty, texts, random);
            column.push(value).expect("a value of the type");
        }
        column.finish()
    };
    let columns: Vec<_> = columns.iter().map(cells).collect();
    Table::new(names, columns, ROWS)
}

const ROWS: usize = 12;

fn cell(ty: Type, texts: &[String], random: &mut impl FnMut(usize) -> usize) -> Value {
    const OBJECTS: &[&str] = &[
        r#"{"name":"a","value":"10.1.2.3","key":"k","displayName":"x"}"#,
        r#"[{"name":"a","displayName":"b","newValue":"[\"c\"]","Type":"file"},{"name":"d"}]"#,
        r#"["a","b"]"#,
        "7",
    ];
    if random(8) == 0 {
        return Value::Null;
    }
    let number = i64::try_from(random(500)).expect("a small number");
    match ty {
        Type::Bool => Value::Bool(number % 2 == 0),
        Type::Int => Value::Int(i32::try_from(number).expect("a small number")),
        Type::Long => Value::Long(number),
        Type::Real => Value::Real(f64::from(i32::try_from(number).expect("a small number")) / 4.0),
        Type::String if random(4) == 0 => Value::String(OBJECTS[random(OBJECTS.len())].to_owned()),
        Type::String => Value::String(texts[random(texts.len())].clone()),
        Type::DateTime => {
            let now = time::parse_datetime("2024-06-08T00:00:00Z").expect("a time");
            Value::DateTime(now - number * 3 * 36_000_000_000)
        }
        Type::TimeSpan => Value::TimeSpan(number * 10_000_000),
        Type::Guid => Value::Guid(number.unsigned_abs().into()),
        Type::Decimal | Type::Unknown => Value::Null,
        Type::Dynamic => Value::Dynamic(Dynamic::parse(OBJECTS[random(OBJECTS.len())])),
    }
}

#[test]
fn real_queries_run() {
    let Some(verdicts) = verdicts() else { return };
    let environment = Environment::new();
    let settings = Settings {
        missing_tables: MissingTables::Empty,
        ..Settings::at(time::parse_datetime("2024-06-08T00:00:00Z").expect("a time"))
    };
    let mut failed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut ran, mut with_rows) = (0, 0);
    for verdict in verdicts {
        let syntax = kql::parse(&verdict.query);
        let mut state = 88_172_645_463_325_252_u64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 33).expect("31 bits") % below
        };
        let mut texts: Vec<String> = verdict
            .query
            .split(['"', '\''])
            .skip(1)
            .step_by(2)
            .filter(|text| text.len() < 60)
            .map(str::to_owned)
            .collect();
        texts.extend(
            ["", "user@contoso.com", "10.1.2.3", r"C:\Windows\System32\cmd.exe", "https://a.example.com/x?y=1"]
                .map(str::to_owned),
        );
        let words: std::collections::BTreeSet<&str> =
            verdict.query.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let mut database = Database::new();
        for table in words.into_iter().filter_map(catalog::table) {
            let columns: Vec<_> = table.columns().map(|column| (column.name.to_owned(), column.ty)).collect();
            database.insert(table.name, made_up(&columns, &texts, &mut random));
        }
        match eval::evaluate(&syntax, &environment, &database, &settings) {
            Ok(table) => {
                ran += 1;
                with_rows += usize::from(table.rows() > 0);
            }
            // What the service refuses too is no gap.
            Err(_) if !verdict.semantic.is_empty() => {}
            Err(error) => failed.entry(format!("{}: {error}", error.kind())).or_default().push(verdict.id),
        }
    }
    println!("{ran} run, {with_rows} give rows");
    let mut failed: Vec<_> = failed.into_iter().collect();
    failed.sort_by_key(|(_, ids)| std::cmp::Reverse(ids.len()));
    let (mut gaps, mut refused) = (0, 0);
    for (what, ids) in failed {
        println!("{:4} {what} [{}]", ids.len(), ids[0]);
        let waits = ["whose rows must be given", "not known until its rows are given"];
        match what.as_str() {
            what if waits.iter().any(|words| what.contains(words)) => {}
            // Columns that only better rows would have, and queries that only declare.
            what if what.starts_with("schema: ") => refused += ids.len(),
            _ => gaps += ids.len(),
        }
    }
    assert!(gaps * 100 <= ran, "the evaluator fails on what rules do");
    assert!(refused * 50 <= ran, "the evaluator sees mistakes where Microsoft's binder sees none");
}
