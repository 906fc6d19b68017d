//! Graph operators.

use crate::kql::ast::{
    EdgeDirection, Expr, GraphElement, GraphMatchOperator, GraphToTableOutput, MakeGraphOperator, Operator,
};
use crate::kql::keyword::Keyword;
use crate::kql::parse::Parser;
use crate::kql::parse::list::ListEnd;
use crate::kql::parse::parameter::{Allowed, own};
use crate::kql::token::TokenKind as T;

impl Parser<'_> {
    /// Whether these tokens stand at the cursor with no space between them.
    fn joined(&self, kinds: &[T]) -> bool {
        kinds
            .iter()
            .enumerate()
            .all(|(ahead, kind)| self.peek_at(ahead) == *kind && (ahead == 0 || self.touches(ahead)))
    }

    fn eat_joined(&mut self, kinds: &[T]) -> bool {
        let found = self.joined(kinds);
        if found {
            self.at += kinds.len();
        }
        found
    }

    pub(super) fn make_graph(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::with_equals(&[]));
        let source = self.graph_column();
        let direction = if self.eat_joined(&[T::Minus, T::Minus, T::Greater]) {
            EdgeDirection::Outbound
        } else {
            if !self.eat_joined(&[T::Minus, T::Minus]) {
                self.expected("`-->` or `--`");
            }
            EdgeDirection::Any
        };
        let target = self.graph_column();
        let mut nodes = Vec::new();
        let mut node_id = None;
        if self.eat_word(Keyword::WithNodeId).is_some() {
            self.require(T::Equal, "`=`");
            node_id = Some(self.required_name());
        } else if self.eat_word(Keyword::With).is_some() {
            let end = ListEnd::EXPRESSIONS.until(&[Keyword::PartitionedBy]).of("a table").not_empty();
            nodes = self.list(end, Self::graph_nodes);
        }
        let partitioned_by = self.eat_word(Keyword::PartitionedBy).map(|_| self.graph_partition());
        Operator::MakeGraph(Box::new(MakeGraphOperator {
            parameters,
            source,
            direction,
            target,
            nodes,
            node_id,
            partitioned_by,
        }))
    }

    fn graph_column(&mut self) -> Expr {
        if let Some(name) = self.name_expr() {
            return name;
        }
        self.expected("a column");
        self.missing()
    }

    fn graph_nodes(&mut self) -> Option<(Expr, Expr)> {
        let table = self.signed()?;
        self.require_word(Keyword::On);
        Some((table, self.graph_column()))
    }

    fn graph_partition(&mut self) -> (Expr, Expr) {
        let column = match self.simple_path() {
            Some(path) => path,
            None => self.missing_expr(),
        };
        let Some(open) = self.require(T::OpenParen, "`(` and operators") else { return (column, self.missing()) };
        let body = self.required_inner_pipe();
        self.close(open, T::CloseParen);
        (column, body)
    }

    pub(super) fn graph_match(&mut self) -> Operator {
        Operator::GraphMatch(Box::new(self.graph_patterns()))
    }

    pub(super) fn graph_shortest_paths(&mut self) -> Operator {
        Operator::GraphMatch(Box::new(GraphMatchOperator { shortest_paths: true, ..self.graph_patterns() }))
    }

    fn graph_patterns(&mut self) -> GraphMatchOperator {
        let parameters = self.parameters(Allowed::with_equals(own(Keyword::GraphMatch)));
        let patterns = self.list_open("a pattern such as `(a)-[e]->(b)`", Self::graph_pattern);
        let predicate = self.eat_word(Keyword::Where).map(|_| self.required_pipe());
        let project = match self.eat_word(Keyword::Project) {
            Some(_) => self.list(ListEnd::EXPRESSIONS.not_empty(), Self::named),
            None => Vec::new(),
        };
        GraphMatchOperator { shortest_paths: false, parameters, patterns, predicate, project }
    }

    fn graph_pattern(&mut self) -> Option<Vec<GraphElement>> {
        let mut elements = Vec::new();
        while let Some(element) = self.graph_node().or_else(|| self.graph_edge()) {
            elements.push(element);
        }
        (!elements.is_empty()).then_some(elements)
    }

    fn graph_node(&mut self) -> Option<GraphElement> {
        let open = self.eat(T::OpenParen)?;
        let name = self.name();
        self.close(open, T::CloseParen);
        Some(GraphElement::Node(name))
    }

    fn graph_edge(&mut self) -> Option<GraphElement> {
        let plain: [(&[T], EdgeDirection); 3] = [
            (&[T::Minus, T::Minus, T::Greater], EdgeDirection::Outbound),
            (&[T::Less, T::Minus, T::Minus], EdgeDirection::Inbound),
            (&[T::Minus, T::Minus], EdgeDirection::Any),
        ];
        for (tokens, direction) in plain {
            if self.eat_joined(tokens) {
                return Some(GraphElement::Edge { name: None, hops: None, direction });
            }
        }
        let inbound = self.eat_joined(&[T::Less, T::Minus, T::OpenBracket]);
        if !inbound && !self.eat_joined(&[T::Minus, T::OpenBracket]) {
            return None;
        }
        let name = self.name();
        let hops = self.eat(T::Star).map(|_| self.graph_hops());
        let outbound = self.eat_joined(&[T::CloseBracket, T::Minus, T::Greater]);
        if !outbound && !self.eat_joined(&[T::CloseBracket, T::Minus]) {
            self.expected("`]->` or `]-`");
        }
        let direction = match (inbound, outbound) {
            (true, false) => EdgeDirection::Inbound,
            (false, true) => EdgeDirection::Outbound,
            _ => EdgeDirection::Any,
        };
        Some(GraphElement::Edge { name, hops, direction })
    }

    /// `1..3`
    fn graph_hops(&mut self) -> (Expr, Expr) {
        let low = match self.signed() {
            Some(low) => low,
            None => self.missing_expr(),
        };
        self.require(T::DotDot, "`..`");
        let high = match self.signed() {
            Some(high) => high,
            None => self.missing_expr(),
        };
        (low, high)
    }

    pub(super) fn graph_to_table(&mut self) -> Operator {
        Operator::GraphToTable(self.list_open("`nodes` or `edges`", Self::graph_output))
    }

    fn graph_output(&mut self) -> Option<GraphToTableOutput> {
        let nodes = self.is(Keyword::Nodes);
        if !nodes && !self.is(Keyword::Edges) {
            return None;
        }
        self.bump();
        let name = self.eat_word(Keyword::As).map(|_| self.required_name());
        let ids: &[&str] = if nodes { &["with_node_id"] } else { &["with_source_id", "with_target_id"] };
        let parameters = self.parameters(Allowed::with_equals(ids));
        Some(GraphToTableOutput { nodes, name, parameters })
    }

    pub(super) fn graph_mark_components(&mut self) -> Operator {
        Operator::GraphMarkComponents(self.parameters(Allowed::with_equals(own(Keyword::GraphMarkComponents))))
    }

    pub(super) fn graph_where_nodes(&mut self) -> Operator {
        Operator::GraphWhereNodes(self.required_unnamed())
    }

    pub(super) fn graph_where_edges(&mut self) -> Operator {
        Operator::GraphWhereEdges(self.required_unnamed())
    }
}
