//! Turns diagnostics and results into what a person or a machine reads: text, JSON, SARIF.
