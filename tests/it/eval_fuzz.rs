//! Random queries: calls of every function of the catalogue, and chains of every operator. A call gives over columns what it
//! gives over their values, a query gives the same answer twice, and nothing panics or hangs.
//!
//! `PROPTEST_CASES` sets how many are tried.

use std::time::Duration;

use proptest::prelude::*;
use sentinelc::bind::Environment;
use sentinelc::catalog::{self, ArgumentForm, Function, Kind, Parameter};
use sentinelc::eval::{self, Database, Limits, Settings};
use sentinelc::kql;
use sentinelc::value::{Type, time};

use crate::eval::shown;
use crate::eval_laws::{COLUMNS, SHAPES, datatable, rows, with_columns};

/// Random choices that one number decides.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(count.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    fn of<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
}

/// The letters of columns by type.
const LETTERS: &[&str] = &["l", "r", "s", "b", "t", "p", "d"];

/// A literal of the type of a column.
fn literal(dice: &mut Dice, letter: &str) -> String {
    let literals = COLUMNS.iter().find(|column| column.0 == letter).map_or(&["1"][..], |column| column.2);
    dice.of(literals).to_owned()
}

/// An expression of the type of a column, in which columns are written `<l>`.
fn scalar(dice: &mut Dice, letter: &str, depth: u32) -> String {
    match dice.below(6) {
        0 => literal(dice, letter),
        1..=3 if depth > 0 => {
            let shapes = SHAPES.iter().find(|shapes| shapes.0 == letter).map_or(&["<l>"][..], |shapes| shapes.1);
            let shape = dice.of(shapes);
            filled(dice, shape, depth - 1)
        }
        _ => format!("<{letter}>"),
    }
}

/// A shape with expressions in its places: `{l}`.
fn filled(dice: &mut Dice, shape: &str, depth: u32) -> String {
    let mut out = String::new();
    let mut rest = shape;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((letter, after)) = behind.split_once('}') else { break };
        out.push_str(before);
        if LETTERS.contains(&letter) {
            out.push_str(&scalar(dice, letter, depth));
        } else {
            out.extend(["{", letter, "}"]);
        }
        rest = after;
    }
    out + rest
}

fn of_type(dice: &mut Dice, ty: Type, depth: u32) -> String {
    match ty {
        Type::Bool => scalar(dice, "b", depth),
        Type::Int => format!("toint({})", scalar(dice, "l", depth)),
        Type::Long | Type::Unknown => scalar(dice, "l", depth),
        Type::Real => scalar(dice, "r", depth),
        Type::Decimal => format!("todecimal({})", scalar(dice, "l", depth)),
        Type::String => scalar(dice, "s", depth),
        Type::DateTime => scalar(dice, "t", depth),
        Type::TimeSpan => scalar(dice, "p", depth),
        Type::Guid => "guid(74be27de-1e4e-49d9-b579-fe0b331d3642)".to_owned(),
        Type::Dynamic => scalar(dice, "d", depth),
    }
}

fn argument(dice: &mut Dice, parameter: &Parameter, same: Type, depth: u32) -> String {
    if !parameter.values.is_empty() && dice.below(8) > 0 {
        return format!("'{}'", dice.of(&parameter.values));
    }
    let types: &[Type] = match &parameter.kind {
        Kind::Types(types) => types,
        Kind::TypeLiteral => return "typeof(long)".to_owned(),
        Kind::Integer => &[Type::Int, Type::Long],
        Kind::Number | Kind::NumberOrBool => &[Type::Int, Type::Long, Type::Real, Type::Decimal],
        Kind::Summable => &[Type::Long, Type::Real, Type::DateTime, Type::TimeSpan],
        Kind::Orderable | Kind::CommonOrderable => &[Type::Long, Type::Real, Type::String, Type::DateTime],
        Kind::StringOrDynamic | Kind::StringOrArray => &[Type::String, Type::Dynamic],
        Kind::IntegerOrArray => &[Type::Long, Type::Dynamic],
        Kind::Array | Kind::Bag => &[Type::Dynamic],
        Kind::Same(_) | Kind::Common | Kind::CommonOrDynamic => std::slice::from_ref(&same),
        Kind::Table => return "(print y = 1)".to_owned(),
        Kind::Scalar | Kind::NotBool | Kind::NotRealOrBool | Kind::NotDynamic => {
            &[Type::Long, Type::String, Type::DateTime, Type::TimeSpan, Type::Real, Type::Bool, Type::Dynamic]
        }
    };
    let ty = types[dice.below(types.len())];
    if matches!(parameter.form, ArgumentForm::Constant | ArgumentForm::Literal) {
        let letter = LETTERS.iter().find(|letter| column_type(letter) == ty).copied().unwrap_or("l");
        return literal(dice, letter);
    }
    of_type(dice, ty, depth)
}

fn column_type(letter: &str) -> Type {
    let name = COLUMNS.iter().find(|column| column.0 == letter).map_or("long", |column| column.1);
    Type::from_name(name).unwrap_or(Type::Long)
}

/// A call with arguments of the types that the function takes.
fn call(dice: &mut Dice, function: &Function, depth: u32) -> String {
    let signature = &function.signatures[dice.below(function.signatures.len())];
    let same = column_type(LETTERS[dice.below(LETTERS.len())]);
    let mut arguments = Vec::new();
    for parameter in &signature.parameters {
        let most = parameter.times.max.min(parameter.times.min + 2);
        let times = parameter.times.min + dice.below(most - parameter.times.min + 1);
        arguments.extend((0..times).map(|_| argument(dice, parameter, same, depth)));
    }
    format!("{}({})", function.name, arguments.join(", "))
}

/// Calls whose value is of the moment, of the row's place or of its columns.
const APART: &[&str] = &[
    "rand",
    "new_guid",
    "row_number",
    "row_cumsum",
    "row_rank_dense",
    "row_rank_min",
    "row_window_session",
    "prev",
    "next",
    "pack_all",
    "bag_pack_columns",
    "column_names_of",
    "column_ifexists",
    "columnifexists",
];

fn functions() -> Vec<&'static Function> {
    let names = catalog::scalar_function_names().filter(|name| !APART.contains(name));
    names.filter_map(catalog::scalar_function).collect()
}

fn answer(query: &str) -> String {
    let syntax = kql::parse(query);
    if let Some(problem) = syntax.problems.first() {
        return format!("parse: {}", problem.message);
    }
    let now = time::parse_datetime("2024-06-08T00:00:00Z").expect("a time");
    let limits = Limits { rows: 100_000, bytes: 64 << 20, time: Duration::from_secs(5), ..Limits::default() };
    let settings = Settings { limits, ..Settings::at(now) };
    match eval::evaluate(&syntax, &Environment::new(), &Database::new(), &settings) {
        Ok(table) => shown(&table),
        Err(error) => format!("{}: {error}", error.kind()),
    }
}

/// Operators of which nothing is known but that they may stand behind any table of the columns. `[…]` stands for a chain of
/// operators.
const OPERATORS: &[&str] = &[
    "where {b}",
    "where {s} in ((T | project s))",
    "where {l} in (toscalar(T | summarize make_set(l)))",
    "extend l = {l}, s = {s}",
    "extend t = {t}, p = {p}, d = {d}, r = {r}",
    "project l = {l}, r = {r}, s = {s}, b = {b}, t = {t}, p = {p}, d = {d}",
    "project-reorder d, * asc",
    "extend m = toscalar(T | summarize max({l})) | extend l = l + m | project-away m",
    "as Named | union Named",
    "as Named | where l in ((Named | where {b} | project l))",
    "mv-expand d",
    "mv-expand with_itemindex = i d to typeof(string) limit 2 | extend d = todynamic({s}) | project-away i",
    "mv-expand bagexpansion = array d | extend d = todynamic(tostring(d))",
    "mv-apply e = d to typeof(long) on ([] | summarize top = max(e)) | project-away top",
    "mv-apply with_itemindex = i d on (as Own | where i == toscalar(Own | summarize max(i)) | top 1 by i)",
    "mv-apply d on (order by tostring(d) asc | take 1)",
    "parse s with * 'a' x:long y:real | project-away x, y",
    "parse kind = relaxed s with x:long '.' y:datetime | project-away x, y",
    "parse kind = regex flags = i s with @'(a|k)+' x:string | project-away x",
    "parse-where kind = regex s with x @'[.]' * | project-away x",
    "parse-kv s as (a:long, b1:string) with (pair_delimiter = ' ', kv_delimiter = '.') | project-away a, b1",
    "join kind = inner (T | []) on s | project-away *1",
    "join kind = innerunique (T | where {b}) on l, b | project-away *1",
    "join kind = leftouter (T) on $left.s == $right.s, l | project-away *1",
    "join kind = rightouter (T | take 2) on r | project l = l1, r = r1, s = s1, b = b1, t = t1, p = p1, d = d1",
    "join kind = fullouter (T | []) on t | project-away *1",
    "join kind = leftsemi (T | where {b}) on p",
    "join kind = rightsemi (T | where {b}) on b",
    "join kind = leftanti (T | where {b}) on s",
    "join kind = rightanti (T | where {b}) on l",
    "lookup kind = inner (T | project s, z = {l}) on s | project-away z",
    "lookup (T | distinct l, y = {s}) on l | project-away y",
    "union T",
    "union kind = inner (T | [])",
    "union withsource = w isfuzzy = true T, Absent | project-away w",
    "partition by s ([])",
    "partition hint.strategy = native by b (top 1 by {l} | as P | union P)",
    "partition by l {T | where l == toscalar(l)}",
    "serialize | extend l = prev(l, 1, 5), s = next(s)",
    "serialize l = row_number(2, prev(b) != b)",
    "sort by {s} asc, {l} | extend l = row_cumsum({l}, b), r = tolong(row_rank_dense(s)) * 1.0",
    "sort by t asc | extend t = row_window_session(t, 1h, 5m, s != prev(s))",
    "sort by {r} nulls first, {p} asc nulls last",
    "top 3 by {t} asc nulls last",
    "take 3",
    "sample 2",
    "limit 1",
    "distinct l, r, s, b, t, p, d",
    "scan declare (n:long = 0) with (step a: {b} => n = a.n + 1; step b1: a.l < l and n < 5 => n = a.n * 2;) | project-away n",
    "scan with_match_id = m partition by s with (step a output = last: true; step z: {b};) | project-away m",
    "invoke same()",
    "evaluate identity()",
    "evaluate rows_near({b}, 1)",
    "search kind = case_sensitive 'a' | project-away $table",
    "search s has 'a' or l == 3 | project-away $table",
    "where s has_any (T) or {b}",
];

/// Operators that give other columns.
const LAST: &[&str] = &[
    "summarize n = count(), {A}, {A} by s, bin(t, 1d)",
    "summarize {A}, {A} by l = {l}, b",
    "summarize {A}",
    "summarize by s, d",
    "count",
    "getschema",
    "make-series n = count(), v = avg({r}) default = 0.0 on l from -3 to 5 step 2 by b",
    "make-series v = max({l}) on t step 1d by s",
    "make-series kind = nonempty v = {A} default = 0 on p in range(0s, 2d, 12h)",
    "top-nested 2 of s with others = 'rest' by count(), top-nested of l by max({r}) desc",
    "top-hitters 2 of {s} by {l}",
    "sample-distinct 2 of s",
    "evaluate pivot(s, {A}, b)",
    "evaluate bag_unpack(d, 'p_')",
    "evaluate narrow()",
    "evaluate activity_counts_metrics(s, t, datetime(2024-02-28), datetime(2024-03-02), 1d, b)",
    "evaluate session_count(s, t, datetime(2024-02-28), datetime(2024-03-02), 1d, 2h)",
    "evaluate autocluster(0.5, '~', 3)",
    "evaluate basket(0.3, l, 2)",
    "evaluate diffpatterns(s, 'a', 'A b', l, 0.02)",
    "evaluate diffpatterns_text(s, {b}, 1, 0.02)",
    "evaluate funnel_sequence(s, t, datetime(2024-02-28), datetime(2024-03-02), 1d, 2d, b, dynamic([true,false]))",
    "evaluate funnel_sequence_completion(s, l, {l}, 9, 3, b, dynamic([true,false]), dynamic([1,2]))",
    "evaluate preview({l})",
    "reduce by s with threshold=0.4",
    "reduce kind=source by s with characters='a '",
    "evaluate sequence_detect(t, 1d, 2d, one = ({b}), two = ({b}), s)",
    "evaluate rolling_percentile(r, 50, t, 1d, 2)",
    "evaluate ipv4_lookup(T, s, s)",
    "make-graph s --> s with_node_id = n | graph-match (x)-[e]->(y)-[f*1..2]->(z) where e.l == 3 or {b2} project x.n, f.l, z.n",
    "extend o = tostring(l) | make-graph s --> o with T on s | graph-shortest-paths (x)-[p*1..4]-(y) project x.s, y.l, p.b",
    "extend o = tostring(l) | make-graph s --> o with_node_id = n | graph-mark-components | graph-to-table nodes",
    "facet by s, l with (where {b})",
    "fork (count) (top 1 by l) (summarize {A})",
    "project a = pack_all(), b = pack_array(*), c = bag_pack('x', {l})",
    "project a = series_fit_line(d), b = series_stats_dynamic(d)",
];

/// Chains of operators.
struct Chain<'d>(&'d mut Dice, Vec<&'static Function>);

impl Chain<'_> {
    fn shape(&mut self, shape: &str, depth: u32) -> String {
        let mut text = shape.to_owned();
        while let Some((before, after)) = text.split_once("{A}") {
            let function = self.1[self.0.below(self.1.len())];
            text = format!("{before}{}{after}", call(self.0, function, 1));
        }
        let text = text.replace("{b2}", "true");
        let mut text = filled(self.0, &text, 1);
        while let Some((before, after)) = text.split_once("[]") {
            let inner = if depth == 0 { "where true".to_owned() } else { self.chain(depth - 1) };
            text = format!("{before}{inner}{after}");
        }
        text
    }

    fn chain(&mut self, depth: u32) -> String {
        let count = 1 + self.0.below(3);
        let stages = (0..count).map(|_| {
            let shape = self.0.of(OPERATORS);
            self.shape(shape, depth)
        });
        stages.collect::<Vec<_>>().join(" | ")
    }
}

fn cases(default: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(default);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn calls_give_over_columns_what_they_give_over_values(seed in any::<u64>(), rows in rows()) {
        let mut dice = Dice(seed);
        let functions = functions();
        let function = functions[dice.below(functions.len())];
        let expression = call(&mut dice, function, 1);
        let over_columns = with_columns(&expression, |at| COLUMNS[at].0.to_owned());
        let table = answer(&format!("{} | project x = {over_columns}", datatable(&rows)));
        let cell = |row: &[usize], at: usize| COLUMNS[at].2[row[at] % COLUMNS[at].2.len()].to_owned();
        let single = |row: &Vec<usize>| answer(&format!("print 1 | project x = {}", with_columns(&expression, |at| cell(row, at))));
        let singles: Vec<String> = rows.iter().map(single).collect();
        if !table.starts_with("x:") {
            return Ok(());
        }
        // The names of several columns are made of what the call was written with.
        let first = |header: Option<&str>| header.and_then(|header| header.split(' ').next()).map(str::to_owned);
        let mut lines = table.lines();
        let ty = first(lines.next());
        for (line, single) in lines.zip(&singles).filter(|(_, single)| single.starts_with("x:")) {
            let mut single = single.lines();
            prop_assert_eq!(first(single.next()), ty.clone(), "{}", &over_columns);
            prop_assert_eq!(single.next(), Some(line), "{}", &over_columns);
        }
    }

    #[test]
    fn queries_give_the_same_answer_twice(seed in any::<u64>(), rows in rows()) {
        let mut dice = Dice(seed);
        let aggregates = catalog::aggregate_names().filter_map(catalog::aggregate).collect();
        let mut chain = Chain(&mut dice, aggregates);
        let mut text = chain.chain(2);
        let last = chain.0.of(LAST);
        text = format!("{text} | {}", chain.shape(last, 1));
        let text = with_columns(&text, |at| COLUMNS[at].0.to_owned());
        let query = format!("let same = (X:(*)) {{ X }}; let T = {}; T | {text}", datatable(&rows));
        let first = answer(&query);
        if std::env::var("SHOW_QUERIES").is_ok() {
            println!("{}\n{}", text, first.lines().next().unwrap_or_default());
        }
        prop_assert_eq!(&answer(&query), &first, "{}", &query);
    }
}
