//! Which database a command means, found as wrangler finds it, with its texts.

use greenroom_d1::{D1Database, D1Error};
use greenroom_host::{BindingDecl, Diagnostic};

use crate::commands::local::Local;

/// The database's kind in configurations.
pub(super) const KIND: &str = "d1_database";

/// The database of the configuration with this name or binding.
pub(super) fn find<'a>(local: &'a Local, name: &str) -> Result<&'a BindingDecl, Vec<Diagnostic>> {
    if local.project.is_none() {
        let text = "No configuration file found. Create a wrangler.jsonc file to define your D1 database.";
        return Err(vec![Diagnostic::error(text)]);
    }
    if let Some(decl) = local.bindings(KIND).find(|decl| decl.name == name || database_name(decl) == Some(name)) {
        return Ok(decl);
    }
    let text = format!("Couldn't find a D1 DB with the name or binding '{name}' in your {} file.", local.config_file());
    let known: Vec<String> = local.bindings(KIND).map(shown).collect();
    let hint = match known.len() {
        0 => "the configuration has no `d1_databases`".to_owned(),
        _ => format!("the databases are: {}", known.join(", ")),
    };
    Err(vec![Diagnostic::error(text).hint(hint)])
}

/// Opens a database.
pub(super) fn open(local: &Local, decl: &BindingDecl) -> Result<D1Database, Vec<Diagnostic>> {
    D1Database::open(&local.host, &decl.id).map_err(|error| vec![error])
}

/// Its name, which need not be configured.
pub(super) fn database_name(decl: &BindingDecl) -> Option<&str> {
    decl.config.get("database_name")?.as_str()
}

fn shown(decl: &BindingDecl) -> String {
    database_name(decl).map_or_else(|| decl.name.clone(), |name| format!("{} ({name})", decl.name))
}

/// What wrangler says before it works on a local database.
pub(super) fn announce(local: &Local, doing: &str, name: &str, decl: &BindingDecl) {
    local.say(&format!("🌀 {doing} local database {name} ({}) from {}:", decl.id, local.state_of("d1")));
}

/// The operator's view of an error whose text is the vendor's.
pub(super) fn refused(error: &D1Error) -> Vec<Diagnostic> {
    vec![Diagnostic::error(error.to_string())]
}
