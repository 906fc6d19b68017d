//! The names of written files, made from the name of the rule file. Whatever that name holds, the result is one plain
//! file name: no separator, no leading dot or dash, nothing a shell, Windows or `SigmaHQ` would read in another way.

use std::path::Path;

use super::loss::Reason;

/// The longest stem, in bytes; file systems allow 255 for the whole name.
const MAX_STEM: usize = 120;
/// The longest name of a Sigma rule without its `.yml`, in bytes (`SigmaHQ` validator: 90 with it).
const MAX_SIGMA: usize = 86;
/// Names that Windows keeps for devices, whatever follows the first dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The rule file's name without its last extension, every character but ASCII letters, digits, `_`, `-` and `.` replaced by `_`.
pub(super) fn stem(path: &Path) -> Result<String, Reason> {
    let raw = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '_' };
    let mut stem: String = raw.chars().map(plain).take(MAX_STEM).collect();
    stem = stem.trim_matches(|c| matches!(c, '.' | '-')).to_owned();
    if !stem.contains(|c: char| c.is_ascii_alphanumeric()) {
        return Err(Reason::new("the rule file's name holds no letter or digit to name the output after", None));
    }
    if is_device(&stem) {
        stem.insert(0, '_');
    }
    Ok(stem)
}

fn is_device(stem: &str) -> bool {
    let base = stem.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        base.strip_prefix(device).is_some_and(|rest| rest.len() == 1 && rest.chars().all(|c| c.is_ascii_digit()))
    });
    numbered || DEVICES.contains(&base.as_str())
}

/// The name `SigmaHQ` asks for: `prefix` and the stem in lower case letters, digits and single `_`.
pub(super) fn sigma(prefix: &str, stem: &str) -> String {
    let mut name = prefix.to_owned();
    for c in stem.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    name.truncate(MAX_SIGMA);
    name.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_become_plain_ones() {
        let stems = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| stem(Path::new(name)).unwrap_or_else(|reason| reason.message)).collect()
        };
        insta::assert_debug_snapshot!(stems(&["a b\n[x].yaml", "..\\..\\evil.yaml", "dir/-rf.yaml", "CON.yaml", "com1.x.yaml", "rülé.yaml", "~$.yaml"]), @r#"
        [
            "a_b__x_",
            "_.._evil",
            "rf",
            "_CON",
            "_com1.x",
            "r_l_",
            "the rule file's name holds no letter or digit to name the output after",
        ]
        "#);
    }

    #[test]
    fn sigma_names() {
        assert_eq!(sigma("net_connection_win_", "RMM - Fleet Deck"), "net_connection_win_rmm_fleet_deck");
        assert_eq!(sigma("proc_creation_win_", &"x".repeat(200)).len(), MAX_SIGMA);
    }
}
