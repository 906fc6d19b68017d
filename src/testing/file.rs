//! A test file as its author wrote it, every part with its place.

use crate::diag::{Diagnostic, Level};
use crate::text::{Source, Span, Spanned, nearest};
use crate::value::time;
use crate::yaml::{self, Mapping, Node};

/// A test file, read.
#[derive(Debug, Clone)]
pub struct TestFile {
    /// What the rule is about.
    pub description: Option<String>,
    /// The rule, if it is not the file of the same name: a path relative to the test file.
    pub rule: Option<Spanned<String>>,
    /// The moment `now()` gives, in ticks since 0001-01-01.
    pub now: Option<Spanned<i64>>,
    /// Columns that every event of a table has unless it says otherwise.
    pub defaults: Vec<Defaults>,
    /// The cases, in order.
    pub cases: Vec<Case>,
    /// What is wrong with the file. A file with errors is not run.
    pub problems: Vec<Diagnostic>,
}

/// The columns that every event of a table has.
#[derive(Debug, Clone)]
pub struct Defaults {
    /// The table.
    pub table: Spanned<String>,
    /// The columns.
    pub columns: Mapping,
}

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name.
    pub name: Spanned<String>,
    /// The moment `now()` gives in this case alone.
    pub now: Option<Spanned<i64>>,
    /// The events by table.
    pub events: Vec<TableEvents>,
    /// What the rule must do.
    pub expect: Spanned<Expect>,
    /// Why the case is not run.
    pub skip: Option<Spanned<String>>,
}

/// The events of one table.
#[derive(Debug, Clone)]
pub struct TableEvents {
    /// The table.
    pub table: Spanned<String>,
    /// Its events.
    pub rows: EventRows,
}

/// Where events come from.
#[derive(Debug, Clone)]
pub enum EventRows {
    /// They stand in the test file.
    Inline(Vec<Event>),
    /// They stand in a file of their own: a path relative to the test file.
    File(Spanned<String>),
}

/// One event.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its columns.
    pub columns: Mapping,
    /// Where it stands.
    pub span: Span,
}

/// What a rule must do.
#[derive(Debug, Clone)]
pub enum Expect {
    /// The rule raises an alert; a hunting query finds something.
    Alert,
    /// It does not.
    None,
    /// The query gives this many rows.
    Count(usize),
    /// The query gives exactly these rows, in any order; columns that a row does not name are not compared.
    Rows(Vec<Event>),
}

const FILE_KEYS: &[&str] = &["description", "rule", "now", "tables", "defaults", "cases"];
const CASE_KEYS: &[&str] = &["name", "description", "now", "events", "expect", "skip"];

/// Reads a test file. Never fails; what is wrong is in [`TestFile::problems`].
pub fn read(source: &Source) -> TestFile {
    let document = yaml::read(source.text());
    let mut reader = Reader { problems: document.problems };
    let mut file = TestFile {
        description: None,
        rule: None,
        now: None,
        defaults: Vec::new(),
        cases: Vec::new(),
        problems: Vec::new(),
    };
    match document.root.as_ref().map(|root| (root, root.as_mapping())) {
        Some((_, Some(mapping))) => reader.file(mapping, &mut file),
        Some((root, None)) => reader.error(root.span, "a test file is a mapping with `now` and `cases`"),
        None => reader.error(Span::default(), "the test file is empty; it needs `now` and `cases`"),
    }
    file.problems = reader.problems;
    file
}

impl TestFile {
    /// Whether something is wrong that keeps the cases from running.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.level == Level::Error)
    }
}

struct Reader {
    problems: Vec<Diagnostic>,
}

impl Reader {
    fn error(&mut self, span: Span, message: impl Into<String>) {
        self.problems.push(Diagnostic::new("test-format", Level::Error, message, span));
    }

    fn known_keys(&mut self, mapping: &Mapping, known: &[&str], of: &str) {
        for entry in &mapping.entries {
            let key = &entry.key.value;
            if known.contains(&key.as_str()) {
                continue;
            }
            let mut problem =
                Diagnostic::new("test-format", Level::Error, format!("`{key}` is no key of {of}"), entry.key.span);
            problem.help = nearest(key, known.iter().copied()).map(|name| format!("did you mean `{name}`?"));
            self.problems.push(problem);
        }
    }

    fn file(&mut self, mapping: &Mapping, file: &mut TestFile) {
        self.known_keys(mapping, FILE_KEYS, "a test file");
        file.description = self.text(mapping, "description").map(|text| text.value);
        file.rule = self.text(mapping, "rule");
        file.now = self.now(mapping);
        if let Some(entry) = mapping.get("defaults") {
            file.defaults = self.defaults(&entry.value);
        }
        let Some(entry) = mapping.get("cases") else {
            let end = mapping.entries.last().map_or(Span::default(), |entry| entry.value.span);
            return self.error(Span::at(end.end), "`cases` is missing");
        };
        match entry.value.as_sequence() {
            Some(cases) => file.cases = cases.iter().filter_map(|case| self.case(case, file.now.is_some())).collect(),
            None => self.error(entry.value.span, format!("`cases` is a list of cases, not {}", entry.value.describe())),
        }
        self.unique_names(&file.cases);
    }

    fn unique_names(&mut self, cases: &[Case]) {
        let mut seen = std::collections::BTreeMap::new();
        for case in cases {
            if let Some(first) = seen.insert(&case.name.value, case.name.span) {
                let message = format!("two cases are called '{}'", case.name.value);
                let problem = Diagnostic::new("test-format", Level::Error, message, case.name.span);
                self.problems.push(problem.related(first, "the first"));
            }
        }
    }

    fn text(&mut self, mapping: &Mapping, key: &str) -> Option<Spanned<String>> {
        let entry = mapping.get(key)?;
        let Some(scalar) = entry.value.as_scalar() else {
            self.error(entry.value.span, format!("`{key}` is text, not {}", entry.value.describe()));
            return None;
        };
        Some(Spanned::new(scalar.value.clone(), entry.value.span))
    }

    fn now(&mut self, mapping: &Mapping) -> Option<Spanned<i64>> {
        let text = self.text(mapping, "now")?;
        let ticks = time::parse_datetime(text.value.trim());
        if ticks.is_none() {
            self.error(text.span, format!("`{}` is no time; write one as 2026-01-15T12:00:00Z", text.value));
        }
        // A time that is no time is reported once, not as missing in every case too.
        Some(Spanned::new(ticks.unwrap_or_default(), text.span))
    }

    fn defaults(&mut self, node: &Node) -> Vec<Defaults> {
        let Some(mapping) = node.as_mapping() else {
            self.error(node.span, format!("`defaults` is a mapping of tables to columns, not {}", node.describe()));
            return Vec::new();
        };
        let mut defaults = Vec::new();
        for entry in &mapping.entries {
            match entry.value.as_mapping() {
                Some(columns) => defaults.push(Defaults { table: entry.key.clone(), columns: columns.clone() }),
                None => self.error(
                    entry.value.span,
                    format!("the defaults of a table are columns, not {}", entry.value.describe()),
                ),
            }
        }
        defaults
    }

    fn case(&mut self, node: &Node, file_has_now: bool) -> Option<Case> {
        let Some(mapping) = node.as_mapping() else {
            self.error(
                node.span,
                format!("a case is a mapping with `name`, `events` and `expect`, not {}", node.describe()),
            );
            return None;
        };
        self.known_keys(mapping, CASE_KEYS, "a case");
        let name = self.text(mapping, "name");
        if mapping.get("name").is_none() {
            self.error(Span::at(node.span.start), "the case has no `name`");
        }
        let skip = self.text(mapping, "skip");
        let now = self.now(mapping);
        if now.is_none() && !file_has_now && skip.is_none() {
            self.error(Span::at(node.span.start), "neither the file nor the case says what `now` is");
        }
        let events = mapping.get("events").map(|entry| self.events(&entry.value)).unwrap_or_default();
        let Some(expect) = mapping.get("expect") else {
            self.error(Span::at(node.span.start), "the case has no `expect`: `alert`, `none` or `rows`");
            return None;
        };
        let expect = Spanned::new(self.expect(&expect.value)?, expect.value.span);
        Some(Case { name: name?, now, events, expect, skip })
    }

    fn events(&mut self, node: &Node) -> Vec<TableEvents> {
        let Some(mapping) = node.as_mapping() else {
            self.error(node.span, format!("`events` is a mapping of tables to events, not {}", node.describe()));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for entry in &mapping.entries {
            if let Some(rows) = self.event_rows(&entry.value) {
                tables.push(TableEvents { table: entry.key.clone(), rows });
            }
        }
        tables
    }

    fn event_rows(&mut self, node: &Node) -> Option<EventRows> {
        if let Some(items) = node.as_sequence() {
            return Some(EventRows::Inline(items.iter().filter_map(|item| self.event(item)).collect()));
        }
        if let Some(mapping) = node.as_mapping() {
            self.known_keys(mapping, &["file"], "the events of a table");
            return self.text(mapping, "file").map(EventRows::File);
        }
        if node.is_null() {
            return Some(EventRows::Inline(Vec::new()));
        }
        self.error(node.span, format!("the events of a table are a list, or `file: PATH`, not {}", node.describe()));
        None
    }

    fn event(&mut self, node: &Node) -> Option<Event> {
        if let Some(columns) = node.as_mapping() {
            return Some(Event { columns: columns.clone(), span: node.span });
        }
        self.error(node.span, format!("a row is a mapping of columns to values, not {}", node.describe()));
        None
    }

    fn expect(&mut self, node: &Node) -> Option<Expect> {
        if let Some(scalar) = node.as_scalar() {
            return match scalar.value.as_str() {
                "alert" => Some(Expect::Alert),
                "none" => Some(Expect::None),
                other => {
                    self.error(node.span, format!("`{other}` is no expectation; write `alert`, `none` or `rows: …`"));
                    None
                }
            };
        }
        let Some(mapping) = node.as_mapping() else {
            self.error(node.span, "an expectation is `alert`, `none` or `rows: …`");
            return None;
        };
        self.known_keys(mapping, &["rows"], "an expectation");
        let rows = &mapping.get("rows")?.value;
        if let Some(items) = rows.as_sequence() {
            return Some(Expect::Rows(items.iter().filter_map(|item| self.event(item)).collect()));
        }
        let count = rows.as_scalar().and_then(|scalar| scalar.value.parse().ok());
        if count.is_none() {
            self.error(rows.span, format!("`rows` is a number or a list of rows, not {}", rows.describe()));
        }
        count.map(Expect::Count)
    }
}
