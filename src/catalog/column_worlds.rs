//! Columns that Sentinel and Defender XDR call by different names. Read from `schemas/catalog/columns/worlds.txt`.

const TEXT: &str = include_str!("../../schemas/catalog/columns/worlds.txt");

/// What the other world calls the column of this name, and that world's name for people.
pub fn column_in_other_world(name: &str) -> Option<(&'static str, &'static str)> {
    let pairs = TEXT.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '));
    for (sentinel, xdr) in pairs {
        if name == sentinel {
            return Some((xdr, "Defender XDR"));
        }
        if name == xdr {
            return Some((sentinel, "Sentinel"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::column_in_other_world;

    #[test]
    fn each_name_has_the_other() {
        assert_eq!(column_in_other_world("Timestamp"), Some(("TimeGenerated", "Sentinel")));
        assert_eq!(column_in_other_world("TimeGenerated"), Some(("Timestamp", "Defender XDR")));
        assert_eq!(column_in_other_world("# Columns"), None);
    }
}
