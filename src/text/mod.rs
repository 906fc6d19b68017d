//! Places in text. Everything inside the product speaks of byte offsets ([`Span`]); a line and a
//! column exist only in [`Source`], for the moment something is shown to a person. A text that
//! lives inside another text (a query inside a YAML block) is an [`Embedded`], which maps its own
//! offsets to those of the file. Changes to a file are [`Edit`]s.
//! [`nearest`] finds the name a misspelt one was meant to be.

mod edit;
mod embed;
mod near;
mod source;
mod span;

pub use edit::{Edit, EditConflict, apply};
pub use embed::{Embedded, Segment};
pub use near::nearest;
pub use source::{Position, ReadError, Source, line_end};
pub use span::{Span, Spanned};
