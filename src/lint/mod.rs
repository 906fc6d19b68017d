//! Lints: each looks at one loaded rule (or at the whole repository) and reports one kind of mistake.
