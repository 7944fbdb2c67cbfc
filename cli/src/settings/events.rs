//! `[events]`: what is to be known of events. `redact`: regular expressions that match secrets.

use greenroom_control::redaction_pattern;
use toml_edit::Table;

use super::Reading;

impl Reading<'_> {
    /// The expressions that the file says match secrets.
    pub(super) fn secrets(&mut self, root: &Table) -> Vec<String> {
        let Some(item) = root.get("events") else { return Vec::new() };
        let Some(table) = item.as_table() else {
            self.problems.push(self.at(item.span(), "`events` has to be a table").hint("begin it with `[events]`"));
            return Vec::new();
        };
        self.check_keys(table, &["redact"]);
        let Some(item) = table.get("redact") else { return Vec::new() };
        let Some(items) = item.as_array() else {
            self.problems.push(self.at(item.span(), "`redact` has to be a list of regular expressions"));
            return Vec::new();
        };
        let mut patterns = Vec::new();
        for item in items {
            match item.as_str().map(|pattern| redaction_pattern(pattern).map(|_| pattern.to_owned())) {
                Some(Ok(pattern)) => patterns.push(pattern),
                Some(Err(problem)) => self.problems.push(self.at(item.span(), problem.message)),
                None => self.problems.push(self.at(item.span(), "`redact` has to be a list of regular expressions, each a text")),
            }
        }
        patterns
    }
}
