//! Tabular operators: pipes, and which operator a word starts. Each family of operators has a file of its own.

mod column;
mod graph;
mod group;
mod multivalue;
mod output;
mod row;
mod scan;
mod subquery;
mod table;
mod text;

use super::{Parser, recover};
use crate::kql::ast::{Expr, ExprKind, Operator, Pipe, Stage};
use crate::kql::keyword::Keyword;
use crate::kql::token::TokenKind;
use crate::text::Span;

/// Reads an operator whose word is the token before the cursor.
type Reader<'s> = fn(&mut Parser<'s>) -> Operator;

impl Parser<'_> {
    /// A tabular or scalar expression: `T | where …`, `print 1`, `1 + 2`.
    pub(in crate::kql::parse) fn pipe(&mut self) -> Option<Expr> {
        self.nested(Self::unguarded_pipe)
    }

    pub(in crate::kql::parse) fn required_pipe(&mut self) -> Expr {
        match self.pipe() {
            Some(expr) => expr,
            None => self.missing_expr(),
        }
    }

    fn unguarded_pipe(&mut self) -> Option<Expr> {
        let start = self.here();
        let (source, stages) = if self.at_inline_table() {
            (Some(self.inline_external_table()), Vec::new())
        } else if self.at_query_operator() {
            match self.stage() {
                Some(stage) => (None, vec![stage]),
                None => (Some(self.unnamed()?), Vec::new()),
            }
        } else {
            match self.unnamed() {
                Some(source) => (Some(source), Vec::new()),
                None => (None, vec![self.stage()?]),
            }
        };
        if stages.is_empty() && self.peek() != TokenKind::Bar {
            return source;
        }
        let stages = self.more_stages(stages);
        Some(Expr { kind: ExprKind::Pipe(Box::new(Pipe { source, stages })), span: self.since(start) })
    }

    /// `| stage | stage …`
    pub(in crate::kql::parse) fn more_stages(&mut self, mut stages: Vec<Stage>) -> Vec<Stage> {
        loop {
            self.stage_end();
            let Some(bar) = self.eat(TokenKind::Bar) else { return stages };
            self.lost = false;
            stages.push(self.required_stage(bar));
        }
    }

    /// After a mistake: skips what is left of the stage.
    fn stage_end(&mut self) {
        if self.lost {
            self.skip_stage();
        }
    }

    /// A pipe without a source, as in `facet by a with (…)`.
    pub(in crate::kql::parse) fn inner_pipe(&mut self) -> Option<Expr> {
        self.nested(|parser| {
            let first = parser.stage()?;
            Some(parser.pipe_from(first))
        })
    }

    /// [`Parser::inner_pipe`] whose first operator must be there; a table that the service fills in may stand first.
    pub(in crate::kql::parse) fn required_inner_pipe(&mut self) -> Expr {
        if self.is(Keyword::InternalContextualDatatable) {
            return self.required_pipe();
        }
        let pipe = self.nested(|parser| {
            let first = parser.required_stage(parser.before());
            Some(parser.pipe_from(first))
        });
        match pipe {
            Some(pipe) => pipe,
            None => self.missing(),
        }
    }

    fn pipe_from(&mut self, first: Stage) -> Expr {
        let start = first.keyword;
        let stages = self.more_stages(vec![first]);
        Expr { kind: ExprKind::Pipe(Box::new(Pipe { source: None, stages })), span: self.since(start) }
    }

    /// A stage behind a `|`; what is none is reported and skipped.
    pub(in crate::kql::parse) fn required_stage(&mut self, bar: Span) -> Stage {
        if let Some(stage) = self.stage() {
            return stage;
        }
        self.operator_expected();
        let keyword = if self.peek() == TokenKind::Identifier { self.bump() } else { Span::at(bar.end) };
        self.skip_stage();
        Stage { operator: Operator::Unknown, keyword, span: self.since(keyword) }
    }

    fn operator_expected(&mut self) {
        let (next, after) = (self.peek(), self.peek_at(1));
        if matches!(next, TokenKind::Bar | TokenKind::End) || self.at_common_end() {
            self.expected("an operator such as `where`");
            return;
        }
        let text = self.slice(self.here()).to_owned();
        let compares = matches!(next, TokenKind::Identifier | TokenKind::Keyword(_) | TokenKind::OpenParen)
            && (after.keyword().is_some() || is_comparison(after) || after == TokenKind::OpenParen);
        let lower = text.to_ascii_lowercase();
        let operator = Keyword::from_bytes(lower.as_bytes()).filter(|keyword| reader(*keyword).is_some());
        let help = match operator {
            Some(operator) if next == TokenKind::Identifier => Some(format!("write `{}`", operator.as_str())),
            _ if after == TokenKind::Keyword(Keyword::By) && recover::sql_word(&text).is_some() => {
                recover::sql_word(&text).map(ToOwned::to_owned)
            }
            _ if compares => Some("`where` is missing: write `| where …`".to_owned()),
            _ if next == TokenKind::Keyword(Keyword::Let) => {
                Some("`let` starts a statement: it stands before the table, and ends with `;`".to_owned())
            }
            _ if next == TokenKind::Minus => Some("a comment starts with `//`".to_owned()),
            _ if recover::sql_word(&text).is_some() => recover::sql_word(&text).map(ToOwned::to_owned),
            _ => closest_operator(&lower).map(|close| format!("did you mean `{close}`?")),
        };
        let place = if next == TokenKind::Identifier { self.here() } else { self.fault() };
        self.report_with(place, format!("expected an operator after `|`, found `{text}`"), None, help);
    }

    /// The operator at the cursor.
    fn stage(&mut self) -> Option<Stage> {
        let keyword = self.keyword()?;
        let read = reader(keyword)?;
        if matches!(keyword, Keyword::Count | Keyword::Range) && self.peek_at(1) == TokenKind::OpenParen {
            return None;
        }
        let keyword = self.bump();
        let operator = read(self);
        Some(Stage { operator, keyword, span: self.since(keyword) })
    }

    /// Whether an operator, not a name, stands at the cursor.
    pub(in crate::kql::parse) fn at_query_operator(&self) -> bool {
        let Some(keyword) = self.keyword() else { return false };
        match keyword {
            Keyword::Evaluate => self.name_len(1) > 0 || self.is_known_parameter(1),
            Keyword::Facet => self.is_at(1, Keyword::By),
            Keyword::Partition | Keyword::Reduce => self.is_at(1, Keyword::By) || self.is_known_parameter(1),
            Keyword::Range => {
                let len = self.name_len(1);
                len > 0 && self.is_at(1 + len, Keyword::From)
            }
            Keyword::Render => {
                self.peek_at(1) == TokenKind::Identifier
                    || self.peek_at(1).keyword().is_some_and(|word| word.is_name() || output::is_chart(word))
            }
            Keyword::Fork | Keyword::Lookup | Keyword::InternalPartitionby => false,
            _ => !keyword.is_name() && reader(keyword).is_some(),
        }
    }

    /// Whether an operator and what it is about stand `ahead`: `extend x …`.
    pub(in crate::kql::parse) fn is_stage_at(&self, ahead: usize) -> bool {
        self.peek_at(ahead).keyword().is_some_and(is_operator)
            && matches!(self.peek_at(ahead + 1), TokenKind::Identifier | TokenKind::Keyword(_))
    }

    fn is_known_parameter(&self, ahead: usize) -> bool {
        matches!(self.peek_at(ahead), TokenKind::Identifier | TokenKind::Keyword(_))
            && super::parameter::is_known(self.slice(self.token(ahead).span))
    }
}

/// Whether the word starts an operator.
pub(in crate::kql) fn is_operator(keyword: Keyword) -> bool {
    reader(keyword).is_some()
}

fn is_comparison(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::EqualEqual
            | TokenKind::Equal
            | TokenKind::BangEqual
            | TokenKind::Less
            | TokenKind::LessEqual
            | TokenKind::Greater
            | TokenKind::GreaterEqual
            | TokenKind::EqualTilde
            | TokenKind::BangTilde
    )
}

fn closest_operator(word: &str) -> Option<&'static str> {
    Keyword::ALL
        .iter()
        .filter(|keyword| reader(**keyword).is_some() && !keyword.as_str().starts_with('_'))
        .map(|keyword| (strsim::jaro_winkler(word, keyword.as_str()), keyword.as_str()))
        .filter(|(score, _)| *score > 0.85)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, name)| name)
}

/// The reader of the operator that the word starts.
fn reader<'s>(keyword: Keyword) -> Option<Reader<'s>> {
    use Keyword as K;
    Some(match keyword {
        K::Where | K::Filter => Parser::where_operator,
        K::Extend => Parser::extend,
        K::Project => Parser::project,
        K::Summarize => Parser::summarize,
        K::ProjectAway => Parser::project_away,
        K::ProjectKeep => Parser::project_keep,
        K::ProjectRename => Parser::project_rename,
        K::ProjectReorder => Parser::project_reorder,
        K::ProjectByNames => Parser::project_by_names,
        K::Distinct => Parser::distinct,
        K::Sort | K::Order => Parser::sort,
        K::Take | K::Limit => Parser::take_operator,
        K::Top => Parser::top,
        K::TopHitters => Parser::top_hitters,
        K::TopNested => Parser::top_nested,
        K::Count => Parser::count,
        K::Sample => Parser::sample,
        K::SampleDistinct => Parser::sample_distinct,
        K::Serialize => Parser::serialize,
        K::Join => Parser::join,
        K::Lookup => Parser::lookup,
        K::Union => Parser::union,
        K::Find => Parser::find,
        K::Search => Parser::search,
        K::Parse => Parser::parse_operator,
        K::ParseWhere => Parser::parse_where,
        K::ParseKv => Parser::parse_kv,
        K::MvExpand | K::Mvexpand => Parser::mv_expand,
        K::MvApply | K::Mvapply => Parser::mv_apply,
        K::MakeSeries => Parser::make_series,
        K::Reduce => Parser::reduce,
        K::Evaluate => Parser::evaluate,
        K::Invoke => Parser::invoke,
        K::Print => Parser::print,
        K::Range => Parser::range,
        K::Render => Parser::render,
        K::As => Parser::as_operator,
        K::Consume => Parser::consume,
        K::Getschema => Parser::get_schema,
        K::AssertSchema => Parser::assert_schema,
        K::InternalExecuteAndCache => |_| Operator::ExecuteAndCache,
        K::Facet => Parser::facet,
        K::Fork => Parser::fork,
        K::Partition => Parser::partition,
        K::InternalPartitionby => Parser::partition_by,
        K::Scan => Parser::scan,
        K::MacroExpand => Parser::macro_expand,
        K::MakeGraph => Parser::make_graph,
        K::GraphMatch => Parser::graph_match,
        K::GraphShortestPaths => Parser::graph_shortest_paths,
        K::GraphToTable => Parser::graph_to_table,
        K::GraphMarkComponents => Parser::graph_mark_components,
        K::GraphWhereNodes => Parser::graph_where_nodes,
        K::GraphWhereEdges => Parser::graph_where_edges,
        _ => return None,
    })
}
