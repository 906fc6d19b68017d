//! `scan`.

use crate::kql::ast::{
    ColumnDecl, Expr, GivenNames, NamedExpr, Operator, ParameterType, ScanOperator, ScanOrder, ScanStep,
};
use crate::kql::keyword::Keyword;
use crate::kql::parse::Parser;
use crate::kql::parse::list::ListEnd;
use crate::kql::parse::parameter::Allowed;
use crate::kql::token::TokenKind;

const CLAUSES: ListEnd = ListEnd::EXPRESSIONS
    .until(&[Keyword::Partition, Keyword::Order, Keyword::By, Keyword::Declare, Keyword::With])
    .not_empty();

impl Parser<'_> {
    pub(super) fn scan(&mut self) -> Operator {
        let parameters = self.parameters(Allowed::anywhere(&[]));
        let mut order_by = Vec::new();
        if self.eat_word(Keyword::Order).is_some() {
            self.require_word(Keyword::By);
            order_by = self.list(CLAUSES, Self::sort_key);
        }
        let mut partition_by = Vec::new();
        if self.eat_word(Keyword::Partition).is_some() {
            self.require_word(Keyword::By);
            partition_by = self.list(CLAUSES, Self::unnamed);
        }
        let declare = match self.eat_word(Keyword::Declare) {
            Some(_) => self.scan_columns(),
            None => Vec::new(),
        };
        self.require_word(Keyword::With);
        let mut steps = Vec::new();
        if let Some(open) = self.require(TokenKind::OpenParen, "`(` and steps") {
            while self.is(Keyword::Step) {
                steps.push(self.scan_step());
            }
            self.close(open, TokenKind::CloseParen);
        }
        Operator::Scan(Box::new(ScanOperator { parameters, order_by, partition_by, declare, steps }))
    }

    fn scan_columns(&mut self) -> Vec<(ColumnDecl, Option<Expr>)> {
        let Some(open) = self.require(TokenKind::OpenParen, "`(` and columns") else { return Vec::new() };
        let parameters = self.list(ListEnd::EXPRESSIONS.of("a column `name:type`"), Self::function_parameter);
        self.close(open, TokenKind::CloseParen);
        let column = |parameter: crate::kql::ast::Parameter| {
            let ty = match parameter.ty {
                ParameterType::Scalar(ty) => ty,
                ParameterType::Tabular { .. } => None,
            };
            (ColumnDecl { name: parameter.name, ty }, parameter.default)
        };
        parameters.into_iter().map(column).collect()
    }

    fn scan_step(&mut self) -> ScanStep {
        let start = self.bump();
        let name = self.required_new_name();
        let optional = self.eat_word(Keyword::Optional).is_some();
        let output = self.eat_word(Keyword::Output).and_then(|_| self.scan_output());
        self.require(TokenKind::Colon, "`:` and a condition");
        let condition = self.required_unnamed();
        let assignments = match self.eat(TokenKind::FatArrow) {
            Some(_) => self.list(ListEnd::EXPRESSIONS.of("an assignment").not_empty(), Self::scan_assignment),
            None => Vec::new(),
        };
        self.require(TokenKind::Semicolon, "`;`");
        ScanStep { name, optional, output, condition, assignments, span: self.since(start) }
    }

    fn scan_output(&mut self) -> Option<ScanOrder> {
        self.require(TokenKind::Equal, "`=`");
        let output = match self.slice(self.here()) {
            "all" => ScanOrder::All,
            "last" => ScanOrder::Last,
            "none" => ScanOrder::None,
            _ => {
                self.expected("`all`, `last` or `none`");
                return None;
            }
        };
        self.bump();
        Some(output)
    }

    fn scan_assignment(&mut self) -> Option<NamedExpr> {
        let name = self.new_name()?;
        self.require(TokenKind::Equal, "`=`");
        let expr = self.required_unnamed();
        let span = name.span.to(expr.span);
        Some(NamedExpr { names: GivenNames::One(name), expr, span })
    }
}
