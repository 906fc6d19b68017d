//! The stages of a pipe: one file for each family of operators.

mod evaluate;
mod expand;
mod graph;
mod join;
mod make_graph;
mod parse;
mod plugin;
mod project;
mod scan;
mod search;
mod series;
mod several;
mod sort;
mod source;
mod summarize;
mod top;
mod union;

use std::borrow::Cow;

use super::ir::{Columns, Expr, ExprKind, GraphPart, Name, Rel, RelKind};
use super::literal::string_text;
use super::scope::{Binder, Row, unknown_table};
use crate::kql::ast::{self, Operator};
use crate::text::Span;
use crate::value::{Type, Value};

impl<'a> Binder<'a> {
    /// A stage that starts a pipe.
    pub(super) fn source_stage(&mut self, stage: &'a ast::Stage) -> Rel {
        match &stage.operator {
            Operator::Print(items) => self.print(items, stage.span),
            Operator::Range { name, from, to, step } => self.range(*name, [from, to, step], stage.span),
            Operator::Union { parameters, tables } => self.union(None, parameters, tables, stage.span),
            Operator::Find(find) => self.find(find, stage.span),
            Operator::Search(search) => self.search(None, search, stage.span),
            Operator::Unknown => unknown_table("", stage.span),
            Operator::MacroExpand { .. } => self.other(None, stage.keyword, stage.span),
            Operator::Evaluate { call, schema, .. } => self.evaluate(None, call, schema.as_deref(), stage.span),
            _ => {
                let word = stage.keyword.slice(self.text);
                self.report("type-mismatch", stage.keyword, format!("`{word}` needs a table before it"));
                self.stage(unknown_table("", Span::at(stage.span.start)), stage)
            }
        }
    }

    /// A stage over the rows of `input`.
    pub(super) fn stage(&mut self, input: Rel, stage: &'a ast::Stage) -> Rel {
        let span = stage.span;
        if graph::is_graph(&input) && !graph::takes_graphs(&stage.operator) {
            let word = stage.keyword.slice(self.text);
            self.report("type-mismatch", stage.keyword, format!("`{word}` takes a table, this is a graph"));
            return self.other(Some(input), stage.keyword, span);
        }
        match &stage.operator {
            Operator::Where { predicate, .. } => {
                let predicate = self.predicate(predicate, Row::of(&input));
                keeping(input, span, |input| RelKind::Filter { input, predicate })
            }
            Operator::Project(items) => self.project(input, items, span),
            Operator::Extend(items) => self.extend(input, items, span),
            Operator::Serialize(items) => self.serialize(input, items, span),
            Operator::ProjectAway(columns) => self.project_away(input, columns, span),
            Operator::ProjectKeep(columns) => self.project_keep(input, columns, span),
            Operator::ProjectRename(items) => self.project_rename(input, items, span),
            Operator::ProjectReorder(keys) => self.project_reorder(input, keys, span),
            Operator::Summarize(summarize) => self.summarize(input, summarize, span),
            Operator::Distinct { columns, .. } => self.distinct(input, columns, span),
            Operator::Count { name } => self.count(input, *name, span),
            Operator::Sort { keys, .. } => self.sort(input, keys, span),
            Operator::Take { count, .. } => {
                let count = self.integer(count, Row::default());
                keeping(input, span, |input| RelKind::Take { input, count })
            }
            Operator::Top { count, by, .. } => self.top(input, count, by, span),
            Operator::TopHitters { count, of, by, .. } => self.top_hitters(input, count, of, by.as_deref(), span),
            Operator::TopNested(clauses) => self.top_nested(input, clauses, span),
            Operator::Sample { count, .. } => {
                let count = self.integer(count, Row::default());
                keeping(input, span, |input| RelKind::Sample { input, count })
            }
            Operator::SampleDistinct { count, of, .. } => self.sample_distinct(input, count, of, span),
            Operator::Join(join) => self.join(input, join, span),
            Operator::Lookup(lookup) => self.lookup(input, lookup, span),
            Operator::Union { parameters, tables } => self.union(Some(input), parameters, tables, span),
            Operator::MvExpand(expand) => self.mv_expand(input, expand, stage.keyword, span),
            Operator::MvApply(apply) => self.mv_apply(input, apply, span),
            Operator::Parse(parse) => self.parse(input, parse, MatchingOnly::No, span),
            Operator::ParseWhere(parse) => self.parse(input, parse, MatchingOnly::Yes, span),
            Operator::ParseKv(parse) => self.parse_kv(input, parse, span),
            Operator::MakeSeries(series) => self.make_series(input, series, span),
            Operator::Partition(partition) => self.partition(input, partition, span),
            Operator::Evaluate { call, schema, .. } => self.evaluate(Some(input), call, schema.as_deref(), span),
            Operator::Invoke(call) => self.invoke(input, call, span),
            Operator::GetSchema => get_schema(input, span),
            Operator::Scan(steps) => self.scan(input, steps, span),
            Operator::Search(search) => {
                if !search.tables.is_empty() {
                    self.report("type-mismatch", stage.keyword, "`search in (…)` takes no table before it");
                }
                self.search(Some(input), search, span)
            }
            Operator::Fork(branches) => self.fork(input, branches, span),
            Operator::As { name, .. } => self.name_table(input, *name, span),
            Operator::Render { .. } | Operator::ExecuteAndCache => input,
            Operator::AssertSchema(columns) => self.assert_schema(input, columns, stage.keyword, span),
            Operator::Reduce { parameters, by, with } => self.reduce(input, parameters, by, with, span),
            Operator::Facet(facet) => self.facet(input, facet, span),
            Operator::Consume(_) => consumed(input, span),
            Operator::Print(_) | Operator::Range { .. } => {
                let word = stage.keyword.slice(self.text);
                self.report("type-mismatch", stage.keyword, format!("`{word}` takes no table before it"));
                self.source_stage(stage)
            }
            Operator::MakeGraph(make) => self.make_graph(input, make, span),
            Operator::GraphMarkComponents(parameters) => self.graph_components(input, parameters, span),
            Operator::GraphMatch(operator) => self.graph_match(input, operator, span),
            Operator::GraphToTable(outputs) => self.graph_to_table(input, outputs, span),
            Operator::GraphWhereNodes(predicate) => self.graph_where(input, GraphPart::Nodes, predicate, span),
            Operator::GraphWhereEdges(predicate) => self.graph_where(input, GraphPart::Edges, predicate, span),
            Operator::ProjectByNames(names) => match self.project_by_names(&input, names) {
                Some(columns) if !input.open => project::picked(input, columns, span),
                _ => self.other(Some(input), stage.keyword, span),
            },
            Operator::Unknown | Operator::Find(_) | Operator::MacroExpand { .. } => {
                self.other(Some(input), stage.keyword, span)
            }
        }
    }

    /// `assert-schema`: nothing where the columns are those asserted. Which others the service lets pass is not documented.
    fn assert_schema(&mut self, input: Rel, columns: &'a [ast::ColumnDecl], keyword: Span, span: Span) -> Rel {
        let asserted = self.declared_columns(columns);
        if input.open || input.columns.iter().eq(&asserted) {
            return input;
        }
        let (columns, open, name) = (input.columns.clone(), input.open, keyword.slice(self.text).into());
        Rel { kind: RelKind::Other { input: Some(Box::new(input)), name }, columns, open, span }
    }

    /// An operator without a node of its own: what it gives is not known.
    fn other(&mut self, input: Option<Rel>, keyword: Span, span: Span) -> Rel {
        let name = keyword.slice(self.text).into();
        Rel { kind: RelKind::Other { input: input.map(Box::new), name }, columns: Columns::default(), open: true, span }
    }

    /// The value of an operator's parameter.
    fn parameter(&self, parameters: &'a [ast::OperatorParameter], name: &str) -> Option<&'a ast::Expr> {
        parameters
            .iter()
            .find(|parameter| parameter.name.span.slice(self.text) == name)
            .map(|parameter| &parameter.value)
    }

    /// The word or text that an operator's parameter is set to.
    fn parameter_word(&self, parameters: &'a [ast::OperatorParameter], name: &str) -> Option<Cow<'a, str>> {
        match &self.parameter(parameters, name)?.kind {
            ast::ExprKind::Name(name) => Some(self.name(*name)),
            ast::ExprKind::Literal(literal) => {
                let text = string_text(literal, self.text).map(Cow::Owned);
                Some(text.unwrap_or_else(|| literal.span.slice(self.text).into()))
            }
            _ => None,
        }
    }

    /// What the word that an operator's parameter is set to stands for; a word that stands for nothing is a mistake.
    fn choice<T: Copy>(
        &mut self,
        parameters: &'a [ast::OperatorParameter],
        name: &str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let value = self.parameter(parameters, name)?;
        let word = self.parameter_word(parameters, name)?;
        let chosen = choices.iter().find(|(choice, _)| word.eq_ignore_ascii_case(choice)).map(|(_, chosen)| *chosen);
        if chosen.is_none() {
            let known: Vec<String> = choices.iter().map(|(choice, _)| format!("`{choice}`")).collect();
            self.report("invalid-argument", value.span, format!("`{name}` is one of {}", known.join(", ")));
        }
        chosen
    }
}

/// Whether rows that do not match are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MatchingOnly {
    Yes,
    No,
}

/// A stage with the columns of its input.
fn keeping(input: Rel, span: Span, kind: impl FnOnce(Box<Rel>) -> RelKind) -> Rel {
    let (columns, open) = (input.columns.clone(), input.open);
    Rel { kind: kind(Box::new(input)), columns, open, span }
}

/// All columns of a row as values.
fn all_columns(input: &Rel, span: Span) -> Vec<Expr> {
    (0..input.columns.len()).map(|index| super::scope::column(&input.columns, index, span)).collect()
}

/// `consume`: the rows are made, and nothing is given.
fn consumed(input: Rel, span: Span) -> Rel {
    let none = Expr { kind: ExprKind::Literal(Value::Long(0)), ty: Type::Long, span };
    let nothing = keeping(input, span, |input| RelKind::Take { input, count: none });
    let kind = RelKind::Project { input: Box::new(nothing), values: Vec::new() };
    Rel { kind, columns: Columns::default(), open: false, span }
}

fn get_schema(input: Rel, span: Span) -> Rel {
    let columns = [
        ("ColumnName", Type::String),
        ("ColumnOrdinal", Type::Int),
        ("DataType", Type::String),
        ("ColumnType", Type::String),
    ];
    let columns = columns.map(|(name, ty)| super::ir::Column { name: Name::fixed(name), ty }).into();
    Rel { kind: RelKind::GetSchema { input: Box::new(input) }, columns, open: false, span }
}
