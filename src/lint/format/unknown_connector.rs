//! A connector that the content hub does not have.

use crate::catalog::connectors::{connector, meant};
use crate::diag::{Diagnostic, Level};
use crate::lint::sources::data_types;
use crate::lint::{Check, Context, Lint};

pub(super) static LINT: Lint = Lint {
    name: "unknown-connector",
    group: "format",
    level: Level::Note,
    summary: "a connector that the content hub does not have",
    page: include_str!("unknown_connector.md"),
    check: Check::Unit(check),
};

fn check(cx: &Context<'_>, sink: &mut Vec<Diagnostic>) {
    for required in cx.rule().required_data_connectors.iter().flat_map(|connectors| &connectors.value) {
        let Some(id) = &required.value.id else { continue };
        // `AzureMonitor(IIS)` is one kind of data of the connector `AzureMonitor`.
        let (written, _) = id.value.split_once('(').unwrap_or((&id.value, ""));
        let written = written.trim();
        if written.is_empty() || connector(written).is_some() {
            continue;
        }
        let message = format!("`{written}` is no connector of the content hub");
        let found = LINT.finding(id.span, message);
        let tables: Vec<&str> = data_types(&required.value).collect();
        sink.push(match meant(written, &tables) {
            Some(known) => found.help(format!("did you mean `{known}`?")),
            None => {
                found.help("write the id of the connector as the content hub has it; a connector of your own may stay")
            }
        });
    }
}
