//! What is known of the layout before anything is measured: blanks, places where a line may break, and groups of such
//! places that break together.

/// What stands between a token and the one before it when no line breaks there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing.
    Tight,
    /// One blank.
    Space,
}

/// The index of a [`Group`] in [`Layout::groups`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GroupId(usize);

impl GroupId {
    /// The group that holds the whole query and is always broken.
    pub(super) const ROOT: Self = Self(0);

    /// The index in [`Layout::groups`].
    pub(super) fn index(self) -> usize {
        self.0
    }
}

/// Tokens that stand on one line, or break at all their places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    /// The first token.
    pub(super) first: usize,
    /// Behind the last token.
    pub(super) end: usize,
    /// How many levels deeper what stands inside is indented when the group is broken.
    pub(super) inner: usize,
    /// Whether it breaks even where it would fit.
    pub(super) hard: bool,
}

/// A place where a line may break: before a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Break {
    /// When it breaks.
    pub(super) kind: BreakKind,
    /// The group it belongs to.
    pub(super) group: GroupId,
    /// How many levels deeper than the group the new line is indented.
    pub(super) indent: usize,
}

/// When a line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BreakKind {
    /// When the group is broken.
    Line,
    /// When the group is broken; a blank line before it is kept.
    Statement,
    /// When the group is broken and what follows up to the next place does not fit on the line.
    Fill,
}

/// The layout of a query: one gap and at most one break before each token.
pub(super) struct Layout {
    /// What stands before each token.
    pub(super) gaps: Vec<Gap>,
    /// The place before each token.
    pub(super) breaks: Vec<Option<Break>>,
    /// The groups; they nest.
    pub(super) groups: Vec<Group>,
}

impl Layout {
    /// The layout of `tokens` tokens without a place to break.
    pub(super) fn new(tokens: usize) -> Self {
        let root = Group { first: 0, end: tokens + 1, inner: 0, hard: true };
        Self { gaps: vec![Gap::Space; tokens], breaks: vec![None; tokens], groups: vec![root] }
    }

    /// Adds a group of the tokens from `first` to before `end`.
    pub(super) fn group(&mut self, first: usize, end: usize, inner: usize) -> GroupId {
        self.groups.push(Group { first, end, inner, hard: false });
        GroupId(self.groups.len() - 1)
    }

    /// Breaks the group even where it would fit.
    pub(super) fn harden(&mut self, group: GroupId) {
        self.groups[group.0].hard = true;
    }

    /// Lets a line break before `token`, `indent` levels deeper than the group.
    pub(super) fn line(&mut self, token: usize, group: GroupId, indent: usize) {
        self.place(token, BreakKind::Line, group, indent);
    }

    /// Lets a line break before `token`.
    pub(super) fn place(&mut self, token: usize, kind: BreakKind, group: GroupId, indent: usize) {
        if let Some(place) = self.breaks.get_mut(token) {
            *place = Some(Break { kind, group, indent });
        }
    }

    /// No line breaks before `token` unless a comment asks for it.
    pub(super) fn join(&mut self, token: usize) {
        if let Some(place) = self.breaks.get_mut(token) {
            *place = None;
        }
    }

    /// Puts `gap` before `token`.
    pub(super) fn gap(&mut self, token: usize, gap: Gap) {
        if let Some(place) = self.gaps.get_mut(token) {
            *place = gap;
        }
    }
}
