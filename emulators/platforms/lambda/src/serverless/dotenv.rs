//! `useDotenv`: files of variables, for `${env:…}`.

use std::collections::BTreeMap;
use std::path::Path;

use crate::context::Context;
use crate::tree::Node;

/// The variables of this process, with those of the files that `useDotenv` reads below them.
pub(super) fn environment(cx: &Context, dir: &Path, root: &Node) -> BTreeMap<String, String> {
    let mut env = BTreeMap::new();
    let used = root.object().and_then(|root| root.get("useDotenv")).and_then(Node::boolean) == Some(true);
    if used {
        let stage = super::provider::stage(cx, root);
        // The last one wins.
        for name in [".env".to_owned(), ".env.local".to_owned(), format!(".env.{stage}"), format!(".env.{stage}.local")] {
            let path = dir.join(name);
            cx.watch(&path);
            if let Ok(text) = std::fs::read_to_string(&path) {
                env.extend(pairs(&text));
            }
        }
    }
    env.extend(cx.options.process_env.clone());
    env
}

fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    text.lines().filter_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').filter(|_| !line.starts_with('#'))?;
        Some((name.trim().to_owned(), unquoted(value.trim())))
    })
}

fn unquoted(value: &str) -> String {
    for quote in ['"', '\'', '`'] {
        if let Some(inner) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)).map(|(inner, _)| inner) {
            return if quote == '"' { inner.replace("\\n", "\n") } else { inner.to_owned() };
        }
    }
    value.split(" #").next().unwrap_or_default().trim_end().to_owned()
}
