//! Rows as JSON, written while SQLite steps.

use rusqlite::{Row, Statement};

use crate::value::{write_json, write_text};

/// The shape of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `[{"name": value, …}, …]`; of columns of one name the last wins.
    Objects,
    /// `{"columns": ["name", …], "rows": [[value, …], …]}`.
    Rows,
    /// The first row as an object, or `null`.
    First,
}

/// Collects the rows of one statement.
pub(crate) struct RowWriter {
    format: Format,
    out: Vec<u8>,
    /// What stands before each value of a row: `"name":`, or nothing.
    labels: Vec<Vec<u8>>,
    has_columns: bool,
    rows: u64,
}

impl RowWriter {
    pub(crate) fn new(format: Format) -> Self {
        Self { format, out: Vec::with_capacity(256), labels: Vec::new(), has_columns: false, rows: 0 }
    }

    /// How many rows there have been.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    pub(crate) fn row(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        // Only now: a cached statement learns of changed columns at its first step.
        self.columns(row.as_ref());
        self.rows += 1;
        if self.format == Format::First && self.rows > 1 {
            return Ok(());
        }
        if self.rows > 1 {
            self.out.push(b',');
        }
        let (open, close) = if self.format == Format::Rows { (b'[', b']') } else { (b'{', b'}') };
        self.out.push(open);
        for (index, label) in self.labels.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            self.out.extend_from_slice(label);
            write_json(&mut self.out, row.get_ref(index)?);
        }
        self.out.push(close);
        Ok(())
    }

    /// Takes the names of the columns; of an answer without rows too.
    pub(crate) fn columns(&mut self, statement: &Statement<'_>) {
        if std::mem::replace(&mut self.has_columns, true) {
            return;
        }
        let names = statement.column_names();
        match self.format {
            Format::First => {}
            Format::Objects => self.out.push(b'['),
            Format::Rows => {
                self.out.extend_from_slice(b"{\"columns\":[");
                for (index, name) in names.iter().enumerate() {
                    if index > 0 {
                        self.out.push(b',');
                    }
                    write_text(&mut self.out, name);
                }
                self.out.extend_from_slice(b"],\"rows\":[");
            }
        }
        self.labels = names.into_iter().map(|name| self.label(name)).collect();
    }

    fn label(&self, name: &str) -> Vec<u8> {
        let mut label = Vec::new();
        if self.format != Format::Rows {
            write_text(&mut label, name);
            label.push(b':');
        }
        label
    }

    /// The JSON text.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        match self.format {
            Format::First if self.rows == 0 => self.out.extend_from_slice(b"null"),
            Format::First => {}
            Format::Objects => self.out.push(b']'),
            Format::Rows => self.out.extend_from_slice(b"]}"),
        }
        self.out
    }
}
