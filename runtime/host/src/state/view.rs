//! How two contents of a database are told apart.

use std::collections::BTreeMap;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// What a service may say of its databases in its own words.
pub trait View: Send + Sync {
    /// What differs, part by part. Parts without a difference are left out.
    ///
    /// # Errors
    /// What SQLite says.
    fn diff(&self, both: &Both) -> rusqlite::Result<Vec<TableDiff>> {
        both.tables()
    }
}

/// A part of a database in which something differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableDiff {
    /// A table's name, or what the service calls it: `keys`.
    pub name: String,
    /// Rows in the first; none where the table is not there.
    pub before: Option<u64>,
    /// Rows in the second; none where the table is not there.
    pub after: Option<u64>,
    /// Whether the table is another, so that rows are not compared.
    pub redefined: bool,
    /// Keys of rows that are in the second alone.
    pub added: Vec<String>,
    /// Keys of rows that are in the first alone.
    pub removed: Vec<String>,
    /// Keys of rows that are in both and differ.
    pub changed: Vec<String>,
    /// How many more keys there are than are listed.
    pub more: u64,
}

/// Two contents of a database side by side, the schemas `before` and `after` of one connection.
pub struct Both {
    pub(super) connection: Connection,
    /// How many keys to list of each kind.
    pub(super) most: usize,
}

struct Column {
    name: String,
    /// Its place in the primary key, from 1; 0 for others.
    key: i64,
}

const TABLES: &str = "SELECT name, sql FROM {schema}.sqlite_schema
    WHERE type = 'table' AND rootpage > 0 AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name";

impl Both {
    /// What differs table by table.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn tables(&self) -> rusqlite::Result<Vec<TableDiff>> {
        let (before, after) = (self.schema("before")?, self.schema("after")?);
        let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
        names.sort();
        names.dedup();
        let mut all = Vec::new();
        for name in names {
            all.extend(self.compare(name, before.get(name), after.get(name))?);
        }
        Ok(all)
    }

    /// What differs in one table; none if nothing does.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn table(&self, name: &str) -> rusqlite::Result<Option<TableDiff>> {
        let (before, after) = (self.schema("before")?, self.schema("after")?);
        self.compare(name, before.get(name), after.get(name))
    }

    fn schema(&self, schema: &str) -> rusqlite::Result<BTreeMap<String, String>> {
        let mut statement = self.connection.prepare(&TABLES.replace("{schema}", schema))?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    }

    fn compare(&self, name: &str, before: Option<&String>, after: Option<&String>) -> rusqlite::Result<Option<TableDiff>> {
        let count = |schema: &str| self.number(&format!("SELECT count(*) FROM {schema}.{}", quoted(name)));
        let mut diff = TableDiff { name: name.to_owned(), ..TableDiff::default() };
        diff.before = before.map(|_| count("before")).transpose()?;
        diff.after = after.map(|_| count("after")).transpose()?;
        let (Some(before), Some(after)) = (before, after) else { return Ok(before.or(after).map(|_| diff)) };
        diff.redefined = before != after;
        if !diff.redefined {
            self.rows(&mut diff)?;
        }
        let same = !diff.redefined && diff.added.is_empty() && diff.removed.is_empty() && diff.changed.is_empty() && diff.more == 0;
        Ok((!same).then_some(diff))
    }

    fn rows(&self, diff: &mut TableDiff) -> rusqlite::Result<()> {
        let columns = self.columns(&diff.name)?;
        let mut keys: Vec<&Column> = columns.iter().filter(|column| column.key > 0).collect();
        keys.sort_by_key(|column| column.key);
        let mut keys: Vec<String> = keys.into_iter().map(|column| quoted(&column.name)).collect();
        if keys.is_empty() {
            keys.push("rowid".to_owned());
        }
        let table = quoted(&diff.name);
        let list = |of: &str| keys.iter().map(|key| format!("{of}.{key}")).collect::<Vec<_>>().join(", ");
        let same_key = keys.iter().map(|key| format!("x.{key} IS y.{key}")).collect::<Vec<_>>().join(" AND ");
        // Byte for byte, whatever the column calls equal.
        let differs = |column: &Column| {
            let name = quoted(&column.name);
            format!("x.{name} COLLATE BINARY IS NOT y.{name} COLLATE BINARY OR typeof(x.{name}) <> typeof(y.{name})")
        };
        let differs = columns.iter().map(differs).collect::<Vec<_>>().join(" OR ");
        let alone = |here: &str, there: &str| {
            let absent = format!("NOT EXISTS (SELECT 1 FROM {there}.{table} AS y WHERE {same_key})");
            format!("SELECT {} FROM {here}.{table} AS x WHERE {absent} ORDER BY {}", list("x"), list("x"))
        };
        let changed = format!(
            "SELECT {} FROM after.{table} AS x JOIN before.{table} AS y ON {same_key} WHERE {differs} ORDER BY {}",
            list("x"),
            list("x")
        );
        let mut more = 0;
        diff.added = self.keys(&alone("after", "before"), &mut more)?;
        diff.removed = self.keys(&alone("before", "after"), &mut more)?;
        diff.changed = self.keys(&changed, &mut more)?;
        diff.more = more;
        Ok(())
    }

    fn columns(&self, table: &str) -> rusqlite::Result<Vec<Column>> {
        let mut statement = self.connection.prepare("SELECT name, pk FROM pragma_table_info(?1, 'after')")?;
        let rows = statement.query_map([table], |row| Ok(Column { name: row.get(0)?, key: row.get(1)? }))?;
        rows.collect()
    }

    fn number(&self, sql: &str) -> rusqlite::Result<u64> {
        self.connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map(|number| u64::try_from(number).unwrap_or_default())
    }

    /// The keys that a query finds, as people write them; those beyond the most are counted.
    fn keys(&self, sql: &str, more: &mut u64) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.connection.prepare(sql)?;
        let width = statement.column_count();
        let mut rows = statement.query([])?;
        let mut keys = Vec::new();
        while let Some(row) = rows.next()? {
            if keys.len() == self.most {
                *more += 1;
                continue;
            }
            let values: Vec<String> = (0..width).map(|index| row.get_ref(index).map(shown)).collect::<Result<_, _>>()?;
            keys.push(values.join(", "));
        }
        Ok(keys)
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => format!("x'{}'", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
    }
}
