//! Tabular operators.

use super::layout::{BreakKind, Gap};
use super::lower::Lower;
use crate::kql::ast::{
    Expr, JoinCondition, NamedExpr, Operator, OperatorParameter, ParsePart, ScanOperator, SortKey, Stage,
};
use crate::kql::keyword::Keyword;
use crate::kql::token::TokenKind;
use crate::text::Span;

impl Lower<'_> {
    /// What the tree says of an operator's layout.
    pub(super) fn stage(&mut self, stage: &Stage) {
        match &stage.operator {
            Operator::Extend(columns)
            | Operator::Print(columns)
            | Operator::Project(columns)
            | Operator::ProjectRename(columns)
            | Operator::Serialize(columns) => self.list(&named(columns)),
            Operator::ProjectAway(columns) | Operator::ProjectKeep(columns) | Operator::ProjectByNames(columns) => {
                self.list(&exprs(columns));
            }
            Operator::ProjectReorder(keys) => self.list(&keys_of(keys)),
            Operator::Distinct { parameters, columns } => {
                self.parameters(parameters);
                self.list(&exprs(columns));
            }
            Operator::Union { parameters, tables } => {
                self.parameters(parameters);
                self.list(&exprs(tables));
            }
            Operator::Sort { parameters, keys } => {
                self.parameters(parameters);
                self.list(&keys_of(keys));
            }
            Operator::Summarize(summarize) => {
                self.parameters(&summarize.parameters);
                self.sections(
                    &named(&summarize.aggregates),
                    &named(summarize.by.as_deref().unwrap_or_default()),
                    stage,
                    &[Keyword::By],
                );
            }
            Operator::MakeSeries(series) => {
                self.parameters(&series.parameters);
                for default in series.aggregates.iter().filter_map(|aggregate| aggregate.default.as_ref()) {
                    self.tight_equals_before(self.from(default.span.start));
                }
                let aggregates: Vec<Span> = series.aggregates.iter().map(|aggregate| aggregate.column.span).collect();
                let sections = [Keyword::On, Keyword::From, Keyword::By];
                self.sections(&aggregates, &named(&series.by), stage, &sections);
            }
            _ => self.other_stage(stage),
        }
    }

    fn other_stage(&mut self, stage: &Stage) {
        match &stage.operator {
            Operator::Join(join) | Operator::Lookup(join) => {
                self.parameters(&join.parameters);
                if let Some(JoinCondition::On(columns)) = &join.condition {
                    self.join_condition(&join.right, columns);
                }
            }
            Operator::MvExpand(expand) => {
                self.parameters(&expand.parameters);
                self.list(&expand.columns.iter().map(|column| column.column.span).collect::<Vec<_>>());
            }
            Operator::MvApply(apply) => {
                self.parameters(&apply.parameters);
                self.list(&apply.columns.iter().map(|column| column.column.span).collect::<Vec<_>>());
            }
            Operator::Parse(parse) | Operator::ParseWhere(parse) => {
                self.parameters(&parse.parameters);
                self.parse_pattern(&parse.pattern);
            }
            Operator::ParseKv(parse) => self.parameters(&parse.properties),
            Operator::Evaluate { parameters, schema, .. } => {
                self.parameters(parameters);
                if schema.is_some() {
                    self.schema_colon(stage);
                }
            }
            Operator::Reduce { parameters, with, .. } => {
                self.parameters(parameters);
                self.arguments(with);
            }
            Operator::Render { parameters, properties, .. } => {
                self.parameters(parameters);
                self.parameters(properties);
            }
            Operator::Scan(scan) => self.scan(scan),
            Operator::Fork(branches) => {
                let branches: Vec<Span> = branches
                    .iter()
                    .map(|branch| match branch.name {
                        Some(name) => name.span.to(branch.pipe.span),
                        None => self.with_bracket_before(branch.pipe.span),
                    })
                    .collect();
                self.list(&branches);
            }
            Operator::Find(find) => {
                self.parameters(&find.parameters);
                self.break_before(stage, &[Keyword::Where, Keyword::Project]);
            }
            Operator::Search(search) => self.parameters(&search.parameters),
            Operator::Partition(partition) => self.parameters(&partition.parameters),
            Operator::MacroExpand { parameters, body, .. } => {
                self.parameters(parameters);
                let close = self.from(stage.span.end).saturating_sub(1);
                if let Some(open) = self.pairs.partner(close) {
                    self.body(body, open);
                }
            }
            Operator::GraphMatch(graph) => {
                self.parameters(&graph.parameters);
                self.graph_patterns(stage, &[Keyword::Where, Keyword::Project]);
                self.break_before(stage, &[Keyword::Where, Keyword::Project]);
                self.list(&named(&graph.project));
            }
            Operator::MakeGraph(graph) => {
                self.parameters(&graph.parameters);
                self.graph_patterns(stage, &[Keyword::With, Keyword::WithNodeId, Keyword::PartitionedBy]);
            }
            Operator::GraphToTable(outputs) => {
                for output in outputs {
                    self.parameters(&output.parameters);
                }
            }
            Operator::As { parameters, .. }
            | Operator::Consume(parameters)
            | Operator::GraphMarkComponents(parameters)
            | Operator::Where { parameters, .. }
            | Operator::Take { parameters, .. }
            | Operator::Sample { parameters, .. }
            | Operator::SampleDistinct { parameters, .. }
            | Operator::Top { parameters, .. }
            | Operator::TopHitters { parameters, .. } => self.parameters(parameters),
            _ => {}
        }
    }

    /// `on a, b`: behind a bracket on its line, behind a name on one of its own where it does not fit.
    fn join_condition(&mut self, right: &Expr, columns: &[Expr]) {
        let on = self.from(right.span.end);
        let is_name = on.checked_sub(1).is_some_and(|last| self.pairs.partner(last).is_none());
        if let Some(last) = columns.last().filter(|_| is_name) {
            let group = self.layout.group(on, self.from(last.span.end), 1);
            self.layout.line(on, group, 1);
        }
        self.list(&exprs(columns));
    }

    /// `kind=inner`: no blanks around the equals sign.
    fn parameters(&mut self, parameters: &[OperatorParameter]) {
        for parameter in parameters {
            self.name(&parameter.name);
            let equals = self.from(parameter.name.span.end);
            if self.kind(equals) == TokenKind::Equal {
                self.layout.gap(equals, Gap::Tight);
                self.layout.gap(equals + 1, Gap::Tight);
            }
        }
    }

    /// `summarize a, b by c, d`: where it does not fit, each column has a line, and the sections start one.
    fn sections(&mut self, columns: &[Span], by: &[Span], stage: &Stage, words: &[Keyword]) {
        let starts = self.top_level_words(stage, words);
        let Some(first) = columns.first().map(|span| self.from(span.start)).or(starts.first().copied()) else { return };
        let end = self.from(stage.span.end);
        let group = self.layout.group(first, end, 1);
        if columns.len() > 1 {
            for column in columns {
                self.layout.line(self.from(column.start), group, 1);
            }
        }
        for &start in starts.iter().filter(|&&start| start > first) {
            self.layout.line(start, group, 1);
        }
        self.list(by);
    }

    /// A line may break before the words of a stage, outside all brackets.
    fn break_before(&mut self, stage: &Stage, words: &[Keyword]) {
        let starts = self.top_level_words(stage, words);
        let Some(&first) = starts.first() else { return };
        let start = self.from(stage.keyword.end);
        let group = self.layout.group(start.min(first), self.from(stage.span.end), 1);
        for &word in &starts {
            self.layout.line(word, group, 1);
        }
    }

    /// The words of a stage outside all brackets.
    fn top_level_words(&self, stage: &Stage, words: &[Keyword]) -> Vec<usize> {
        let (mut index, end) = (self.from(stage.keyword.end), self.from(stage.span.end));
        let mut found = Vec::new();
        while index < end {
            if let Some(close) = self.pairs.close_of(index) {
                index = close;
            } else if self.kind(index).keyword().is_some_and(|word| words.contains(&word)) {
                found.push(index);
            }
            index += 1;
        }
        found
    }

    /// The texts and columns of a pattern are filled into lines.
    fn parse_pattern(&mut self, pattern: &[ParsePart]) {
        let starts: Vec<usize> = pattern
            .iter()
            .map(|part| match part {
                ParsePart::Star(span) => span.start,
                ParsePart::Text(literal) => literal.span.start,
                ParsePart::Column(column) => column.name.span.start,
            })
            .map(|start| self.from(start))
            .collect();
        if let [first, .., last] = starts[..] {
            let group = self.layout.group(first, last + 1, 1);
            for start in starts {
                self.layout.place(start, BreakKind::Fill, group, 1);
            }
        }
    }

    /// `evaluate plugin() : (a:string)`
    fn schema_colon(&mut self, stage: &Stage) {
        let close = self.from(stage.span.end).saturating_sub(1);
        if let Some(open) = self.pairs.partner(close).filter(|&open| open > 0) {
            self.layout.gap(open - 1, Gap::Space);
            self.layout.gap(open, Gap::Space);
        }
    }

    fn scan(&mut self, scan: &ScanOperator) {
        self.parameters(&scan.parameters);
        let group = scan.steps.first().and_then(|step| {
            let open = self.from(step.span.start).checked_sub(1)?;
            self.bracket_group(open)
        });
        for step in &scan.steps {
            let (first, end) = self.range(step.span);
            if let Some(group) = group {
                self.layout.line(first, group, 1);
                self.layout.harden(group);
            }
            let condition = self.from(step.condition.span.start);
            // `step s:` has its colon right before the condition.
            if self.kind(condition.wrapping_sub(1)) == TokenKind::Colon {
                self.layout.gap(condition, Gap::Space);
            }
            for index in first..condition {
                if self.kind(index) == TokenKind::Equal {
                    self.tight_equals_before(index + 1);
                }
            }
            let assignments = named(&step.assignments);
            let arrow = (condition..end).find(|&index| self.kind(index) == TokenKind::FatArrow);
            if let Some(arrow) = arrow {
                let group = self.layout.group(first, end, 1);
                self.layout.line(arrow, group, 1);
            }
            self.list(&assignments);
        }
    }

    /// Nodes and edges are drawn; their blanks stay.
    fn graph_patterns(&mut self, stage: &Stage, words: &[Keyword]) {
        let start = self.from(stage.keyword.end);
        let end = self.from(stage.span.end);
        let end = self.top_level_words(stage, words).first().copied().unwrap_or(end);
        self.as_written(start + 1, end);
    }

    fn with_bracket_before(&self, span: Span) -> Span {
        let before = self.from(span.start).saturating_sub(1);
        self.tokens.get(before).map_or(span, |token| token.span.to(span))
    }
}

fn named(columns: &[NamedExpr]) -> Vec<Span> {
    columns.iter().map(|column| column.span).collect()
}

fn exprs(columns: &[Expr]) -> Vec<Span> {
    columns.iter().map(|column| column.span).collect()
}

fn keys_of(keys: &[SortKey]) -> Vec<Span> {
    keys.iter().map(|key| key.key.span).collect()
}
