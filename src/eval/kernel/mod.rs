//! Operators on whole columns. Every kernel agrees with its operator on single values; it is only faster.

pub(crate) mod arithmetic;
pub(crate) mod choice;
pub(crate) mod compare;
pub(crate) mod index;
pub(crate) mod logic;
pub(crate) mod membership;
pub(crate) mod text;
