use super::{Folder, Workers, worker};
use crate::Platform;

#[test]
fn the_first_of_several_files_counts() {
    let folder = Folder::new(&[
        ("wrangler.toml", "name = \"toml\"\nmain = \"src/index.ts\"\ncompatibility_date = \"2026-01-01\"\n"),
        ("wrangler.jsonc", &worker("").replace("app", "jsonc")),
        ("wrangler.json", &worker("// a comment").replace("app", "json")),
    ]);
    assert_eq!(folder.project().app.name, "json");
    let ignored = |by: &str, file: &str| format!("{file} warning: this file is ignored, since `{by}` is there too -> keep one of the two");
    assert_eq!(folder.warnings(), [ignored("wrangler.json", "wrangler.jsonc"), ignored("wrangler.json", "wrangler.toml")]);
    folder.remove("wrangler.json");
    assert_eq!(folder.project().app.name, "jsonc");
    folder.remove("wrangler.jsonc");
    assert_eq!(folder.project().app.name, "toml");
    assert!(folder.warnings().is_empty());
}

#[test]
fn a_file_that_is_not_json() {
    let folder = Folder::json("{\n  \"name\": \"app\"\n  \"main\": \"src/index.ts\"\n}");
    let expected = "wrangler.jsonc:2:16 error: not JSON: expected comma -> correct the file at the place shown";
    assert_eq!(folder.problems().len(), 1);
    assert!(folder.problems()[0].contains("not JSON: expected comma"), "{:?} {expected}", folder.problems());
    assert!(folder.load().unwrap_err()[0].frame.as_deref().unwrap().contains("\"name\": \"app\""));
}

#[test]
fn a_file_that_is_not_toml() {
    let folder = Folder::new(&[("wrangler.toml", "name = app\n")]);
    let problems = folder.problems();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].starts_with("wrangler.toml:1:8 error: not TOML: "), "{problems:?}");
}

#[test]
fn an_empty_file() {
    let expected = "wrangler.jsonc:1:1 error: the file is empty -> start with `{ \"name\": \"my-app\", \"main\": \"src/index.ts\" }`";
    assert_eq!(Folder::json("").problems(), [expected]);
    let toml = Folder::new(&[("wrangler.toml", "")]);
    assert!(toml.problems()[0].starts_with("wrangler.toml:1:1 error: `main` is missing"), "{:?}", toml.problems());
}

#[test]
fn a_file_that_holds_no_object() {
    let expected =
        "wrangler.jsonc:1:2 error: the configuration must be an object, not an array -> put the keys in braces: `{ \"name\": … }`";
    assert_eq!(Folder::json(" [1]").problems(), [expected]);
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let folder = Folder::json(&format!("\u{FEFF}{}", worker("\"nam\": 1")));
    assert_eq!(folder.warnings(), ["wrangler.jsonc:5:1 warning: `nam` is not a known key; it is ignored -> did you mean `name`?"]);
}

#[test]
fn a_folder_in_place_of_the_file() {
    let folder = Folder::new(&[("wrangler.json/x", "")]);
    assert!(Workers.detect(folder.dir.path()));
    let expected = "wrangler.json error: there is a folder where a file is expected -> remove the folder, or rename it";
    assert_eq!(folder.problems(), [expected]);
    folder.write("wrangler.jsonc", &worker(""));
    assert_eq!(folder.project().app.name, "app");
}

#[test]
fn no_file_at_all() {
    let folder = Folder::new(&[]);
    assert!(!Workers.detect(folder.dir.path()));
    assert_eq!(folder.problems(), ["wrangler.json error: the file is not there -> create it, or correct the path"]);
}

#[test]
fn a_configuration_made_by_a_build_tool() {
    let folder = Folder::new(&[("wrangler.jsonc", &worker("")), (".wrangler/deploy/config.json", "{}")]);
    let expected =
        ".wrangler/deploy/config.json warning: not emulated yet: a configuration that a build tool generated; `wrangler.jsonc` is used";
    assert_eq!(folder.warnings(), [expected]);
}

#[test]
fn every_file_read_or_looked_for_is_watched() {
    let folder = Folder::with("\"env\": { \"dev\": {} }");
    let watched = |folder: &Folder| {
        let dir = folder.dir.path().to_owned();
        let name = |path: std::path::PathBuf| path.strip_prefix(&dir).unwrap().display().to_string();
        folder.project().app.watch.into_iter().map(name).collect::<Vec<_>>()
    };
    let config = ["wrangler.json", "wrangler.jsonc", "wrangler.toml", ".wrangler/deploy/config.json"];
    assert_eq!(watched(&folder), [&config[..], &[".dev.vars", ".env", ".env.local"]].concat());
    let folder = folder.environment("dev");
    let files = [".dev.vars.dev", ".dev.vars", ".env", ".env.local", ".env.dev", ".env.dev.local"];
    assert_eq!(watched(&folder), [&config[..], &files].concat());
    folder.write(".dev.vars", "A=1");
    assert_eq!(watched(&folder), [&config[..], &[".dev.vars.dev", ".dev.vars"]].concat());
}
