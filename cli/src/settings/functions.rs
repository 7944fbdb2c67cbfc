//! What a project's file says of its functions.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml_edit::{Item, Table};

use super::{Reading, json};
use crate::args::EngineArg;

/// `[functions.NAME]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FunctionSettings {
    /// What it runs in.
    engine: Option<EngineArg>,
}

impl Reading<'_> {
    /// What each function runs in that the file names.
    pub(super) fn engines(&mut self, root: &Table) -> BTreeMap<String, EngineArg> {
        let Some(item) = root.get("functions") else { return BTreeMap::new() };
        let Some(functions) = item.as_table_like() else {
            self.problems.push(self.at(item.span(), "`functions` has to be tables of its own").hint("begin each with `[functions.NAME]`"));
            return BTreeMap::new();
        };
        functions.iter().filter_map(|(name, item)| Some((name.to_owned(), self.engine(name, item)?))).collect()
    }

    fn engine(&mut self, name: &str, item: &Item) -> Option<EngineArg> {
        match serde_json::from_value::<FunctionSettings>(json(item)) {
            Ok(settings) => settings.engine,
            Err(error) => {
                let problem = self.at(item.span(), format!("`functions.{name}`: {error}"));
                self.problems.push(problem.hint("write `engine = \"isolate\"` or `engine = \"process\"`"));
                None
            }
        }
    }
}
