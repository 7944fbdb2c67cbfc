//! Names of files for ids that users choose.

use std::path::{Path, PathBuf};

/// A file name for a resource id that a user chose: letters, digits, `-` and `_` stay, everything else becomes `%` and two hex digits.
/// So no id leads out of the folder, and no two ids share a file, on file systems that ignore case too where ids differ only by case
/// in letters that are encoded.
#[must_use]
pub fn file_name(id: &str) -> String {
    let mut name = String::with_capacity(id.len());
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(byte)),
            _ => name.push_str(&format!("%{byte:02x}")),
        }
    }
    name
}

/// The id for which [`file_name`] gives `name`; none if it gives that for no id.
#[must_use]
pub fn resource_of(name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let (byte, taken) = match first {
            '%' => (u8::from_str_radix(rest.get(1..3)?, 16).ok()?, 3),
            _ => (u8::try_from(first).ok()?, 1),
        };
        bytes.push(byte);
        rest = &rest[taken..];
    }
    String::from_utf8(bytes).ok().filter(|id| file_name(id) == name)
}

/// The path of the state of `resource` of `service` under `state`.
#[must_use]
pub fn state_file(state: &Path, service: &str, resource: &str) -> PathBuf {
    state.join(service).join(format!("{}.sqlite", file_name(resource)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_do_not_lead_out_of_the_folder() {
        assert_eq!(file_name("../a b"), "%2e%2e%2fa%20b");
        for id in ["../a b", "äöü", "plain-id_1", "%41"] {
            assert_eq!(resource_of(&file_name(id)).as_deref(), Some(id));
        }
        assert!([".hidden", "%zz", "%4", "%41"].iter().all(|name| resource_of(name).is_none()));
    }
}
