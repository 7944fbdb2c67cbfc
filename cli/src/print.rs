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

/// A table in lines, as wrangler draws it.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    // A cell is one line, whatever is in it.
    let on_a_line = |text: &str| text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t");
    let head: Vec<String> = head.iter().map(|name| on_a_line(name)).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| on_a_line(cell)).collect()).collect();
    let all = || std::iter::once(&head).chain(&rows);
    let widths: Vec<usize> = (0..head.len()).map(|column| all().map(|row| width(&row[column])).max().unwrap_or(0)).collect();
    let rule = |left: &str, middle: &str, right: &str| {
        let parts: Vec<String> = widths.iter().map(|width| "─".repeat(width + 2)).collect();
        format!("{left}{}{right}", parts.join(middle))
    };
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, wide)| format!(" {cell}{} ", " ".repeat(wide - width(cell))));
        format!("│{}│", cells.collect::<Vec<_>>().join("│"))
    };
    let lines: Vec<String> = all().map(line).collect();
    let between = format!("\n{}\n", rule("├", "┼", "┤"));
    format!("{}\n{}\n{}", rule("┌", "┬", "┐"), lines.join(&between), rule("└", "┴", "┘"))
}

/// Cells of a terminal that a text takes.
fn width(text: &str) -> usize {
    let wide = |c: char| {
        matches!(u32::from(c), 0x1100..=0x115F | 0x2705 | 0x274C | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF
            | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD)
    };
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_have_columns_as_wide_as_their_widest_cell() {
        let rows = [vec!["0001_a.sql".to_owned(), "✅".to_owned()]];
        let expected =
            "┌────────────┬────────┐\n│ name       │ status │\n├────────────┼────────┤\n│ 0001_a.sql │ ✅     │\n└────────────┴────────┘";
        assert_eq!(table(&["name", "status"], &rows), expected);
        assert_eq!(table(&["a"], &[]), "┌───┐\n│ a │\n└───┘");
    }

    #[test]
    fn an_error_names_file_and_position_and_says_what_to_do() {
        let diagnostic =
            Diagnostic::error("`main` is a number").in_file("/p/wrangler.jsonc").at("{\n \"main\": 1 }", 11).hint("give a path");
        let text = plain(&diagnostic, Path::new("/p"));
        assert!(text.starts_with("error: `main` is a number\n  at wrangler.jsonc:2:10\n"), "{text}");
        assert!(text.ends_with("\n  hint: give a path"), "{text}");
    }
}
