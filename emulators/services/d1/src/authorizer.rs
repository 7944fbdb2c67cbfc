//! Which actions of SQLite a guest may cause.
//! <https://github.com/cloudflare/workerd/blob/main/src/workerd/util/sqlite.c%2B%2B>, `isAuthorized`

use rusqlite::hooks::{AuthAction, AuthContext};

use crate::absent;

/// What the authorizer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allow,
    Deny,
    /// Denied with a text of its own: transactions are the platform's.
    Transaction,
    /// Allowed, if the new name turns out to be free: the authorizer is not told of it.
    Rename,
}

impl From<bool> for Verdict {
    fn from(allowed: bool) -> Self {
        if allowed { Self::Allow } else { Self::Deny }
    }
}

/// Functions that may be called. Left out are those that tell of the library and its build.
const FUNCTIONS: &str = "
    abs changes char coalesce concat concat_ws format glob hex ifnull iif instr last_insert_rowid length like likelihood likely
    load_extension lower ltrim max_scalar min_scalar nullif octet_length printf quote random randomblob replace round rtrim sign
    substr substring total_changes trim typeof unhex unicode unlikely upper zeroblob
    date time datetime julianday unixepoch strftime timediff current_date current_time current_timestamp
    avg count group_concat max min string_agg sum total
    row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
    acos acosh asin asinh atan atan2 atanh ceil cos cosh degrees exp floor ln log log2 mod pi pow radians sin sinh sqrt tan tanh trunc
    json jsonb json_array jsonb_array json_array_length json_extract jsonb_extract -> ->> json_insert jsonb_insert json_object
    jsonb_object json_patch jsonb_patch json_remove jsonb_remove json_replace jsonb_replace json_set jsonb_set json_type json_valid
    json_quote json_group_array jsonb_group_array json_group_object jsonb_group_object json_each json_tree
    match highlight bm25 snippet
    sqlite_rename_column sqlite_rename_table sqlite_rename_test sqlite_drop_column sqlite_rename_quotefix
";

/// Modules of virtual tables that may be made.
const MODULES: &[&str] = &["fts5", "fts5vocab"];

/// What a pragma may be given.
enum Argument {
    None,
    Boolean,
    Name,
    OptionalName,
    OptionalNumber,
    OptionalNumberOrName,
    Any,
}

const PRAGMAS: &[(&str, Argument)] = &[
    ("data_version", Argument::None),
    ("case_sensitive_like", Argument::Boolean),
    ("foreign_keys", Argument::Boolean),
    ("defer_foreign_keys", Argument::Boolean),
    ("ignore_check_constraints", Argument::Boolean),
    ("legacy_alter_table", Argument::Boolean),
    ("recursive_triggers", Argument::Boolean),
    ("reverse_unordered_selects", Argument::Boolean),
    ("foreign_key_check", Argument::OptionalName),
    ("foreign_key_list", Argument::Name),
    ("index_info", Argument::Name),
    ("index_list", Argument::Name),
    ("index_xinfo", Argument::Name),
    ("quick_check", Argument::OptionalNumberOrName),
    ("optimize", Argument::OptionalNumber),
    ("table_list", Argument::Any),
    ("table_info", Argument::Name),
    ("table_xinfo", Argument::Name),
];

pub(crate) fn judge(context: &AuthContext<'_>) -> Verdict {
    let database = match context.action {
        AuthAction::AlterTable { database_name, .. } => Some(database_name),
        _ => context.database_name,
    };
    match database {
        None | Some("main") => in_main(&context.action),
        Some("temp") => match context.action {
            AuthAction::Read { table_name, .. } | AuthAction::Update { table_name, .. } => is_free(table_name).into(),
            _ => Verdict::Deny,
        },
        Some(_) => Verdict::Deny,
    }
}

fn in_main(action: &AuthAction<'_>) -> Verdict {
    match *action {
        AuthAction::Select | AuthAction::Recursive | AuthAction::Analyze { .. } => Verdict::Allow,
        AuthAction::Transaction { .. } | AuthAction::Savepoint { .. } => Verdict::Transaction,
        AuthAction::CreateTable { table_name: name }
        | AuthAction::DropTable { table_name: name }
        | AuthAction::Insert { table_name: name }
        | AuthAction::Delete { table_name: name }
        | AuthAction::Read { table_name: name, .. }
        | AuthAction::Update { table_name: name, .. }
        | AuthAction::CreateView { view_name: name }
        | AuthAction::DropView { view_name: name }
        | AuthAction::Reindex { index_name: name } => is_free(name).into(),
        AuthAction::AlterTable { table_name, .. } => {
            if is_free(table_name) {
                Verdict::Rename
            } else {
                Verdict::Deny
            }
        }
        AuthAction::CreateIndex { index_name: name, table_name }
        | AuthAction::DropIndex { index_name: name, table_name }
        | AuthAction::CreateTrigger { trigger_name: name, table_name }
        | AuthAction::DropTrigger { trigger_name: name, table_name } => (is_free(name) && is_free(table_name)).into(),
        AuthAction::CreateVtable { table_name, module_name } | AuthAction::DropVtable { table_name, module_name } => {
            (is_free(table_name) && MODULES.iter().any(|module| module.eq_ignore_ascii_case(module_name))).into()
        }
        AuthAction::Function { function_name } => FUNCTIONS.split_ascii_whitespace().any(|name| name == function_name).into(),
        AuthAction::Pragma { pragma_name, pragma_value } => is_allowed_pragma(pragma_name, pragma_value).into(),
        _ => Verdict::Deny,
    }
}

/// Names that start so are the platform's own; those of tables that the vendor's SQLite has not are nobody's.
fn is_free(name: &str) -> bool {
    !name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("_cf_")) && !absent::is_table(name)
}

fn is_allowed_pragma(name: &str, value: Option<&str>) -> bool {
    let Some((_, argument)) = PRAGMAS.iter().find(|(allowed, _)| *allowed == name) else { return false };
    match (argument, value) {
        (Argument::None, value) => value.is_none(),
        (Argument::Name, None) => false,
        (Argument::Any, _) | (_, None) => true,
        (Argument::Boolean, Some(value)) => is_boolean(value),
        (Argument::Name | Argument::OptionalName | Argument::OptionalNumberOrName, Some(value)) => is_free(value),
        (Argument::OptionalNumber, Some(value)) => is_integer(value),
    }
}

/// Only the beginning counts, as it does for workerd.
fn is_boolean(value: &str) -> bool {
    let quoted = value.strip_prefix(['\'', '"']).and_then(|rest| rest.strip_suffix(['\'', '"']));
    let value = quoted.unwrap_or(value).to_ascii_lowercase();
    ["true", "false", "yes", "no", "on", "off", "1", "0"].iter().any(|word| value.starts_with(word))
}

fn is_integer(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => i32::from_str_radix(hex, 16).is_ok(),
        None => digits.parse::<i32>().is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pragmas_take_what_their_signature_says() {
        assert!(is_allowed_pragma("foreign_keys", None) && is_allowed_pragma("foreign_keys", Some("'OFF'")));
        assert!(!is_allowed_pragma("recursive_triggers", Some("maybe")));
        assert!(!is_allowed_pragma("data_version", Some("1")) && !is_allowed_pragma("table_info", None));
        assert!(!is_allowed_pragma("table_info", Some("_cf_KV")) && is_allowed_pragma("optimize", Some("0x10002")));
        assert!(!is_allowed_pragma("optimize", Some("everything")) && !is_allowed_pragma("journal_mode", None));
    }

    #[test]
    fn the_platforms_names_are_not_free() {
        assert!(!is_free("_cf_KV") && !is_free("_CF_x") && is_free("_cf") && is_free("a") && is_free("äöü"));
    }
}
