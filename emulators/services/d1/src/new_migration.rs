//! Making the file of a new migration, with wrangler's numbers, names and texts.

use std::path::PathBuf;

use greenroom_host::Diagnostic;

use crate::glob;
use crate::migrations::{Migrations, number};

impl Migrations {
    /// The name of the next migration about `message`: `0002_add_users.sql`.
    ///
    /// # Errors
    /// A message that would be a path, a folder that cannot be read, and a pattern that the file would not match.
    pub fn next_name(&self, message: &str) -> Result<String, Diagnostic> {
        if message.contains(['/', '\\']) {
            let message = serde_json::json!(message);
            return Err(Diagnostic::error(format!(
                "The migration name {message} contains a path separator (\"/\" or \"\\\"). Please remove this and try again."
            )));
        }
        let known = if self.dir.is_dir() { self.names()? } else { Vec::new() };
        let last = known.iter().filter_map(|name| number(name)).max().unwrap_or(0);
        let name = format!("{:04}_{}.sql", last + 1, message.replace(' ', "_"));
        if glob::matches(&self.pattern, &name) {
            return Ok(name);
        }
        let text = format!("a new migration would be called `{name}`, which `migrations_pattern` does not match: `{}`", self.pattern);
        Err(Diagnostic::error(text)
            .hint("if an ORM manages the migrations, make it with the ORM's own command, for example `drizzle-kit generate`")
            .hint("otherwise let the pattern match files right in `migrations_dir`, for example `migrations/*.sql`"))
    }

    /// Makes the file `name`, and the folder if it is not there; `now` is the time as ISO 8601 has it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create(&self, name: &str, now: &str) -> Result<PathBuf, Diagnostic> {
        let path = self.dir.join(name);
        let number = name.split('_').next().unwrap_or_default();
        let text = format!("-- Migration number: {number} \t {now}\n");
        std::fs::create_dir_all(&self.dir)
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|error| Diagnostic::error(format!("the migration cannot be written: {error}")).in_file(&path))?;
        Ok(path)
    }
}
