//! Runs `*.test.yaml` files: fixture events through a rule, and the expectation compared with what came out.
