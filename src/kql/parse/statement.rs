//! Statements, functions and patterns.

use super::Parser;
use super::list::ListEnd;
use crate::kql::Problem;
use crate::kql::ast::{
    Expr, Function, LetValue, Name, Parameter, ParameterType, Pattern, PatternCase, Query, Statement, StatementKind,
};
use crate::kql::keyword::Keyword;
use crate::kql::token::TokenKind;
use crate::text::Span;

const PARAMETERS: ListEnd = ListEnd::EXPRESSIONS.of("a parameter `name:type`");

impl Parser<'_> {
    /// The text from its first to its last token.
    pub(super) fn whole_query(&mut self) -> Query {
        while self.eat(TokenKind::Directive).is_some() {}
        let mut query = Query::default();
        if self.peek() == TokenKind::Dot {
            query.statements.push(self.command());
        }
        loop {
            self.statements(&mut query.statements);
            if self.peek() == TokenKind::End {
                return query;
            }
            self.stray_token();
        }
    }

    /// Reports a token that no statement starts with, and skips it.
    fn stray_token(&mut self) {
        let bracket = matches!(
            self.peek(),
            TokenKind::CloseParen
                | TokenKind::CloseBracket
                | TokenKind::CloseBrace
                | TokenKind::OpenBrace
                | TokenKind::Comma
        );
        // Braces hold statements, so that theirs may be another one's mistake.
        let same = |problem: &Problem| self.peek() == TokenKind::CloseBrace || self.same_statement(problem.span);
        if bracket && self.problems.last().is_some_and(same) {
            // The bracket lost its partner to the mistake before it, or the comma its brackets.
            self.lost = true;
        }
        let (message, help) = self.stray();
        self.report_with(self.here(), message, None, help);
        let bar = self.peek() == TokenKind::Bar;
        self.bump();
        if bar && self.stray_stages() {
            return;
        }
        self.skip_stage();
        if self.eat(TokenKind::Semicolon).is_some() {
            self.lost = false;
        }
    }

    /// What is wrong with the token at the cursor, and what to do.
    fn stray(&self) -> (String, Option<String>) {
        let text = self.slice(self.here());
        let inside =
            self.at > 0 && !matches!(self.tokens[self.at - 1].kind, TokenKind::Semicolon | TokenKind::Directive);
        match self.peek() {
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                (format!("`{text}` closes nothing"), None)
            }
            TokenKind::Bar if inside => ("expected the end of the query, found `|`".to_owned(), None),
            TokenKind::Bar if self.at == 0 => {
                let help = "write the table the query is about before it".to_owned();
                ("the query starts with `|`: a table is missing before it".to_owned(), Some(help))
            }
            TokenKind::Bar => {
                let help = "an operator continues a query: take away the `;` before it".to_owned();
                ("a statement cannot start with `|`".to_owned(), Some(help))
            }
            TokenKind::Semicolon => ("this `;` ends no statement".to_owned(), Some("take it away".to_owned())),
            TokenKind::Directive => {
                let help = "a comment starts with `//`".to_owned();
                ("a line that starts with `#` is a directive, which stands before the query".to_owned(), Some(help))
            }
            _ if inside => (self.expected_message("`|` or the end of the query"), self.slip()),
            _ => (format!("`{text}` starts no statement"), self.slip()),
        }
    }

    /// Whether no `;` stands between `place` and the cursor.
    fn same_statement(&self, place: Span) -> bool {
        self.last_semicolon.is_none_or(|semicolon| semicolon < place.start)
    }

    /// After a `|` that belongs to no query: reads on as if there were one, so that more mistakes are found.
    fn stray_stages(&mut self) -> bool {
        self.lost = false;
        let found = self.keyword().is_some() && !self.is(Keyword::Let);
        if found {
            self.required_inner_pipe();
        }
        self.lost = true;
        found && matches!(self.peek(), TokenKind::Semicolon | TokenKind::End) && {
            if self.eat(TokenKind::Semicolon).is_some() {
                self.lost = false;
            }
            true
        }
    }

    /// Reads statements with semicolons between them.
    pub(super) fn statements(&mut self, statements: &mut Vec<Statement>) {
        while let Some(statement) = self.statement() {
            statements.push(statement);
            if self.lost {
                self.skip_to_semicolon();
            }
            if self.eat(TokenKind::Semicolon).is_some() {
                self.lost = false;
                continue;
            }
            if !self.starts_statement() {
                break;
            }
            self.missing_semicolon();
            if self.eat(TokenKind::Semicolon).is_some() {
                self.lost = false;
            } else {
                break;
            }
        }
    }

    fn skip_to_semicolon(&mut self) {
        loop {
            self.skip_stage();
            if self.eat(TokenKind::Bar).is_none() {
                return;
            }
        }
    }

    /// Whether something could start at the cursor, so that a `;` is what is missing before it.
    fn starts_statement(&self) -> bool {
        use TokenKind as T;
        match self.peek() {
            T::Identifier | T::OpenParen | T::OpenBracket | T::Minus | T::Plus | T::At => true,
            T::Keyword(keyword) => {
                keyword.is_name() || self.at_query_operator() || self.at_statement_word() || keyword.is_new_name()
            }
            kind => kind.is_literal(),
        }
    }

    fn missing_semicolon(&mut self) {
        let statement = self.at_statement_word();
        let what = if statement { "`;`" } else { "`;` or an operator with `|`" };
        if self.slice(self.here()).is_empty() {
            return;
        }
        let help = match self.keyword() {
            Some(keyword) if super::stage::is_operator(keyword) => Some(format!("write `| {} …`", keyword.as_str())),
            _ => self.slip(),
        };
        match self.sql_before() {
            Some(sql) => self.report_with(sql, "this is SQL, not KQL".to_owned(), None, help),
            None => self.report_with(self.fault(), self.expected_message(what), None, help),
        }
        if statement {
            // The next statement is whole: reading goes on there.
            self.lost = false;
            while let Some(statement) = self.statement() {
                drop(statement);
                if self.eat(TokenKind::Semicolon).is_none() {
                    break;
                }
                self.lost = false;
            }
        }
        self.skip_to_semicolon();
    }

    fn at_statement_word(&self) -> bool {
        let Some(keyword) = self.keyword() else { return false };
        match keyword {
            Keyword::Alias => self.is_at(1, Keyword::Database),
            Keyword::Let => self.name_len(1) > 0,
            Keyword::Declare => self.is_at(1, Keyword::Pattern) || self.is_at(1, Keyword::QueryParameters),
            Keyword::Restrict => self.is_at(1, Keyword::Access),
            Keyword::Set => true,
            _ => false,
        }
    }

    fn statement(&mut self) -> Option<Statement> {
        let start = self.here();
        if self.at_statement_word() {
            let kind = match self.keyword() {
                Some(Keyword::Alias) => self.alias(),
                Some(Keyword::Let) => self.let_statement(),
                Some(Keyword::Declare) if self.is_at(1, Keyword::Pattern) => self.pattern(),
                Some(Keyword::Declare) => self.query_parameters(),
                Some(Keyword::Restrict) => self.restrict(),
                _ => self.set(),
            };
            return Some(Statement { kind, span: self.since(start) });
        }
        let expr = self.pipe()?;
        Some(Statement { kind: StatementKind::Expression(expr), span: self.since(start) })
    }

    fn let_statement(&mut self) -> StatementKind {
        self.bump();
        let name = self.required_name();
        self.require(TokenKind::Equal, "`=`");
        let value = if self.is(Keyword::Materialize) {
            let name = Name { span: self.bump(), bracketed: false };
            LetValue::Expr(self.query_call(name))
        } else if self.is(Keyword::EntityGroup) {
            self.entity_group()
        } else if self.at_function() {
            match self.nested(|parser| Some(parser.function())) {
                Some(function) => LetValue::Function(Box::new(function)),
                None => LetValue::Expr(self.missing()),
            }
        } else {
            LetValue::Expr(self.required_pipe())
        };
        StatementKind::Let { name, value }
    }

    fn entity_group(&mut self) -> LetValue {
        if self.peek_at(1) == TokenKind::OpenParen {
            return LetValue::Expr(self.required_call());
        }
        LetValue::EntityGroup(self.entity_group_members())
    }

    /// `entity_group [a, b]`
    pub(super) fn entity_group_members(&mut self) -> Vec<Expr> {
        self.bump();
        let Some(open) = self.require(TokenKind::OpenBracket, "`[` and the members") else { return Vec::new() };
        let members = self.list(ListEnd::EXPRESSIONS.not_empty(), Self::unnamed);
        self.close(open, TokenKind::CloseBracket);
        members
    }

    /// Whether `[view] (name:type …` stands at the cursor.
    fn at_function(&self) -> bool {
        let open = usize::from(self.is(Keyword::View));
        if self.peek_at(open) != TokenKind::OpenParen {
            return false;
        }
        if matches!(self.peek_at(open + 1), TokenKind::CloseParen | TokenKind::Star) {
            return true;
        }
        let len = self.new_name_len(open + 1);
        len > 0 && self.peek_at(open + 1 + len) == TokenKind::Colon
    }

    fn function(&mut self) -> Function {
        let view = self.eat_word(Keyword::View).is_some();
        let parameters = self.parenthesized_parameters(PARAMETERS);
        let start = self.here();
        let body = self.body(Self::at_body_statement);
        Function { view, parameters, body, body_span: self.since(start) }
    }

    fn parenthesized_parameters(&mut self, end: ListEnd) -> Vec<Parameter> {
        let Some(open) = self.require(TokenKind::OpenParen, "`(` and the parameters") else { return Vec::new() };
        let parameters = self.list(end, Self::function_parameter);
        self.close(open, TokenKind::CloseParen);
        parameters
    }

    pub(super) fn at_body_statement(&self) -> bool {
        self.is(Keyword::Let) || self.is(Keyword::Declare)
    }

    fn at_let(&self) -> bool {
        self.is(Keyword::Let)
    }

    /// `{ let a = 1; a }`
    pub(super) fn body(&mut self, at_statement: fn(&Self) -> bool) -> Query {
        let Some(open) = self.require(TokenKind::OpenBrace, "`{` and the body") else { return Query::default() };
        let mut statements = Vec::new();
        while at_statement(self) {
            let start = self.here();
            let kind = if self.is(Keyword::Let) { self.let_statement() } else { self.query_parameters() };
            statements.push(Statement { kind, span: self.since(start) });
            if self.lost {
                self.skip_to_semicolon();
            }
            if self.require(TokenKind::Semicolon, "`;`").is_none() {
                self.skip_to_semicolon();
                if self.eat(TokenKind::Semicolon).is_none() {
                    break;
                }
            }
            self.lost = false;
        }
        let start = self.here();
        if let Some(expr) = self.pipe() {
            statements.push(Statement { kind: StatementKind::Expression(expr), span: self.since(start) });
        }
        self.eat(TokenKind::Semicolon);
        self.close(open, TokenKind::CloseBrace);
        Query { statements }
    }

    fn set(&mut self) -> StatementKind {
        self.bump();
        let name = self.required_name();
        let value = self.eat(TokenKind::Equal).map(|_| self.required_unnamed());
        StatementKind::Set { name, value }
    }

    fn alias(&mut self) -> StatementKind {
        self.bump();
        self.require_word(Keyword::Database);
        let name = self.required_name();
        self.require(TokenKind::Equal, "`=`");
        StatementKind::Alias { name, value: self.required_unnamed() }
    }

    fn query_parameters(&mut self) -> StatementKind {
        self.bump();
        self.require_word(Keyword::QueryParameters);
        StatementKind::QueryParameters(self.parenthesized_parameters(PARAMETERS.not_empty()))
    }

    fn restrict(&mut self) -> StatementKind {
        self.bump();
        self.require_word(Keyword::Access);
        self.require_word(Keyword::To);
        let mut tables = Vec::new();
        if let Some(open) = self.require(TokenKind::OpenParen, "`(` and the tables") {
            tables = self.list(ListEnd::EXPRESSIONS.of("a table").not_empty(), Self::table_path);
            self.close(open, TokenKind::CloseParen);
        }
        if self.eat_word(Keyword::With).is_some() {
            self.free_properties();
        }
        StatementKind::Restrict(tables)
    }

    fn pattern(&mut self) -> StatementKind {
        self.bump();
        self.bump();
        let name = self.required_name();
        let mut pattern = Pattern { name, parameters: Vec::new(), path: None, cases: Vec::new() };
        if self.eat(TokenKind::Equal).is_some() {
            pattern.parameters = self.parenthesized_parameters(PARAMETERS);
            if let Some(open) = self.eat(TokenKind::OpenBracket) {
                pattern.path = self.pattern_path();
                self.close(open, TokenKind::CloseBracket);
            }
            if let Some(open) = self.require(TokenKind::OpenBrace, "`{` and the cases") {
                if self.peek() != TokenKind::OpenParen {
                    self.expected("a case `('value') = { … };`");
                }
                while self.peek() == TokenKind::OpenParen {
                    pattern.cases.push(self.pattern_case());
                }
                self.close(open, TokenKind::CloseBrace);
            }
        }
        StatementKind::Pattern(pattern)
    }

    fn pattern_path(&mut self) -> Option<Parameter> {
        let start = self.here();
        let Some(column) = self.column_decl() else {
            self.expected("`name:type`");
            return None;
        };
        let ty = ParameterType::Scalar(column.ty);
        Some(Parameter { name: column.name, ty, default: None, span: self.since(start) })
    }

    fn pattern_case(&mut self) -> PatternCase {
        let open = self.bump();
        let arguments = self.list(ListEnd::EXPRESSIONS.of("a value").not_empty(), Self::unnamed);
        self.close(open, TokenKind::CloseParen);
        let path = self.eat(TokenKind::Dot).and_then(|_| self.pattern_path_value());
        self.require(TokenKind::Equal, "`=`");
        let body = self.body(Self::at_let);
        self.require(TokenKind::Semicolon, "`;`");
        PatternCase { arguments, path, body, span: self.since(open) }
    }

    fn pattern_path_value(&mut self) -> Option<Expr> {
        let open = self.require(TokenKind::OpenBracket, "`[`")?;
        let value = self.literal();
        if value.is_none() {
            self.expected("a value");
        }
        self.close(open, TokenKind::CloseBracket);
        value
    }
}
