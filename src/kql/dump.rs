//! A text picture of a tree, for tests.
