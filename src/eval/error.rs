//! Why a query gave no table.

use super::function::Failure;
use crate::text::Span;

/// Why a query gave no table. Spans are places in the query's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The query is valid as far as is known, but needs something that is not built.
    #[error("{what} is not supported")]
    Unsupported {
        /// The operator, function or option, with the reason where there is more to say.
        what: String,
        /// Where it is written.
        span: Span,
    },
    /// The names or types of the query and of the data do not fit.
    #[error("{message}")]
    Schema {
        /// What does not fit.
        message: String,
        /// Where.
        span: Span,
    },
    /// The service would refuse the values it met.
    #[error("{message}")]
    Runtime {
        /// What went wrong.
        message: String,
        /// Where.
        span: Span,
    },
    /// A file that holds a table cannot be read.
    #[error("{message}")]
    Input {
        /// The file, the line and what is wrong there.
        message: String,
        /// Where the query reads the table.
        span: Span,
    },
    /// The query needs more than the [`super::Limits`] allow.
    #[error("{message}")]
    LimitExceeded {
        /// Which limit, and what would raise it.
        message: String,
        /// Where.
        span: Span,
    },
}

impl Error {
    /// The kind of failure in one word, as the JSON output names it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Unsupported { .. } => "unsupported",
            Self::Schema { .. } => "schema",
            Self::Runtime { .. } => "runtime",
            Self::Input { .. } => "input",
            Self::LimitExceeded { .. } => "timeout",
        }
    }

    /// Where in the query the failure lies.
    pub const fn span(&self) -> Span {
        match self {
            Self::Unsupported { span, .. }
            | Self::Schema { span, .. }
            | Self::Runtime { span, .. }
            | Self::Input { span, .. }
            | Self::LimitExceeded { span, .. } => *span,
        }
    }

    /// An [`Error::Unsupported`].
    pub fn unsupported(what: impl Into<String>, span: Span) -> Self {
        Self::Unsupported { what: what.into(), span }
    }

    /// An [`Error::Schema`].
    pub fn schema(message: impl Into<String>, span: Span) -> Self {
        Self::Schema { message: message.into(), span }
    }

    /// A function's failure at its place.
    pub fn of_function(failure: Failure, span: Span) -> Self {
        match failure {
            Failure::Refused(message) => Self::Runtime { message, span },
            Failure::Unsupported(what) => Self::Unsupported { what, span },
        }
    }

    /// An [`Error::Runtime`].
    pub fn runtime(message: impl Into<String>, span: Span) -> Self {
        Self::Runtime { message: message.into(), span }
    }
}
