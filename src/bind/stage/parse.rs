//! `parse`, `parse-where`, `parse-kv`.

use super::super::ir::{Column, Name, Parse, ParseKind, ParsePart, Rel, RelKind};
use super::super::literal::string_text;
use super::super::scope::{Binder, Row};
use super::MatchingOnly;
use crate::kql::ast;
use crate::text::Span;
use crate::value::Type;

const PARSE_KINDS: &[(&str, ParseKind)] =
    &[("simple", ParseKind::Simple), ("regex", ParseKind::Regex), ("relaxed", ParseKind::Relaxed)];

/// Ungreedy, many lines, `.` for the end of a line too, and any case (Microsoft: "RE2 syntax").
const REGEX_FLAGS: &str = "Umsi";

impl<'a> Binder<'a> {
    pub(super) fn parse(
        &mut self,
        input: Rel,
        parse: &'a ast::ParseOperator,
        matching: MatchingOnly,
        span: Span,
    ) -> Rel {
        let text = self.scalar(&parse.expr, Row::of(&input));
        let kind = self.choice(&parse.parameters, "kind", PARSE_KINDS).unwrap_or(ParseKind::Simple);
        let flags = self.regex_flags(&parse.parameters);
        let mut columns = input.columns.to_vec();
        let mut declared = Vec::new();
        let mut pattern = Vec::new();
        for (at, part) in parse.pattern.iter().enumerate() {
            self.check_star(&parse.pattern, at);
            match part {
                ast::ParsePart::Star(_) => pattern.push(ParsePart::Star),
                ast::ParsePart::Text(literal) => {
                    pattern.push(ParsePart::Text(string_text(literal, self.text).unwrap_or_default()));
                }
                ast::ParsePart::Column(column) => {
                    let index = self.captured(*column, &mut columns, &mut declared);
                    pattern.push(ParsePart::Column(index));
                }
            }
        }
        let open = input.open;
        let matching_only = matching == MatchingOnly::Yes;
        let parse = Parse { input, text, kind, flags, pattern, matching_only };
        Rel { kind: RelKind::Parse(Box::new(parse)), columns: columns.into(), open, span }
    }

    /// What `flags` is set to.
    fn regex_flags(&mut self, parameters: &'a [ast::OperatorParameter]) -> String {
        let Some(flags) = self.parameter_word(parameters, "flags") else { return String::new() };
        if let Some(value) = self.parameter(parameters, "flags")
            && flags.contains(|flag| !REGEX_FLAGS.contains(flag))
        {
            self.report("invalid-argument", value.span, format!("the flags are some of `{REGEX_FLAGS}`"));
        }
        flags.into_owned()
    }

    /// A `*` takes the text up to the next text, so one must follow; behind a string column nothing says where that ends.
    fn check_star(&mut self, pattern: &[ast::ParsePart], at: usize) {
        let ast::ParsePart::Star(span) = pattern[at] else { return };
        if !matches!(pattern.get(at + 1), None | Some(ast::ParsePart::Text(_))) {
            self.report("invalid-argument", span, "a text must follow `*`: it says where the column behind it begins");
        }
        let before = at.checked_sub(1).and_then(|before| pattern.get(before));
        if let Some(ast::ParsePart::Column(column)) = before
            && column.ty.is_none_or(|ty| Type::from_name(ty.span.slice(self.text)) == Some(Type::String))
        {
            self.report("invalid-argument", span, "`*` behind a string column is ambiguous: put a text between them");
        }
    }

    /// The column that a part of the pattern goes to: an old one of that name is replaced.
    fn captured(&mut self, written: ast::ColumnDecl, columns: &mut Vec<Column>, declared: &mut Vec<Name>) -> usize {
        let column = Column { name: self.name(written.name).into(), ty: self.declared_type(written.ty) };
        if declared.contains(&column.name) {
            let message = format!("a column named `{}` is already declared here", column.name);
            self.report("duplicate-column", written.name.span, message);
        }
        declared.push(column.name.clone());
        if let Some(index) = columns.iter().position(|known| known.name == column.name) {
            columns[index] = column;
            return index;
        }
        columns.push(column);
        columns.len() - 1
    }

    pub(super) fn parse_kv(&mut self, input: Rel, parse: &'a ast::ParseKvOperator, span: Span) -> Rel {
        let text = self.scalar(&parse.expr, Row::of(&input));
        let declared = self.declared_columns(&parse.columns);
        let mut columns = input.columns.to_vec();
        for column in &declared {
            match columns.iter_mut().find(|known| known.name == column.name) {
                Some(known) => *known = column.clone(),
                None => columns.push(column.clone()),
            }
        }
        let properties = parse
            .properties
            .iter()
            .map(|property| (self.name(property.name).into(), self.scalar(&property.value, Row::default())))
            .collect();
        let open = input.open;
        let kind = RelKind::ParseKv { input: Box::new(input), text, columns: declared, properties };
        Rel { kind, columns: columns.into(), open, span }
    }
}
