//! Data about the world the rules live in: tables and their columns, functions, connectors, ATT&CK, products. It is
//! read from `schemas/catalog`, which is embedded in the binary; facts are data there, never match arms here.

pub mod column_roles;
pub mod products;
