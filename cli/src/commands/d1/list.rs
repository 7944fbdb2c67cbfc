//! `greenroom d1 list`

use std::process::ExitCode;

use clap::Args;
use greenroom_host::Diagnostic;
use serde_json::{Value, json};

use super::target::{KIND, database_name};
use crate::commands::local::{Local, Place, pretty};
use crate::print;

/// `greenroom d1 list`
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &List) -> ExitCode {
    args.place.run(async |local| {
        let databases = databases(local);
        if local.json {
            anstream::println!("{}", pretty(&databases));
        } else {
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let rows = databases.iter().map(|database| ["uuid", "name", "binding", "stored"].map(|key| text(&database[key])).to_vec());
            anstream::println!("{}", print::table(&["uuid", "name", "binding", "stored"], &rows.collect::<Vec<_>>()));
        }
        Ok::<(), Vec<Diagnostic>>(())
    })
}

/// Those of the configuration in its order, then those that are only on disk.
fn databases(local: &Local) -> Vec<Value> {
    let on_disk = local.host.resources("d1");
    let stored = |id: &str| on_disk.iter().any(|stored| stored == id);
    let shown = |id: &str, name: &str, binding: &str| json!({ "uuid": id, "name": name, "binding": binding, "stored": stored(id) });
    let configured = local.bindings(KIND).map(|decl| shown(&decl.id, database_name(decl).unwrap_or_default(), &decl.name));
    let mut list: Vec<Value> = configured.collect();
    let others = on_disk.iter().filter(|id| local.bindings(KIND).all(|decl| decl.id != **id));
    list.extend(others.map(|id| shown(id, "", "")));
    list
}
