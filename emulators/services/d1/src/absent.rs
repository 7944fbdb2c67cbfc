//! What the SQLite of this build has and the vendor's has not: refused, in the words in which the vendor's misses it.
//! <https://github.com/cloudflare/workerd/blob/main/build/BUILD.sqlite3>

use rusqlite::ffi;

/// Functions of another version, or of options with which the vendor's is not built.
const FUNCTIONS: &[&str] = &["if", "soundex", "unistr", "unistr_quote"];

/// Tables that are there without having been made.
const TABLES: &[&str] = &["dbstat", "sqlite_stmt"];

/// Whether the vendor's has no table of this name.
pub(crate) fn is_table(name: &str) -> bool {
    TABLES.iter().any(|table| table.eq_ignore_ascii_case(name))
}

/// The vendor's text and code for the authorizer's refusal of something that it has not.
pub(crate) fn reworded(refusal: &str) -> Option<(String, i32)> {
    let function = refusal.strip_prefix("not authorized to use function: ").filter(|name| FUNCTIONS.contains(name));
    let column = refusal.strip_prefix("access to ").and_then(|rest| rest.strip_suffix(" is prohibited"));
    let table = column.and_then(|column| column.split('.').next()).filter(|name| is_table(name));
    match (function, table) {
        (Some(name), _) => Some((format!("no such function: {name}"), ffi::SQLITE_ERROR)),
        (_, Some(name)) => Some((format!("no such table: {name}"), ffi::SQLITE_ERROR)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_absent_is_reworded() {
        assert_eq!(reworded("not authorized to use function: if"), Some(("no such function: if".to_owned(), 1)));
        assert_eq!(reworded("access to dbstat.name is prohibited"), Some(("no such table: dbstat".to_owned(), 1)));
        assert_eq!(reworded("not authorized to use function: sqlite_version"), None);
        assert_eq!(reworded("access to _cf_KV.key is prohibited"), None);
    }
}
