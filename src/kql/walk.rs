//! A walk over a whole tree, so that nobody has to know every node's children.

use super::ast::{
    Arg, Expr, ExprKind, Function, GraphElement, JoinCondition, LetValue, MakeSeriesRange, NamedExpr, Operator,
    OperatorParameter, Parameter, ParameterType, Query, SortKey, Stage, Statement, StatementKind,
};

/// A place of the tree that a walk comes to.
#[derive(Debug, Clone, Copy)]
pub enum Node<'t> {
    /// A statement.
    Statement(&'t Statement),
    /// An expression, tabular or scalar.
    Expr(&'t Expr),
    /// A stage of a pipe.
    Stage(&'t Stage),
    /// A lambda.
    Function(&'t Function),
}

/// Whether a walk goes into what it has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Into its children.
    Into,
    /// Past it.
    Over,
}

/// Calls `visit` for every node, parents before children, in the order of the text.
pub fn walk<'t>(query: &'t Query, visit: &mut impl FnMut(Node<'t>) -> Step) {
    for statement in &query.statements {
        walk_statement(statement, visit);
    }
}

/// [`walk`] from one expression.
pub fn walk_expr<'t>(expr: &'t Expr, visit: &mut impl FnMut(Node<'t>) -> Step) {
    Walker { visit }.expr(expr);
}

/// [`walk`] from one stage.
pub fn walk_stage<'t>(stage: &'t Stage, visit: &mut impl FnMut(Node<'t>) -> Step) {
    Walker { visit }.stage(stage);
}

/// [`walk`] from one statement.
pub fn walk_statement<'t>(statement: &'t Statement, visit: &mut impl FnMut(Node<'t>) -> Step) {
    Walker { visit }.statement(statement);
}

struct Walker<'v, V> {
    visit: &'v mut V,
}

impl<'t, V: FnMut(Node<'t>) -> Step> Walker<'_, V> {
    fn query(&mut self, query: &'t Query) {
        for statement in &query.statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'t Statement) {
        if (self.visit)(Node::Statement(statement)) == Step::Over {
            return;
        }
        match &statement.kind {
            StatementKind::Let { value: LetValue::Expr(value), .. } | StatementKind::Alias { value, .. } => {
                self.expr(value);
            }
            StatementKind::Let { value: LetValue::Function(function), .. } => self.function(function),
            StatementKind::Let { value: LetValue::EntityGroup(members), .. } => self.exprs(members),
            StatementKind::Set { value, .. } => self.exprs(value),
            StatementKind::QueryParameters(parameters) => self.parameters(parameters),
            StatementKind::Pattern(pattern) => {
                for case in &pattern.cases {
                    self.exprs(&case.arguments);
                    self.exprs(&case.path);
                    self.query(&case.body);
                }
            }
            StatementKind::Restrict(tables) => self.exprs(tables),
            StatementKind::Expression(expr) => self.expr(expr),
            StatementKind::Command => {}
        }
    }

    fn function(&mut self, function: &'t Function) {
        if (self.visit)(Node::Function(function)) == Step::Over {
            return;
        }
        self.parameters(&function.parameters);
        self.query(&function.body);
    }

    fn parameters(&mut self, parameters: &'t [Parameter]) {
        for parameter in parameters {
            debug_assert!(matches!(parameter.ty, ParameterType::Scalar(_) | ParameterType::Tabular { .. }));
            self.exprs(&parameter.default);
        }
    }

    fn exprs(&mut self, exprs: impl IntoIterator<Item = &'t Expr>) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn named(&mut self, named: &'t [NamedExpr]) {
        self.exprs(named.iter().map(|named| &named.expr));
    }

    fn args(&mut self, args: &'t [Arg]) {
        self.exprs(args.iter().map(|arg| &arg.value));
    }

    fn operator_parameters(&mut self, parameters: &'t [OperatorParameter]) {
        self.exprs(parameters.iter().map(|parameter| &parameter.value));
    }

    fn keys(&mut self, keys: &'t [SortKey]) {
        self.exprs(keys.iter().map(|key| &key.key.expr));
    }

    fn expr(&mut self, expr: &'t Expr) {
        if (self.visit)(Node::Expr(expr)) == Step::Over {
            return;
        }
        match &expr.kind {
            ExprKind::Literal(_)
            | ExprKind::Dynamic(_)
            | ExprKind::TypeOf(_)
            | ExprKind::Name(_)
            | ExprKind::Wildcard(_)
            | ExprKind::Star
            | ExprKind::Missing => {}
            ExprKind::Call { args, .. } => self.args(args),
            ExprKind::Member { base, selector } => self.exprs([&**base, &**selector]),
            ExprKind::Index { base, index } => self.exprs([&**base, &**index]),
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Binary { operands, .. } => self.exprs(operands.iter()),
            ExprKind::Logical { operands, .. } => self.exprs(operands),
            ExprKind::Membership { value, list, .. } => {
                self.expr(value);
                self.exprs(list);
            }
            ExprKind::Between { value, low, high, .. } => self.exprs([&**value, &**low, &**high]),
            ExprKind::Paren(inner) => self.expr(inner),
            ExprKind::Pipe(pipe) => {
                self.exprs(&pipe.source);
                for stage in &pipe.stages {
                    self.stage(stage);
                }
            }
            ExprKind::DataTable { values, .. } => self.exprs(values),
            ExprKind::ExternalData(data) => {
                self.exprs(&data.uris);
                self.args(&data.properties);
            }
            ExprKind::Assign(named) => self.expr(&named.expr),
            ExprKind::List(items) => self.exprs(items),
        }
    }

    fn stage(&mut self, stage: &'t Stage) {
        if (self.visit)(Node::Stage(stage)) == Step::Over {
            return;
        }
        self.operator(&stage.operator);
    }

    fn operator(&mut self, operator: &'t Operator) {
        match operator {
            Operator::AssertSchema(_)
            | Operator::Count { .. }
            | Operator::ExecuteAndCache
            | Operator::GetSchema
            | Operator::Unknown => {}
            Operator::As { parameters, .. }
            | Operator::Consume(parameters)
            | Operator::GraphMarkComponents(parameters) => self.operator_parameters(parameters),
            Operator::Distinct { parameters, columns: exprs } | Operator::Union { parameters, tables: exprs } => {
                self.operator_parameters(parameters);
                self.exprs(exprs);
            }
            Operator::Evaluate { parameters, call, .. } => {
                self.operator_parameters(parameters);
                self.expr(call);
            }
            Operator::Extend(columns)
            | Operator::Print(columns)
            | Operator::Project(columns)
            | Operator::ProjectRename(columns)
            | Operator::Serialize(columns) => self.named(columns),
            Operator::ProjectAway(columns) | Operator::ProjectKeep(columns) | Operator::ProjectByNames(columns) => {
                self.exprs(columns);
            }
            Operator::ProjectReorder(keys) => self.keys(keys),
            Operator::Where { parameters, predicate: expr }
            | Operator::Take { parameters, count: expr }
            | Operator::Sample { parameters, count: expr } => {
                self.operator_parameters(parameters);
                self.expr(expr);
            }
            Operator::Sort { parameters, keys } => {
                self.operator_parameters(parameters);
                self.keys(keys);
            }
            Operator::Top { parameters, count, by } => {
                self.operator_parameters(parameters);
                self.exprs([&**count, &by.key.expr]);
            }
            Operator::SampleDistinct { parameters, count, of } => {
                self.operator_parameters(parameters);
                self.exprs([&**count, &**of]);
            }
            Operator::TopHitters { parameters, count, of, by } => {
                self.operator_parameters(parameters);
                self.exprs([&**count, &of.expr]);
                self.exprs(by.as_deref());
            }
            Operator::Summarize(summarize) => {
                self.operator_parameters(&summarize.parameters);
                self.named(&summarize.aggregates);
                self.named(summarize.by.as_deref().unwrap_or_default());
            }
            Operator::Range { from, to, step, .. } => self.exprs([&**from, &**to, &**step]),
            Operator::Reduce { parameters, by, with } => {
                self.operator_parameters(parameters);
                self.expr(by);
                self.args(with);
            }
            Operator::Render { parameters, properties, .. } => {
                self.operator_parameters(parameters);
                self.operator_parameters(properties);
            }
            Operator::Invoke(expr) | Operator::GraphWhereNodes(expr) | Operator::GraphWhereEdges(expr) => {
                self.expr(expr);
            }
            _ => self.compound_operator(operator),
        }
    }

    /// The operators with structures of their own.
    fn compound_operator(&mut self, operator: &'t Operator) {
        match operator {
            Operator::Join(join) | Operator::Lookup(join) => {
                self.operator_parameters(&join.parameters);
                self.expr(&join.right);
                self.condition(join.condition.as_ref());
            }
            Operator::Facet(facet) => {
                self.exprs(&facet.by);
                self.exprs(facet.with.as_deref());
            }
            Operator::Find(find) => {
                self.operator_parameters(&find.parameters);
                self.exprs(&find.tables);
                self.exprs(&find.predicate);
                self.exprs(find.project.iter().map(|(column, _)| column));
                self.exprs(&find.project_away);
            }
            Operator::Search(search) => {
                self.operator_parameters(&search.parameters);
                self.exprs(&search.tables);
                self.expr(&search.predicate);
            }
            Operator::Fork(branches) => self.exprs(branches.iter().map(|branch| &branch.pipe)),
            Operator::Partition(partition) => {
                self.operator_parameters(&partition.parameters);
                self.expr(&partition.by);
                self.exprs(&partition.scope);
                self.expr(&partition.body);
            }
            Operator::MvExpand(expand) => {
                self.operator_parameters(&expand.parameters);
                self.exprs(expand.columns.iter().map(|column| &column.column.expr));
                self.exprs(&expand.limit);
            }
            Operator::MvApply(apply) => {
                self.operator_parameters(&apply.parameters);
                self.exprs(apply.columns.iter().map(|column| &column.column.expr));
                self.exprs(&apply.limit);
                self.exprs(&apply.context_id);
                self.expr(&apply.on);
            }
            Operator::Parse(parse) | Operator::ParseWhere(parse) => {
                self.operator_parameters(&parse.parameters);
                self.expr(&parse.expr);
            }
            Operator::ParseKv(parse) => {
                self.expr(&parse.expr);
                self.operator_parameters(&parse.properties);
            }
            Operator::TopNested(clauses) => {
                for clause in clauses {
                    self.exprs(&clause.count);
                    self.expr(&clause.of.expr);
                    self.exprs(&clause.others);
                    self.expr(&clause.by.expr);
                }
            }
            Operator::MakeSeries(series) => {
                self.operator_parameters(&series.parameters);
                for aggregate in &series.aggregates {
                    self.expr(&aggregate.column.expr);
                    self.exprs(&aggregate.default);
                }
                self.expr(&series.on.expr);
                match &series.range {
                    MakeSeriesRange::FromToStep { from, to, step } => {
                        self.exprs(from.iter().chain(to).chain([step]));
                    }
                    MakeSeriesRange::InRange(args) => self.args(args),
                }
                self.named(&series.by);
            }
            Operator::Scan(scan) => {
                self.operator_parameters(&scan.parameters);
                self.keys(&scan.order_by);
                self.exprs(&scan.partition_by);
                self.exprs(scan.declare.iter().filter_map(|(_, default)| default.as_ref()));
                for step in &scan.steps {
                    self.expr(&step.condition);
                    self.named(&step.assignments);
                }
            }
            Operator::MacroExpand { parameters, group, body, .. } => {
                self.operator_parameters(parameters);
                self.expr(group);
                self.query(body);
            }
            _ => self.graph_operator(operator),
        }
    }

    fn graph_operator(&mut self, operator: &'t Operator) {
        match operator {
            Operator::GraphMatch(graph) => {
                self.operator_parameters(&graph.parameters);
                for element in graph.patterns.iter().flatten() {
                    if let GraphElement::Edge { hops: Some((low, high)), .. } = element {
                        self.exprs([low, high]);
                    }
                }
                self.exprs(&graph.predicate);
                self.named(&graph.project);
            }
            Operator::GraphToTable(outputs) => {
                for output in outputs {
                    self.operator_parameters(&output.parameters);
                }
            }
            Operator::MakeGraph(graph) => {
                self.operator_parameters(&graph.parameters);
                self.exprs([&graph.source, &graph.target]);
                self.exprs(graph.nodes.iter().flat_map(|(table, column)| [table, column]));
                self.exprs(graph.partitioned_by.iter().flat_map(|(column, body)| [column, body]));
            }
            _ => {}
        }
    }

    fn condition(&mut self, condition: Option<&'t JoinCondition>) {
        match condition {
            Some(JoinCondition::On(exprs)) => self.exprs(exprs),
            Some(JoinCondition::Where(predicate)) => self.expr(predicate),
            None => {}
        }
    }
}
