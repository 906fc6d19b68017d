//! Places in text. Everything inside the product speaks of byte offsets ([`Span`]); a line and a
//! column exist only in [`Source`], for the moment something is shown to a person. A text that
//! lives inside another text (a query inside a YAML block) is an [`Embedded`], which maps its own
//! offsets to those of the file. Changes to a file are [`Edit`]s.

mod edit;
mod embed;
mod source;
mod span;

pub use edit::{Edit, EditConflict, apply};
pub use embed::{Embedded, Segment};
pub use source::{Position, ReadError, Source};
pub use span::{Span, Spanned};
