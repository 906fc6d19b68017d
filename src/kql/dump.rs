//! A text picture of a tree, for tests: one node a line, children indented, texts in quotes as written.

use super::ast::{
    Arg, ColumnDecl, EdgeDirection, Expr, ExprKind, Function, GraphElement, JoinCondition, Json, JsonKind, LetValue,
    MakeSeriesRange, MvExpandColumn, Name, NamedExpr, Operator, OperatorParameter, Parameter, ParameterType, ParsePart,
    Query, ScanStep, SortKey, SortNulls, SortOrder, Stage, Statement, StatementKind,
};
use super::{Problem, Syntax};
use crate::text::Span;

/// The tree of `syntax` and, after it, its problems.
pub fn dump(syntax: &Syntax) -> String {
    let mut dumper = Dumper { source: &syntax.text, out: String::new(), depth: 0 };
    dumper.query(&syntax.query);
    for problem in &syntax.problems {
        dumper.problem(problem);
    }
    dumper.out
}

struct Dumper<'s> {
    source: &'s str,
    out: String,
    depth: usize,
}

impl Dumper<'_> {
    fn line(&mut self, text: &str) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// A line and, one step to the right of it, what `children` writes.
    fn node(&mut self, text: &str, children: impl FnOnce(&mut Self)) {
        self.line(text);
        self.depth += 1;
        children(self);
        self.depth -= 1;
    }

    fn text(&self, span: Span) -> &str {
        span.slice(self.source)
    }

    fn name(&self, name: Name) -> String {
        if name.span.is_empty() { "<missing>".to_owned() } else { self.text(name.span).to_owned() }
    }

    fn problem(&mut self, problem: &Problem) {
        let text = format!("problem {:?}: {}", self.text(problem.span), problem.message);
        self.node(&text, |d| {
            if let Some((span, words)) = &problem.related {
                d.line(&format!("related at {}: {words}", span.start));
            }
            if let Some(help) = &problem.help {
                d.line(&format!("help: {help}"));
            }
        });
    }

    fn query(&mut self, query: &Query) {
        for statement in &query.statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                self.node(&format!("let {}", self.name(*name)), |d| d.let_value(value));
            }
            StatementKind::Set { name, value } => {
                self.node(&format!("set {}", self.name(*name)), |d| d.exprs(value));
            }
            StatementKind::QueryParameters(parameters) => {
                self.node("query_parameters", |d| d.parameters(parameters));
            }
            StatementKind::Pattern(pattern) => self.node(&format!("pattern {}", self.name(pattern.name)), |d| {
                d.parameters(&pattern.parameters);
                if let Some(path) = &pattern.path {
                    d.node("path", |d| d.parameters(std::slice::from_ref(path)));
                }
                for case in &pattern.cases {
                    d.node("case", |d| {
                        d.exprs(&case.arguments);
                        d.part("path", &case.path);
                        d.node("body", |d| d.query(&case.body));
                    });
                }
            }),
            StatementKind::Restrict(tables) => self.node("restrict", |d| d.exprs(tables)),
            StatementKind::Alias { name, value } => {
                self.node(&format!("alias database {}", self.name(*name)), |d| d.expr(value));
            }
            StatementKind::Expression(expr) => self.expr(expr),
            StatementKind::Command => self.line("command"),
        }
    }

    fn let_value(&mut self, value: &LetValue) {
        match value {
            LetValue::Expr(expr) => self.expr(expr),
            LetValue::Function(function) => self.function(function),
            LetValue::EntityGroup(members) => self.node("entity_group", |d| d.exprs(members)),
        }
    }

    fn function(&mut self, function: &Function) {
        self.node(if function.view { "view function" } else { "function" }, |d| {
            d.parameters(&function.parameters);
            d.node("body", |d| d.query(&function.body));
        });
    }

    fn parameters(&mut self, parameters: &[Parameter]) {
        for parameter in parameters {
            let ty = match &parameter.ty {
                ParameterType::Scalar(ty) => ty.map_or("?", |ty| self.text(ty.span)).to_owned(),
                ParameterType::Tabular { open: true, .. } => "(*)".to_owned(),
                ParameterType::Tabular { columns, .. } => format!("({})", self.columns(columns)),
            };
            self.node(&format!("parameter {}: {ty}", self.name(parameter.name)), |d| {
                d.part("default", &parameter.default);
            });
        }
    }

    fn columns(&self, columns: &[ColumnDecl]) -> String {
        let column = |column: &ColumnDecl| match column.ty {
            None => self.text(column.name.span).to_owned(),
            Some(ty) if column.name.span.is_empty() => self.text(ty.span).to_owned(),
            Some(ty) => format!("{}:{}", self.text(column.name.span), self.text(ty.span)),
        };
        columns.iter().map(column).collect::<Vec<_>>().join(", ")
    }

    /// Optional children under a word of their own.
    fn part<'t>(&mut self, word: &str, exprs: impl IntoIterator<Item = &'t Expr>) {
        let mut exprs = exprs.into_iter().peekable();
        if exprs.peek().is_some() {
            self.node(word, |d| d.exprs(exprs));
        }
    }

    fn exprs<'t>(&mut self, exprs: impl IntoIterator<Item = &'t Expr>) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Literal(literal) => self.line(&format!("{:?} {}", literal.kind, self.text(literal.span))),
            ExprKind::Dynamic(json) => self.node("dynamic", |d| d.json(json)),
            ExprKind::TypeOf(columns) => self.line(&format!("typeof({})", self.columns(columns))),
            ExprKind::Name(name) => self.line(&format!("name {}", self.name(*name))),
            ExprKind::Wildcard(span) => self.line(&format!("wildcard {}", self.text(*span))),
            ExprKind::Star => self.line("*"),
            ExprKind::Call { name, args } => self.node(&format!("call {}", self.name(*name)), |d| d.args(args)),
            ExprKind::Member { base, selector } => self.node("member", |d| d.exprs([&**base, &**selector])),
            ExprKind::Index { base, index } => self.node("index", |d| d.exprs([&**base, &**index])),
            ExprKind::Unary { op, operand } => self.node(&format!("{op:?}"), |d| d.expr(operand)),
            ExprKind::Binary { op, operands, .. } => self.node(op.as_str(), |d| d.exprs(operands.iter())),
            ExprKind::Logical { op, operands } => self.node(op.as_str(), |d| d.exprs(operands)),
            ExprKind::Membership { op, value, list, .. } => self.node(op.as_str(), |d| {
                d.expr(value);
                d.node("list", |d| d.exprs(list));
            }),
            ExprKind::Between { negated, value, low, high, .. } => {
                let word = if *negated { "!between" } else { "between" };
                self.node(word, |d| d.exprs([&**value, &**low, &**high]));
            }
            ExprKind::Paren(inner) => self.node("( )", |d| d.expr(inner)),
            ExprKind::Pipe(pipe) => self.node("pipe", |d| {
                d.exprs(&pipe.source);
                for stage in &pipe.stages {
                    d.stage(stage);
                }
            }),
            ExprKind::DataTable { columns, values } => {
                self.node(&format!("datatable ({})", self.columns(columns)), |d| d.exprs(values));
            }
            ExprKind::ExternalData(data) => {
                self.node(&format!("externaldata ({})", self.columns(&data.columns)), |d| {
                    d.exprs(&data.uris);
                    d.args(&data.properties);
                });
            }
            ExprKind::Assign(named) => self.node("assign", |d| d.named_expr(named)),
            ExprKind::List(items) => self.node("list", |d| d.exprs(items)),
            ExprKind::Missing => self.line("<missing>"),
        }
    }

    fn json(&mut self, json: &Json) {
        match &json.kind {
            JsonKind::Null => self.line("null"),
            JsonKind::Literal(literal) => self.line(&format!("{:?} {}", literal.kind, self.text(literal.span))),
            JsonKind::Array(items) => self.node("array", |d| {
                for item in items {
                    d.json(item);
                }
            }),
            JsonKind::Object(pairs) => self.node("object", |d| {
                for (key, value) in pairs {
                    d.node(&format!("key {}", d.text(*key)), |d| d.json(value));
                }
            }),
            JsonKind::Missing => self.line("<missing>"),
        }
    }

    fn args(&mut self, args: &[Arg]) {
        for arg in args {
            match arg.name {
                Some(name) => self.node(&format!("{} =", self.name(name)), |d| d.expr(&arg.value)),
                None => self.expr(&arg.value),
            }
        }
    }

    fn named_expr(&mut self, named: &NamedExpr) {
        if named.names.is_empty() {
            return self.expr(&named.expr);
        }
        let given: Vec<String> = named.names.iter().map(|name| self.name(*name)).collect();
        self.node(&format!("{} =", given.join(", ")), |d| d.expr(&named.expr));
    }

    fn named_exprs(&mut self, columns: &[NamedExpr]) {
        for column in columns {
            self.named_expr(column);
        }
    }

    fn operator_parameters(&mut self, parameters: &[OperatorParameter]) {
        for parameter in parameters {
            self.node(&format!("parameter {}", self.name(parameter.name)), |d| d.expr(&parameter.value));
        }
    }

    fn sort_keys(&mut self, keys: &[SortKey]) {
        for key in keys {
            self.sort_key(key);
        }
    }

    fn sort_key(&mut self, key: &SortKey) {
        let order = key.order.map_or("", |order| match order {
            SortOrder::Ascending => " asc",
            SortOrder::Descending => " desc",
            SortOrder::GrannyAscending => " granny-asc",
            SortOrder::GrannyDescending => " granny-desc",
        });
        let nulls = key.nulls.map_or("", |nulls| match nulls {
            SortNulls::First => " nulls first",
            SortNulls::Last => " nulls last",
        });
        self.node(&format!("key{order}{nulls}"), |d| d.named_expr(&key.key));
    }

    fn stage(&mut self, stage: &Stage) {
        let word = self.text(stage.keyword).to_owned();
        let word = match &stage.operator {
            Operator::Unknown => format!("<unknown operator> {word}"),
            operator => format!("{word}{}", self.heading(operator)),
        };
        self.node(&word, |d| d.operator(&stage.operator));
    }

    /// What stands on the operator's line behind its word.
    fn heading(&self, operator: &Operator) -> String {
        match operator {
            Operator::As { name, .. } | Operator::Range { name, .. } => format!(" {}", self.name(*name)),
            Operator::AssertSchema(columns) => format!(" ({})", self.columns(columns)),
            Operator::Count { name: Some(name) } => format!(" as {}", self.name(*name)),
            Operator::Render { visualization, .. } => format!(" {}", self.name(*visualization)),
            Operator::MacroExpand { scope: Some(scope), .. } => format!(" as {}", self.name(*scope)),
            Operator::ParseKv(parse) => format!(" as ({})", self.columns(&parse.columns)),
            Operator::MakeGraph(graph) => format!(" {}", arrow(graph.direction)),
            _ => String::new(),
        }
    }

    fn operator(&mut self, operator: &Operator) {
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
            Operator::Evaluate { parameters, call, schema } => {
                self.operator_parameters(parameters);
                self.expr(call);
                if let Some(columns) = schema {
                    self.line(&format!(": ({})", self.columns(columns)));
                }
            }
            Operator::Extend(columns)
            | Operator::Print(columns)
            | Operator::Project(columns)
            | Operator::ProjectRename(columns)
            | Operator::Serialize(columns) => self.named_exprs(columns),
            Operator::ProjectAway(columns) | Operator::ProjectKeep(columns) | Operator::ProjectByNames(columns) => {
                self.exprs(columns);
            }
            Operator::ProjectReorder(keys) => self.sort_keys(keys),
            Operator::Where { parameters, predicate: expr }
            | Operator::Take { parameters, count: expr }
            | Operator::Sample { parameters, count: expr } => {
                self.operator_parameters(parameters);
                self.expr(expr);
            }
            Operator::Sort { parameters, keys } => {
                self.operator_parameters(parameters);
                self.sort_keys(keys);
            }
            Operator::Top { parameters, count, by } => {
                self.operator_parameters(parameters);
                self.expr(count);
                self.sort_key(by);
            }
            Operator::SampleDistinct { parameters, count, of } => {
                self.operator_parameters(parameters);
                self.expr(count);
                self.part("of", [&**of]);
            }
            Operator::TopHitters { parameters, count, of, by } => {
                self.operator_parameters(parameters);
                self.expr(count);
                self.node("of", |d| d.named_expr(of));
                self.part("by", by.as_deref());
            }
            Operator::Summarize(summarize) => {
                self.operator_parameters(&summarize.parameters);
                self.named_exprs(&summarize.aggregates);
                if let Some(by) = &summarize.by {
                    self.node("by", |d| d.named_exprs(by));
                }
            }
            Operator::Range { from, to, step, .. } => self.exprs([&**from, &**to, &**step]),
            Operator::Reduce { parameters, by, with } => {
                self.operator_parameters(parameters);
                self.part("by", [&**by]);
                self.args(with);
            }
            Operator::Render { parameters, properties, .. } => {
                self.operator_parameters(parameters);
                if !properties.is_empty() {
                    self.node("with", |d| d.operator_parameters(properties));
                }
            }
            Operator::Invoke(expr) | Operator::GraphWhereNodes(expr) | Operator::GraphWhereEdges(expr) => {
                self.expr(expr);
            }
            _ => self.compound_operator(operator),
        }
    }

    /// The operators with structures of their own.
    fn compound_operator(&mut self, operator: &Operator) {
        match operator {
            Operator::Join(join) | Operator::Lookup(join) => {
                self.operator_parameters(&join.parameters);
                self.expr(&join.right);
                self.condition(join.condition.as_ref());
            }
            Operator::Facet(facet) => {
                self.exprs(&facet.by);
                self.part("with", facet.with.as_deref());
            }
            Operator::Find(find) => {
                self.operator_parameters(&find.parameters);
                self.part("in", &find.tables);
                self.exprs(&find.predicate);
                if find.smart {
                    self.line("project-smart");
                }
                for (column, ty) in &find.project {
                    let ty = ty.map_or(String::new(), |ty| format!(" :{}", self.text(ty.span)));
                    self.node(&format!("project{ty}"), |d| d.expr(column));
                }
                self.part("project-away", &find.project_away);
            }
            Operator::Search(search) => {
                self.operator_parameters(&search.parameters);
                self.part("in", &search.tables);
                self.expr(&search.predicate);
            }
            Operator::Fork(branches) => {
                for branch in branches {
                    let name = branch.name.map_or(String::new(), |name| format!(" {}", self.name(name)));
                    self.node(&format!("branch{name}"), |d| d.expr(&branch.pipe));
                }
            }
            Operator::Partition(partition) => {
                self.operator_parameters(&partition.parameters);
                self.part("by", [&partition.by]);
                self.part("in", &partition.scope);
                self.part(if partition.legacy { "{ }" } else { "( )" }, [&partition.body]);
            }
            Operator::MvExpand(expand) => {
                self.operator_parameters(&expand.parameters);
                self.expanded(&expand.columns);
                self.part("limit", &expand.limit);
            }
            Operator::MvApply(apply) => {
                self.operator_parameters(&apply.parameters);
                self.expanded(&apply.columns);
                self.part("limit", &apply.limit);
                self.part("id", &apply.context_id);
                self.part("on", [&apply.on]);
            }
            Operator::Parse(parse) | Operator::ParseWhere(parse) => {
                self.operator_parameters(&parse.parameters);
                self.expr(&parse.expr);
                for part in &parse.pattern {
                    match part {
                        ParsePart::Star(_) => self.line("with *"),
                        ParsePart::Text(literal) => self.line(&format!("with {}", self.text(literal.span))),
                        ParsePart::Column(column) => self.line(&format!("with column {}", self.columns(&[*column]))),
                    }
                }
            }
            Operator::ParseKv(parse) => {
                self.expr(&parse.expr);
                self.operator_parameters(&parse.properties);
            }
            _ => self.grouping_operator(operator),
        }
    }

    fn grouping_operator(&mut self, operator: &Operator) {
        match operator {
            Operator::TopNested(clauses) => {
                for clause in clauses {
                    self.node("clause", |d| {
                        d.exprs(&clause.count);
                        d.node("of", |d| d.named_expr(&clause.of));
                        d.part("others", &clause.others);
                        d.sort_key(&SortKey { key: clause.by.clone(), order: clause.order, nulls: None });
                    });
                }
            }
            Operator::MakeSeries(series) => {
                self.operator_parameters(&series.parameters);
                for aggregate in &series.aggregates {
                    self.named_expr(&aggregate.column);
                    self.part("default", &aggregate.default);
                }
                self.node("on", |d| d.named_expr(&series.on));
                match &series.range {
                    MakeSeriesRange::FromToStep { from, to, step } => {
                        self.part("from", from);
                        self.part("to", to);
                        self.part("step", [step]);
                    }
                    MakeSeriesRange::InRange(args) => self.node("in range", |d| d.args(args)),
                }
                if !series.by.is_empty() {
                    self.node("by", |d| d.named_exprs(&series.by));
                }
            }
            Operator::Scan(scan) => {
                self.operator_parameters(&scan.parameters);
                self.sort_keys(&scan.order_by);
                self.part("partition by", &scan.partition_by);
                for (column, default) in &scan.declare {
                    self.node(&format!("declare {}", self.columns(&[*column])), |d| d.exprs(default));
                }
                for step in &scan.steps {
                    self.scan_step(step);
                }
            }
            Operator::MacroExpand { parameters, group, body, .. } => {
                self.operator_parameters(parameters);
                self.expr(group);
                self.node("body", |d| d.query(body));
            }
            _ => self.graph_operator(operator),
        }
    }

    fn condition(&mut self, condition: Option<&JoinCondition>) {
        match condition {
            Some(JoinCondition::On(exprs)) => self.part("on", exprs),
            Some(JoinCondition::Where(predicate)) => self.part("where", [predicate]),
            None => {}
        }
    }

    fn expanded(&mut self, columns: &[MvExpandColumn]) {
        for column in columns {
            let to = column.to.map_or(String::new(), |ty| format!(" to {}", self.text(ty.span)));
            self.node(&format!("column{to}"), |d| d.named_expr(&column.column));
        }
    }

    fn scan_step(&mut self, step: &ScanStep) {
        let optional = if step.optional { " optional" } else { "" };
        let output = step.output.map_or(String::new(), |output| format!(" output={output:?}"));
        self.node(&format!("step {}{optional}{output}", self.name(step.name)), |d| {
            d.expr(&step.condition);
            d.named_exprs(&step.assignments);
        });
    }

    fn graph_operator(&mut self, operator: &Operator) {
        match operator {
            Operator::GraphMatch(graph) => {
                self.operator_parameters(&graph.parameters);
                for pattern in &graph.patterns {
                    self.node("pattern", |d| {
                        for element in pattern {
                            d.graph_element(element);
                        }
                    });
                }
                self.part("where", &graph.predicate);
                if !graph.project.is_empty() {
                    self.node("project", |d| d.named_exprs(&graph.project));
                }
            }
            Operator::GraphToTable(outputs) => {
                for output in outputs {
                    let kind = if output.nodes { "nodes" } else { "edges" };
                    let name = output.name.map_or(String::new(), |name| format!(" as {}", self.name(name)));
                    self.node(&format!("{kind}{name}"), |d| d.operator_parameters(&output.parameters));
                }
            }
            Operator::MakeGraph(graph) => {
                self.operator_parameters(&graph.parameters);
                self.exprs([&graph.source, &graph.target]);
                for (table, column) in &graph.nodes {
                    self.part("nodes", [table, column]);
                }
                if let Some(name) = graph.node_id {
                    self.line(&format!("with_node_id {}", self.name(name)));
                }
                if let Some((column, body)) = &graph.partitioned_by {
                    self.part("partitioned-by", [column, body]);
                }
            }
            _ => {}
        }
    }

    fn graph_element(&mut self, element: &GraphElement) {
        match element {
            GraphElement::Node(name) => {
                self.line(&format!("node {}", name.map_or(String::new(), |name| self.name(name))));
            }
            GraphElement::Edge { name, hops, direction } => {
                let name = name.map_or(String::new(), |name| format!(" {}", self.name(name)));
                self.node(&format!("edge {}{name}", arrow(*direction)), |d| {
                    if let Some((low, high)) = hops {
                        d.exprs([low, high]);
                    }
                });
            }
        }
    }
}

const fn arrow(direction: EdgeDirection) -> &'static str {
    match direction {
        EdgeDirection::Outbound => "-->",
        EdgeDirection::Inbound => "<--",
        EdgeDirection::Any => "--",
    }
}
