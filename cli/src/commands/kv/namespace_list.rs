//! `greenroom kv namespace list`

use std::process::ExitCode;

use clap::Args;
use greenroom_host::Diagnostic;
use serde_json::{Value, json};

use super::target::KIND;
use crate::commands::local::{Local, Place, pretty};

/// `greenroom kv namespace list`
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &List) -> ExitCode {
    args.place.run(async |local| {
        anstream::println!("{}", pretty(&namespaces(local)));
        Ok::<(), Vec<Diagnostic>>(())
    })
}

/// Those of the configuration in its order, then those that are only on disk. The title of one that has no binding is its id.
fn namespaces(local: &Local) -> Vec<Value> {
    let on_disk = local.host.resources("kv");
    let mut known: Vec<&str> = Vec::new();
    let mut list = Vec::new();
    for decl in local.bindings(KIND) {
        let ids = ["id", "preview_id"].into_iter().filter_map(|key| Some((key, decl.config.get(key)?.as_str()?)));
        let mut ids: Vec<(&str, &str)> = ids.collect();
        if ids.is_empty() {
            ids.push(("id", &decl.id));
        }
        for (key, id) in ids {
            let title = if key == "id" { decl.name.clone() } else { format!("{}_preview", decl.name) };
            list.push(json!({ "id": id, "title": title, "binding": decl.name, "stored": on_disk.iter().any(|stored| stored == id) }));
            known.push(id);
        }
    }
    let others = on_disk.iter().filter(|id| !known.contains(&id.as_str()));
    list.extend(others.map(|id| json!({ "id": id, "title": id, "binding": null, "stored": true })));
    list
}
