use super::Folder;
use serde_json::json;

/// `name=value`, with `!` after the name of a secret.
fn vars(folder: &Folder) -> Vec<String> {
    let vars = folder.project().app.vars;
    vars.iter().map(|var| format!("{}{}={}", var.name, if var.secret { "!" } else { "" }, var.value.as_str().unwrap_or("(json)"))).collect()
}

const VARS: &str =
    r#""vars": { "A": "config", "N": 1 }, "env": { "dev": { "vars": { "A": "dev" } }, "other": { "vars": { "A": "other" } } }"#;

#[test]
fn values_may_be_any_json() {
    let app = Folder::with(r#""vars": { "S": "x", "N": 1.5, "B": false, "L": [1, "a"], "O": { "k": null } }"#).project().app;
    let values: Vec<_> = app.vars.iter().map(|var| var.value.clone()).collect();
    assert_eq!(values, [json!("x"), json!(1.5), json!(false), json!([1, "a"]), json!({ "k": null })]);
    assert!(app.vars.iter().all(|var| !var.secret));
}

#[test]
fn dates_of_toml_are_errors() {
    let toml = "main = \"src/index.ts\"\ncompatibility_date = \"2026-01-01\"\n[vars]\nDAY = 2025-12-19\nNEST = { a = [nan] }\n";
    let folder = Folder::new(&[("wrangler.toml", toml)]);
    let expected = [
        "wrangler.toml:4:7 error: `vars.DAY` is `2025-12-19`, which JSON has no value for -> write it as a string, in quotes",
        "wrangler.toml:5:15 error: `vars.NEST.a[0]` is `NaN`, which JSON has no value for -> write it as a string, in quotes",
    ];
    assert_eq!(folder.problems(), expected);
}

#[test]
fn dev_vars_override_and_hide_dot_env() {
    let folder = Folder::with(VARS);
    folder.write(".dev.vars", "A=file\nSECRET=\"s3\"");
    folder.write(".env", "A=dotenv\nE=1");
    assert_eq!(vars(&folder), ["A!=file", "N=(json)", "SECRET!=s3"]);
    folder.remove(".dev.vars");
    assert_eq!(vars(&folder), ["A!=dotenv", "N=(json)", "E!=1"]);
}

#[test]
fn dev_vars_of_an_environment_stand_alone() {
    let folder = Folder::with(VARS);
    folder.write(".dev.vars", "A=base\nBASE=1");
    folder.write(".dev.vars.dev", "A=own");
    let folder = folder.environment("dev");
    assert_eq!(vars(&folder), ["A!=own"]);
    assert_eq!(vars(&folder.environment("other")), ["A!=base", "BASE!=1"]);
}

#[test]
fn dot_env_files_override_each_other() {
    let folder = Folder::with(VARS);
    folder.write(".env", "A=1\nB=1\nC=1\nD=1");
    folder.write(".env.local", "B=2\nC=2\nD=2");
    folder.write(".env.dev", "C=3\nD=3");
    folder.write(".env.dev.local", "D=4 of $C");
    let folder = folder.environment("dev");
    assert_eq!(vars(&folder), ["A!=1", "B!=2", "C!=3", "D!=4 of 3"]);
}

#[test]
fn the_process_decides_on_dot_env_and_itself() {
    let folder = Folder::with("");
    folder.write(".env", "A=1\nREF=$HOME");
    let folder = folder.process_env(&[("HOME", "/home")]);
    assert_eq!(vars(&folder), ["A!=1", "REF!="]);
    let folder = folder.process_env(&[("CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV", "False")]);
    assert!(vars(&folder).is_empty());
    let folder = folder.process_env(&[("CLOUDFLARE_INCLUDE_PROCESS_ENV", "true"), ("HOME", "/home")]);
    assert_eq!(vars(&folder), ["CLOUDFLARE_INCLUDE_PROCESS_ENV!=true", "HOME!=/home", "A!=1", "REF!=/home"]);
    let folder = folder.process_env(&[("CLOUDFLARE_INCLUDE_PROCESS_ENV", "yes")]);
    let expected = "error: the environment variable `CLOUDFLARE_INCLUDE_PROCESS_ENV` must be `true` or `false`, not `yes` -> set it to one of the two, or unset it";
    assert_eq!(folder.problems(), [expected]);
}

#[test]
fn files_of_the_command_line_stand_in_place_of_all_others() {
    let mut folder = Folder::with(VARS);
    folder.write(".dev.vars", "A=file\nSECRET=s");
    folder.write(".env", "A=dotenv\nE=1");
    folder.write("one", "B=1\nA=one");
    folder.write("sub/two", "A=two of ${B}");
    folder.options.given.files = vec!["one".into(), "./sub/two".into()];
    assert_eq!(vars(&folder), ["A!=two of 1", "N=(json)", "B!=1"]);
    assert!(folder.warnings().is_empty());
    assert!(folder.project().app.watch.contains(&folder.dir.path().join("sub/two")));
    folder.options.given.files = vec![folder.dir.path().join("one"), "none".into()];
    assert_eq!(vars(&folder), ["A!=one", "N=(json)", "B!=1"]);
    let expected = "none warning: `--env-file` is left out: the file is not there \
                    -> correct the path, which goes from the project folder, or make the file";
    assert_eq!(folder.warnings(), [expected]);
    let folder = folder.process_env(&[("CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV", "false")]);
    assert_eq!(vars(&folder), ["A=config", "N=(json)"]);
    let expected = "warning: `--env-file` is not heeded, since the environment variable `CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV` is `false` \
                    -> unset `CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV`, or leave `--env-file` out";
    assert_eq!(folder.warnings(), [expected]);
}

#[test]
fn variables_of_the_command_line_count_before_all_else() {
    let mut folder = Folder::with(&format!("{VARS}, \"kv_namespaces\": [{{ \"binding\": \"KV\" }}]"));
    folder.write(".dev.vars", "A=file\nB=file");
    folder.options.given.vars =
        [("A", "1"), ("NEW", "a:b"), ("KV", "text"), ("A", "2")].map(|(name, value)| (name.into(), value.into())).to_vec();
    assert_eq!(vars(&folder), ["A!=2", "N=(json)", "B!=file", "NEW!=a:b", "KV!=text"]);
    assert!(folder.project().app.bindings.is_empty());
    let warnings = folder.warnings();
    assert!(
        matches!(&warnings[..], [only] if only.contains("warning: `--var KV` takes the place of the binding `kv_namespaces[0]` -> ")),
        "{warnings:?}"
    );
}

#[test]
fn required_secrets_let_only_those_in() {
    let folder = Folder::with("\"vars\": { \"A\": \"1\" }, \"secrets\": { \"required\": [\"KEY\", \"GONE\"], \"extra\": 1 }");
    folder.write(".dev.vars", "A=2\nKEY=k\nOTHER=o");
    assert_eq!(vars(&folder), ["A!=2", "KEY!=k"]);
    let expected = [
        "wrangler.jsonc:5:65 warning: `extra` is not a key of `secrets`; it is ignored -> remove it, or correct its name",
        "wrangler.jsonc:5:56 warning: the required secret `GONE` is not set \
         -> add it to `.dev.vars` or `.env`, or set it as an environment variable",
    ];
    assert_eq!(folder.warnings(), expected);
}

#[test]
fn required_secrets_may_come_from_the_process() {
    let folder = Folder::with("\"secrets\": { \"required\": [\"KEY\"] }").process_env(&[("KEY", "k"), ("OTHER", "o")]);
    assert_eq!(vars(&folder), ["KEY!=k"]);
    assert!(folder.warnings().is_empty());
}

#[test]
fn a_binding_is_not_replaced_by_a_variable() {
    let folder = Folder::with("\"kv_namespaces\": [{ \"binding\": \"KV\" }]");
    folder.write(".dev.vars", "KV=1");
    assert!(vars(&folder).is_empty());
    let expected = "wrangler.jsonc:5:32 warning: `.dev.vars` sets `KV`, which is the name of the binding `kv_namespaces[0]`; the binding counts \
                    -> rename the variable in `.dev.vars`, or the binding";
    assert_eq!(folder.warnings(), [expected]);
}

#[test]
fn files_of_variables_that_are_folders() {
    let folder = Folder::with("");
    folder.write(".env/pyvenv.cfg", "");
    assert!(folder.warnings().is_empty());
    folder.write(".dev.vars/x", "");
    assert_eq!(folder.problems(), [".dev.vars error: there is a folder where a file is expected -> remove the folder, or rename it"]);
}

#[test]
fn files_of_variables_may_start_with_a_mark() {
    let folder = Folder::with("");
    folder.write(".dev.vars", "\u{FEFF}A=1");
    assert_eq!(vars(&folder), ["A!=1"]);
}
