//! The repository around the rules: its `sentinelc.toml` and which of its files are rules. [`files`] turns the paths a
//! user gave into the files to read, each with the configuration that holds for it; [`Config`] is the configuration's
//! contract, from which `schemas/config.json` is made; [`environment`] reads the tables, functions and watchlists
//! it declares.

mod config;
mod read;
mod schema;
mod since;
mod walk;

pub use config::{Config, FILE_NAME, Located, Schema, find_config, schema};
pub use read::ReadError;
pub use schema::{SchemaError, environment};
pub use since::{Since, SinceError};
pub use walk::{Discovery, File, MOST_NEIGHBOURS, Origin, WalkError, Wanted, files, neighbours};
