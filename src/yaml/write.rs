//! Writing YAML.
