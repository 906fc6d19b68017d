//! What the product has to say about a file: a [`Diagnostic`] with its place, related places, help
//! and, where one is known, a [`Fix`]. Diagnostics are data; only `report` turns them into text.

use std::path::PathBuf;

use crate::text::{Edit, Span};

/// How much a finding matters. One scale decides the exit code; `Off` findings are never made.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not reported.
    Off,
    /// Worth knowing; never fails a run by default.
    Note,
    /// Probably a mistake; fails a run by default.
    Warning,
    /// Certainly wrong: the service refuses the rule or the rule cannot work.
    Error,
}

impl Level {
    /// The level's word, as users write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place in a file with the words that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place, in the file's offsets.
    pub span: Span,
    /// What stands there, in a few words; may be empty.
    pub text: String,
}

/// A place in another file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The other file.
    pub path: PathBuf,
    /// The place in it, as 1-based line and column (its text is not at hand when this is shown).
    pub line: u32,
    /// 1-based column in characters.
    pub column: u32,
    /// What stands there.
    pub text: String,
}

/// A change that mends what a diagnostic reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the change does, as a command: "write the tactics as a list".
    pub title: String,
    /// The change, in the file's offsets.
    pub edits: Vec<Edit>,
    /// Whether the rule's meaning certainly stays what its author meant; `--fix` applies only safe ones.
    pub safety: Safety,
}

/// Whether a fix may be applied without a person looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// Keeps the meaning.
    Safe,
    /// Changes what the rule does; a person decides.
    Unsafe,
}

/// One finding, with every place in the offsets of the file it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The lint's kebab-case name: the finding's only identity.
    pub lint: &'static str,
    /// How much it matters.
    pub level: Level,
    /// One sentence: what is wrong, naming the values.
    pub message: String,
    /// The place a person would point to, and a few words on it.
    pub primary: Label,
    /// Other places in the same file that belong to it.
    pub related: Vec<Label>,
    /// Places in other files that belong to it.
    pub elsewhere: Vec<Elsewhere>,
    /// Evidence: facts that make the finding believable, each a sentence.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// A change that mends it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A diagnostic with nothing but its message and place.
    pub fn new(lint: &'static str, level: Level, message: impl Into<String>, span: Span) -> Self {
        Self {
            lint,
            level,
            message: message.into(),
            primary: Label { span, text: String::new() },
            related: Vec::new(),
            elsewhere: Vec::new(),
            notes: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// With a few words under the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// With another place of the same file.
    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// With a sentence of evidence.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// With what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// With a change that mends it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}
