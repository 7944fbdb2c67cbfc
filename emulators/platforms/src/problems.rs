//! Everything found wrong or doubtful while reading a project, gathered so that one run reports all of it.

use greenroom_host::{Diagnostic, Severity};

/// Errors and warnings, each in the order found.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

impl Problems {
    /// Adds one, by its severity.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        match diagnostic.severity {
            Severity::Error => self.errors.push(diagnostic),
            Severity::Warning => self.warnings.push(diagnostic),
        }
    }

    /// Adds each of `diagnostics`.
    pub(crate) fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// The warnings where there is no error, else all of them, errors first.
    pub(crate) fn finish(self) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        if self.errors.is_empty() { Ok(self.warnings) } else { Err(self.errors.into_iter().chain(self.warnings).collect()) }
    }
}
