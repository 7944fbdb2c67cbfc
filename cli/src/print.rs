//! Errors and warnings as the operator reads them.

use std::path::Path;

use greenroom_host::{Diagnostic, Severity};
use owo_colors::OwoColorize;

/// How many were of each kind.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
}

/// Prints to standard error; paths below `dir` are shown relative to it.
pub(crate) fn diagnostics(list: &[Diagnostic], dir: &Path) -> Count {
    let mut count = Count::default();
    for diagnostic in list {
        match diagnostic.severity {
            Severity::Error => count.errors += 1,
            Severity::Warning => count.warnings += 1,
        }
        anstream::eprintln!("{}", coloured(diagnostic, dir));
    }
    count
}

/// One diagnostic with colours.
fn coloured(diagnostic: &Diagnostic, dir: &Path) -> String {
    let mut text = match diagnostic.severity {
        Severity::Error => format!("{} ", "error:".red().bold()),
        Severity::Warning => format!("{} ", "warning:".yellow().bold()),
    };
    text.push_str(&diagnostic.message.bold().to_string());
    if let Some(place) = place(diagnostic, dir) {
        text.push_str(&format!("\n  {} {place}", "at".dimmed()));
    }
    if let Some(frame) = &diagnostic.frame {
        for line in frame.lines() {
            text.push_str(&format!("\n  {}", line.dimmed()));
        }
    }
    for hint in &diagnostic.hints {
        text.push_str(&format!("\n  {} {hint}", "hint:".cyan()));
    }
    text
}

/// One diagnostic without colours: for pages and logs.
pub(crate) fn plain(diagnostic: &Diagnostic, dir: &Path) -> String {
    anstream::adapter::strip_str(&coloured(diagnostic, dir)).to_string()
}

fn place(diagnostic: &Diagnostic, dir: &Path) -> Option<String> {
    let file = diagnostic.file.as_deref()?;
    let relative = file.strip_prefix(dir).ok().filter(|relative| !relative.as_os_str().is_empty());
    let shown = relative.unwrap_or(file).display().to_string();
    Some(match diagnostic.position {
        Some(position) => format!("{shown}:{}:{}", position.line, position.column),
        None => shown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_file_and_position_and_says_what_to_do() {
        let diagnostic =
            Diagnostic::error("`main` is a number").in_file("/p/wrangler.jsonc").at("{\n \"main\": 1 }", 11).hint("give a path");
        let text = plain(&diagnostic, Path::new("/p"));
        assert!(text.starts_with("error: `main` is a number\n  at wrangler.jsonc:2:10\n"), "{text}");
        assert!(text.ends_with("\n  hint: give a path"), "{text}");
    }
}
