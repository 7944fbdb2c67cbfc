//! A database as SQL text, in the shape of `wrangler d1 export --local`.
//! <https://developers.cloudflare.com/d1/best-practices/import-export-data/>
//!
//! Where wrangler's text would not be read back as what it was, this one differs: integers beyond 2^53 are whole, infinities and text with
//! a zero character are written so that SQLite takes them, a REAL in a column without a numeric type keeps its fraction, and triggers of
//! views come after the views.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use crate::database::D1Database;
use crate::error::D1Error;

/// Said of a database that has a virtual table. <https://developers.cloudflare.com/d1/best-practices/import-export-data/#known-limitations>
const VIRTUAL: &str = "D1 Export error: cannot export databases with Virtual Tables (fts5)";

const TABLES: &str =
    "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql NOT NULL ORDER BY tbl_name = 'sqlite_sequence', rowid";
const COLUMNS: &str = "SELECT name, type FROM pragma_table_info(?1)";
const REST: &str = "SELECT name, sql FROM sqlite_schema AS o WHERE sql NOT NULL AND type IN ('index', 'trigger', 'view')
    ORDER BY type = 'trigger' AND EXISTS (SELECT 1 FROM sqlite_schema AS v WHERE v.type = 'view' AND v.name = o.tbl_name), type COLLATE NOCASE";

/// What to leave out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DumpOptions {
    /// Rows only.
    pub no_schema: bool,
    /// No rows.
    pub no_data: bool,
    /// Only what has one of these names; everything if there are none.
    pub tables: Vec<String>,
}

impl DumpOptions {
    fn has(&self, name: &str) -> bool {
        self.tables.is_empty() || self.tables.iter().any(|table| table == name)
    }
}

impl D1Database {
    /// The database as SQL text, all of it from one moment.
    ///
    /// # Errors
    /// When it has virtual tables, or cannot be read.
    pub async fn dump(&self, options: DumpOptions) -> Result<String, D1Error> {
        self.storage
            .read(move |connection| {
                let moment = connection.transaction()?;
                dump(&moment, &options)
            })
            .await
    }
}

fn dump(connection: &Connection, options: &DumpOptions) -> Result<String, D1Error> {
    let mut lines = vec!["PRAGMA defer_foreign_keys=TRUE;".to_owned()];
    let pair = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let pairs = |sql: &str| connection.prepare(sql)?.query_map([], pair)?.collect::<rusqlite::Result<Vec<_>>>();
    for (table, sql) in pairs(TABLES)? {
        if !options.has(&table) {
            continue;
        }
        match schema_of(&table, &sql)? {
            Schema::Skipped => continue,
            Schema::Line(line) if !options.no_schema => lines.push(line),
            Schema::Line(_) => {}
        }
        if !options.no_data {
            rows(connection, &table, &mut lines)?;
        }
    }
    if !options.no_schema {
        let rest = pairs(REST)?.into_iter().filter(|(name, _)| options.has(name));
        lines.extend(rest.map(|(_, sql)| format!("{sql};")));
    }
    Ok(lines.join("\n"))
}

enum Schema {
    /// Comes before the rows.
    Line(String),
    /// The table is the platform's or the library's own.
    Skipped,
}

fn schema_of(table: &str, sql: &str) -> Result<Schema, D1Error> {
    if table == "sqlite_sequence" {
        return Ok(Schema::Line("DELETE FROM sqlite_sequence;".to_owned()));
    }
    if table.strip_prefix("sqlite_stat").is_some_and(|rest| !rest.is_empty()) {
        return Ok(Schema::Line("ANALYZE sqlite_schema;".to_owned()));
    }
    if sql.starts_with("CREATE VIRTUAL TABLE") {
        return Err(D1Error::query(VIRTUAL));
    }
    if table.starts_with("_cf_") || table.starts_with("sqlite_") {
        return Ok(Schema::Skipped);
    }
    // As SQLite's own shell has it.
    let is_quoted = sql.contains("CREATE TABLE '") || sql.contains("CREATE TABLE \"");
    let rest = sql.get("CREATE TABLE ".len()..).filter(|_| is_quoted);
    Ok(Schema::Line(rest.map_or_else(|| format!("{sql};"), |rest| format!("CREATE TABLE IF NOT EXISTS {rest};"))))
}

fn rows(connection: &Connection, table: &str, lines: &mut Vec<String>) -> Result<(), D1Error> {
    let column = |row: &Row<'_>| Ok((quoted(&row.get::<_, String>(0)?), keeps_reals(&row.get::<_, String>(1)?)));
    let columns: Vec<(String, bool)> = connection.prepare(COLUMNS)?.query_map([table], column)?.collect::<rusqlite::Result<_>>()?;
    if columns.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let table = quoted(table);
    let mut statement = connection.prepare(&format!("SELECT {} FROM {table}", names.join(", ")))?;
    let start = format!("INSERT INTO {table} ({}) VALUES(", names.join(","));
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut line = start.clone();
        for (index, (_, keeps_reals)) in columns.iter().enumerate() {
            if index > 0 {
                line.push(',');
            }
            line.push_str(&literal(row.get_ref(index)?, *keeps_reals));
        }
        line.push_str(");");
        lines.push(line);
    }
    Ok(())
}

/// Whether a column of this declared type takes a whole number for a REAL, and not for an integer, or the other way round.
/// <https://www.sqlite.org/datatype3.html#determination_of_column_affinity>
fn keeps_reals(declared: &str) -> bool {
    let declared = declared.to_ascii_uppercase();
    declared.is_empty() || declared == "ANY" || (declared.contains("BLOB") && !declared.contains("INT"))
}

fn literal(value: ValueRef<'_>, keeps_reals: bool) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => real(number, keeps_reals),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => text_literal(text),
            _ => format!("CAST(X'{}' AS TEXT)", hex(bytes)),
        },
        ValueRef::Blob(bytes) => format!("X'{}'", hex(bytes)),
    }
}

/// A number as JavaScript writes it, which is what wrangler prints.
fn real(number: f64, keeps_reals: bool) -> String {
    let size = number.abs();
    if size.is_infinite() {
        return if number > 0.0 { "9e999".to_owned() } else { "-9e999".to_owned() };
    }
    if size >= 1e21 || (size < 1e-6 && size > 0.0) {
        let text = format!("{number:e}");
        return if text.contains("e-") { text } else { text.replace('e', "e+") };
    }
    // JavaScript knows no sign of zero in text.
    let number = if number == 0.0 { 0.0 } else { number };
    if keeps_reals { format!("{number:?}") } else { format!("{number}") }
}

/// Text in quotes, on one line.
fn text_literal(text: &str) -> String {
    let mut literal = format!("'{}'", text.replace('\'', "''").replace('\n', "\\n").replace('\r', "\\r"));
    if text.contains('\r') {
        literal = format!("replace({literal},'\\r',char(13))");
    }
    if text.contains('\n') {
        literal = format!("replace({literal},'\\n',char(10))");
    }
    literal
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        let plain = [1.0, -0.0, 0.1, 1e20, 1e21, 1e-6, 1e-7, -1.5e300].map(|number| real(number, false));
        assert_eq!(plain, ["1", "0", "0.1", "100000000000000000000", "1e+21", "0.000001", "1e-7", "-1.5e+300"]);
        assert_eq!([1.0, f64::INFINITY, f64::NEG_INFINITY].map(|number| real(number, true)), ["1.0", "9e999", "-9e999"]);
    }

    #[test]
    fn text_stays_on_its_line_and_what_is_no_text_becomes_hex() {
        assert_eq!(literal(ValueRef::Text(b"it's\r\n"), false), "replace(replace('it''s\\r\\n','\\r',char(13)),'\\n',char(10))");
        assert_eq!(literal(ValueRef::Text(b"a\0"), false), "CAST(X'6100' AS TEXT)");
        assert_eq!(literal(ValueRef::Blob(&[0, 255]), false), "X'00ff'");
    }
}
