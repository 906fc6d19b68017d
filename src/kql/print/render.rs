//! From a layout to text, in one pass over the tokens.

use super::layout::{Break, BreakKind, Gap, GroupId, Layout};
use super::trivia::{Comment, Tokens};
use super::{INDENT, WIDTH};
use crate::kql::token::{Token, TokenKind};

/// The text of the tokens in the layout.
pub(super) fn render(text: &str, tokens: &Tokens<'_>, layout: &Layout) -> String {
    let measures = Measures::of(text, tokens, layout);
    let mut opening: Vec<usize> = (0..layout.groups.len()).collect();
    opening.sort_by_key(|&index| (layout.groups[index].first, std::cmp::Reverse(layout.groups[index].end)));
    let mut printer = Printer {
        text,
        tokens,
        layout,
        measures,
        out: String::with_capacity(text.len() + text.len() / 4),
        column: 0,
        open: Vec::new(),
        leading_comma: false,
        line_end: tokens.line_end,
    };
    let mut opening = opening.into_iter().peekable();
    let mut here = Vec::new();
    for index in 0..tokens.significant.len() {
        here.clear();
        while let Some(group) = opening.next_if(|&group| layout.groups[group].first == index) {
            here.push(group);
        }
        printer.token(index, &here);
    }
    printer.finish()
}

/// What can be known of lengths before any decision.
struct Measures {
    /// Where each token would start if everything stood on one line.
    starts: Vec<usize>,
    /// Where each token would end.
    ends: Vec<usize>,
    /// How many tokens before each, itself included, start a line whatever fits.
    forced: Vec<usize>,
    /// How many tokens before each hold line breaks.
    tall: Vec<usize>,
    /// The next token, from each on, before which a line may break; the number of tokens if none.
    next: Vec<usize>,
}

impl Measures {
    fn of(text: &str, tokens: &Tokens<'_>, layout: &Layout) -> Self {
        let count = tokens.significant.len();
        let mut measures = Self {
            starts: Vec::with_capacity(count),
            ends: Vec::with_capacity(count),
            forced: Vec::with_capacity(count),
            tall: Vec::with_capacity(count + 1),
            next: vec![count; count + 1],
        };
        let (mut at, mut forced, mut tall) = (0, 0, 0);
        for (index, token) in tokens.significant.iter().enumerate() {
            at += usize::from(layout.gaps[index] == Gap::Space);
            measures.starts.push(at);
            let written = token.span.slice(text);
            at += first_line(written).chars().count();
            measures.ends.push(at);
            forced += usize::from(is_forced(tokens, layout, index));
            measures.forced.push(forced);
            measures.tall.push(tall);
            tall += usize::from(written.contains('\n'));
        }
        measures.tall.push(tall);
        for index in (0..count).rev() {
            let breaks = layout.breaks[index].is_some() || !tokens.comments(index).is_empty();
            measures.next[index] = if breaks { index } else { measures.next[index + 1] };
        }
        measures
    }

    /// The length from the start of `first` to the last place before `end` or, where none is there, behind it, at which
    /// the line can end.
    fn width(&self, first: usize, end: usize) -> usize {
        let end = self.next[end.min(self.next.len() - 1)];
        self.ends[end - 1] - self.starts[first]
    }

    /// Whether the tokens from `first` to before `end` hold no line break that must be there.
    fn can_be_flat(&self, first: usize, end: usize) -> bool {
        self.forced[end - 1] == self.forced[first] && self.tall[end] == self.tall[first]
    }
}

fn first_line(text: &str) -> &str {
    text.split('\n').next().unwrap_or_default()
}

fn is_forced(tokens: &Tokens<'_>, layout: &Layout, index: usize) -> bool {
    let hard = |place: Break| place.kind != BreakKind::Fill && layout.groups[place.group.index()].hard;
    !tokens.comments(index).is_empty() || layout.breaks[index].is_some_and(hard)
}

/// A group whose tokens are being printed.
#[derive(Clone, Copy)]
struct Open {
    id: usize,
    end: usize,
    broken: bool,
    /// The level at which the group's own lines start.
    base: usize,
    /// The level of what stands inside.
    inside: usize,
}

struct Printer<'s> {
    text: &'s str,
    tokens: &'s Tokens<'s>,
    layout: &'s Layout,
    measures: Measures,
    out: String,
    /// The column of the cursor, in characters.
    column: usize,
    open: Vec<Open>,
    /// A comma stands at the start of the line because a comment stood before it.
    leading_comma: bool,
    line_end: &'static str,
}

impl Printer<'_> {
    fn token(&mut self, index: usize, opening: &[usize]) {
        while self.open.last().is_some_and(|group| group.end <= index) {
            self.open.pop();
        }
        let place = self.layout.breaks[index];
        let waits = |id: usize| place.is_some_and(|place| place.group.index() == id);
        let mut placed = !opening.iter().any(|&id| waits(id));
        if placed {
            self.before(index, place);
        }
        for &id in opening {
            self.open(id, index, placed);
            if waits(id) {
                self.before(index, place);
                placed = true;
            }
        }
        self.put(index);
    }

    /// Opens a group and decides whether it breaks. `placed`: the cursor is where the first token starts.
    fn open(&mut self, id: usize, index: usize, placed: bool) {
        let group = self.layout.groups[id];
        let end = group.end.min(self.tokens.significant.len());
        let base = self.open.last().map_or(0, |outer| outer.inside);
        let within_flat = self.open.last().is_some_and(|outer| !outer.broken);
        let gap = usize::from(!placed && self.layout.gaps[index] == Gap::Space);
        let has_comment = !placed && !self.tokens.comments(index).is_empty();
        let fits = !group.hard
            && !has_comment
            && self.measures.can_be_flat(group.first, end)
            && (within_flat || self.column + gap + self.measures.width(group.first, end) <= WIDTH);
        let inside = if fits { base } else { base + group.inner };
        self.open.push(Open { id, end: group.end, broken: !fits, base, inside });
    }

    /// What stands before a token: its comments, and a line break or a blank.
    fn before(&mut self, index: usize, place: Option<Break>) {
        let comments = self.tokens.comments(index);
        let indent = self.indent(index, place);
        let keeps_blank = place.is_some_and(|place| place.kind == BreakKind::Statement);
        self.comments(comments, indent.max(self.comment_indent(place)), keeps_blank);
        let breaks = !comments.is_empty() || self.breaks(index, place);
        if breaks && !self.out.is_empty() {
            self.new_line(indent, keeps_blank && self.tokens.blank_before[index]);
            self.leading_comma = !comments.is_empty() && self.tokens.significant[index].kind == TokenKind::Comma;
            return;
        }
        if self.layout.gaps[index] == Gap::Space && self.column > 0 {
            self.out.push(' ');
            self.column += 1;
        }
    }

    fn breaks(&mut self, index: usize, place: Option<Break>) -> bool {
        let after_comma = std::mem::take(&mut self.leading_comma);
        let Some(place) = place.filter(|place| self.group(place.group).is_none_or(|group| group.broken)) else {
            return false;
        };
        match place.kind {
            BreakKind::Statement => true,
            BreakKind::Line => !after_comma,
            BreakKind::Fill => !after_comma && self.column + 1 + self.measures.width(index, index + 1) > WIDTH,
        }
    }

    /// The level at which a line that starts with the token is indented.
    fn indent(&self, index: usize, place: Option<Break>) -> usize {
        if let Some(place) = place {
            return self.group(place.group).map_or(0, |group| group.base) + place.indent;
        }
        let Some(outer) = self.open.iter().rev().find(|group| group.broken) else { return 0 };
        let continues = outer.inside == outer.base && self.tokens.significant[index].kind != TokenKind::Semicolon;
        outer.inside + usize::from(continues)
    }

    /// A comment before a closing bracket belongs to what stands inside.
    fn comment_indent(&self, place: Option<Break>) -> usize {
        place.and_then(|place| self.group(place.group)).map_or(0, |group| group.inside)
    }

    fn group(&self, id: GroupId) -> Option<Open> {
        self.open.iter().rev().find(|group| group.id == id.index()).copied()
    }

    fn comments(&mut self, comments: &[Comment], indent: usize, keeps_blank: bool) {
        for comment in comments {
            if comment.own_line && !self.out.is_empty() {
                self.new_line(indent, keeps_blank && comment.blank_before);
            } else if !comment.own_line {
                self.out.push(' ');
            }
            self.out.push_str(comment.span.slice(self.text));
        }
    }

    fn new_line(&mut self, indent: usize, blank: bool) {
        self.out.push_str(self.line_end);
        if blank {
            self.out.push_str(self.line_end);
        }
        self.column = indent * INDENT;
        self.out.extend(std::iter::repeat_n(' ', self.column));
    }

    fn put(&mut self, index: usize) {
        let Token { span, .. } = self.tokens.significant[index];
        let written = span.slice(self.text);
        self.out.push_str(written);
        match written.rsplit_once('\n') {
            Some((_, last)) => self.column = last.chars().count(),
            None => self.column += self.measures.ends[index] - self.measures.starts[index],
        }
    }

    fn finish(mut self) -> String {
        let end = self.tokens.significant.len();
        self.comments(self.tokens.comments(end), 0, true);
        if !self.out.is_empty() {
            self.out.push_str(self.line_end);
        }
        self.out
    }
}
