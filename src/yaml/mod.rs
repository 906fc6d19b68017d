//! YAML read with the place, style and comments of every node, and written back by edits.
