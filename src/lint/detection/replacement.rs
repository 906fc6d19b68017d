//! What took the place of `impactedAssets` and `responseActions` in custom detections: the old shape names a column by an
//! identifier like it (`deviceId`), the new one by its name, grouped by what it is.
//!
//! Source: the Microsoft Graph resources `impactedAsset`, `responseAction` (both as they were), `entityMappingConfiguration`
//! and `automatedActionSet`.

use crate::bind::ir::Column;
use crate::text::{Edit, line_end};
use crate::yaml::{Document, Entry, Mapping, Node};

/// What the type of an old item begins with.
const NAMESPACE: &str = "#microsoft.graph.security.";

/// What an old item becomes: its type without namespace, the group it goes to, and the identifiers with the keys for their
/// columns.
struct Successor {
    of: &'static str,
    group: &'static str,
    columns: &'static [(&'static str, &'static str)],
}

const DEVICE: &[(&str, &str)] = &[("deviceId", "deviceIdColumn")];
const SIDS: &[(&str, &str)] =
    &[("accountSid", "accountSidColumn"), ("initiatingProcessAccountSid", "accountSidColumn")];
const OBJECT_IDS: &[(&str, &str)] = &[
    ("accountObjectId", "accountObjectIdColumn"),
    ("initiatingProcessAccountObjectId", "accountObjectIdColumn"),
    ("recipientObjectId", "accountObjectIdColumn"),
];
const MAIL: &[(&str, &str)] =
    &[("networkMessageId", "networkMessageIdColumn"), ("recipientEmailAddress", "recipientColumn")];

const ENTITIES: [Successor; 3] = [
    Successor {
        of: "impactedDeviceAsset",
        group: "hosts",
        columns: &[
            ("deviceId", "deviceIdColumn"),
            ("deviceName", "nameColumn"),
            ("remoteDeviceName", "nameColumn"),
            ("targetDeviceName", "nameColumn"),
            ("destinationDeviceName", "nameColumn"),
        ],
    },
    Successor {
        of: "impactedUserAsset",
        group: "accounts",
        columns: &[
            ("accountObjectId", "aadUserIdColumn"),
            ("recipientObjectId", "aadUserIdColumn"),
            ("accountSid", "sidColumn"),
            ("requestAccountSid", "sidColumn"),
            ("accountUpn", "upnColumn"),
            ("initiatingProcessAccountUpn", "upnColumn"),
            ("targetAccountUpn", "upnColumn"),
            ("accountName", "nameColumn"),
        ],
    },
    Successor {
        of: "impactedMailboxAsset",
        group: "mailboxes",
        columns: &[
            ("recipientEmailAddress", "primaryAddressColumn"),
            ("senderFromAddress", "primaryAddressColumn"),
            ("senderMailFromAddress", "primaryAddressColumn"),
            ("accountUpn", "primaryAddressColumn"),
            ("initiatingProcessAccountUpn", "primaryAddressColumn"),
            ("targetAccountUpn", "primaryAddressColumn"),
        ],
    },
];

const fn action(of: &'static str, group: &'static str, columns: &'static [(&'static str, &'static str)]) -> Successor {
    Successor { of, group, columns }
}

const ACTIONS: [Successor; 13] = [
    action("collectInvestigationPackageResponseAction", "collectInvestigationPackages", DEVICE),
    action("initiateInvestigationResponseAction", "initiateInvestigations", DEVICE),
    action("isolateDeviceResponseAction", "isolateDevices", DEVICE),
    action("restrictAppExecutionResponseAction", "restrictAppExecutions", DEVICE),
    action("runAntivirusScanResponseAction", "runAntivirusScans", DEVICE),
    action("disableUserResponseAction", "disableUsers", SIDS),
    action("forceUserPasswordResetResponseAction", "forceUserPasswordResets", SIDS),
    action("markUserAsCompromisedResponseAction", "markUsersAsCompromised", OBJECT_IDS),
    action("hardDeleteResponseAction", "hardDeleteEmails", MAIL),
    action("softDeleteResponseAction", "softDeleteEmails", MAIL),
    action("moveToDeletedItemsResponseAction", "moveEmailsToDeletedItems", MAIL),
    action("moveToInboxResponseAction", "moveEmailsToInbox", MAIL),
    action("moveToJunkResponseAction", "moveEmailsToJunk", MAIL),
];

/// A file with an old list in it, and the columns that its query gives.
pub(super) struct Rewriting<'c> {
    /// The file's text.
    pub(super) text: &'c str,
    /// The file, read.
    pub(super) document: &'c Document,
    /// The columns of the result.
    pub(super) columns: &'c [Column],
}

impl Rewriting<'_> {
    /// `impactedAssets` as `entityMappings`.
    pub(super) fn entities(&self, entry: &Entry) -> Option<Vec<Edit>> {
        self.list(entry, "entityMappings", &ENTITIES)
    }

    /// `responseActions` as `automatedActions`.
    pub(super) fn actions(&self, entry: &Entry) -> Option<Vec<Edit>> {
        self.list(entry, "automatedActions", &ACTIONS)
    }

    /// The edit that writes the list anew; `None` where an item is not known, names a column that the query does not give,
    /// or is commented.
    fn list(&self, entry: &Entry, key: &str, known: &[Successor]) -> Option<Vec<Edit>> {
        let whole = entry.key.span.to(entry.value.span);
        if self.document.comments.iter().any(|comment| whole.contains(*comment)) {
            return None;
        }
        let mut groups: Vec<(&str, Vec<Vec<String>>)> = Vec::new();
        for item in entry.value.as_sequence()? {
            let (group, lines) = self.item(item, known)?;
            match groups.iter_mut().find(|(name, _)| *name == group) {
                Some((_, items)) => items.push(lines),
                None => groups.push((group, vec![lines])),
            }
        }
        let start = entry.key.span.start as usize;
        let line = self.text[..start].rfind('\n').map_or(0, |feed| feed + 1);
        let feed = format!("{}{}", line_end(self.text), " ".repeat(start - line));
        let mut lines = vec![format!("{key}:")];
        for (group, items) in groups {
            lines.push(format!("  {group}:"));
            for item in items {
                let dash = |index: usize| if index == 0 { '-' } else { ' ' };
                lines.extend(item.iter().enumerate().map(|(index, line)| format!("    {} {line}", dash(index))));
            }
        }
        Some(vec![Edit::replace(whole, lines.join(&feed))])
    }

    /// The group that an item goes to, and its lines there.
    fn item(&self, item: &Node, known: &[Successor]) -> Option<(&'static str, Vec<String>)> {
        let item = item.as_mapping()?;
        let of = text(item, "@odata.type")?.trim_start_matches(NAMESPACE);
        let successor = known.iter().find(|successor| successor.of == of)?;
        let mut lines = Vec::new();
        for identifier in text(item, "identifier")?.split(',').map(str::trim) {
            let (_, key) = successor.columns.iter().find(|(known, _)| *known == identifier)?;
            let column = self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(identifier))?;
            lines.push(format!("{key}: {}", column.name));
        }
        let mut read = 2;
        if of == "isolateDeviceResponseAction" {
            lines.push(format!("isolationType: {}", text(item, "isolationType")?));
            read += 1;
        }
        (item.entries.len() == read).then_some((successor.group, lines))
    }
}

fn text<'m>(mapping: &'m Mapping, key: &str) -> Option<&'m str> {
    Some(mapping.get(key)?.value.as_scalar()?.value.trim())
}
