use super::{Folder, worker};
use crate::{Address, Platform};
use greenroom_host::LimitOverrides;

#[test]
fn json_and_toml_give_the_same_app() {
    let json = Folder::with(
        r#""compatibility_flags": ["nodejs_als"], "vars": { "A": "1", "B": { "c": [1] } }, "limits": { "cpu_ms": 50, "subrequests": 7 },
           "kv_namespaces": [{ "binding": "KV", "id": "k" }], "dev": { "ip": "0.0.0.0", "port": 9000 }"#,
    );
    let toml = Folder::new(&[(
        "wrangler.toml",
        "name = \"app\"\nmain = \"src/index.ts\"\ncompatibility_date = \"2026-01-01\"\ncompatibility_flags = [\"nodejs_als\"]\n\
         [vars]\nA = \"1\"\nB = { c = [1] }\n[limits]\ncpu_ms = 50\nsubrequests = 7\n[[kv_namespaces]]\nbinding = \"KV\"\nid = \"k\"\n\
         [dev]\nip = \"0.0.0.0\"\nport = 9000\n",
    )]);
    for folder in [json, toml] {
        let project = folder.project();
        let app = project.app;
        assert_eq!((app.name.as_str(), app.platform), ("app", "workers"));
        assert_eq!((app.dir.as_path(), app.main), (folder.dir.path(), folder.dir.path().join("src/index.ts")));
        assert_eq!(app.compatibility_date.as_deref(), Some("2026-01-01"));
        assert_eq!(app.compatibility_flags, ["nodejs_als"]);
        assert_eq!(app.limits, LimitOverrides { cpu_ms: Some(50), subrequests: Some(7) });
        assert_eq!(app.vars[1].value, serde_json::json!({ "c": [1] }));
        assert_eq!((app.bindings[0].name.as_str(), app.bindings[0].id.as_str()), ("KV", "k"));
        assert_eq!(project.address, Address { host: Some("0.0.0.0".into()), port: Some(9000) });
        assert!(app.warnings.is_empty(), "{:?}", app.warnings);
    }
}

#[test]
fn load_keeps_the_app_alone() {
    let folder = Folder::with("");
    assert_eq!(super::Workers.load(folder.dir.path(), &folder.options).unwrap().name, "app");
}

#[test]
fn values_of_wrong_types() {
    let folder = Folder::json(
        "{\n\"name\": 3,\n\"main\": [\"a\"],\n\"compatibility_date\": true,\n\"compatibility_flags\": \"x\",\n\"vars\": [],\n\
         \"kv_namespaces\": {},\n\"limits\": { \"cpu_ms\": -1, \"subrequests\": 1.5, \"memory\": 1 },\n\"minify\": \"yes\",\n\
         \"dev\": { \"port\": 70000 },\n\"alias\": { \"a\": 1 },\n\"env\": []\n}",
    );
    let expected = [
        "wrangler.jsonc:2:9 error: `name` must be a string, not `3` -> make `name` a string, or remove it",
        "wrangler.jsonc:4:23 error: `compatibility_date` must be a string, not `true` -> make `compatibility_date` a string, or remove it",
        "wrangler.jsonc:5:24 error: `compatibility_flags` must be an array, not `\"x\"` -> make `compatibility_flags` an array, or remove it",
        "wrangler.jsonc:8:23 error: `limits.cpu_ms` must be a whole number, 0 or more, not `-1` \
         -> make `limits.cpu_ms` a whole number, 0 or more, or remove it",
        "wrangler.jsonc:8:42 error: `limits.subrequests` must be a whole number, 0 or more, not `1.5` \
         -> make `limits.subrequests` a whole number, 0 or more, or remove it",
        "wrangler.jsonc:11:17 error: `alias.a` must be a string, not `1` -> make `alias.a` a string, or remove it",
        "wrangler.jsonc:9:11 error: `minify` must be true or false, not `\"yes\"` -> make `minify` true or false, or remove it",
        "wrangler.jsonc:10:18 error: `dev.port` must be a whole number, 0 to 65535, not `70000` \
         -> make `dev.port` a whole number, 0 to 65535, or remove it",
        "wrangler.jsonc:7:18 error: `kv_namespaces` must be an array, not an object -> make `kv_namespaces` an array, or remove it",
        "wrangler.jsonc:6:9 error: `vars` must be an object, not an empty array -> make `vars` an object, or remove it",
        "wrangler.jsonc:3:9 error: `main` must be a string, not an array -> make `main` a string, or remove it",
        "wrangler.jsonc:8:47 warning: `memory` is not a key of `limits`; it is ignored -> remove it, or correct its name",
    ];
    let problems = folder.problems();
    assert_eq!(problems[0], "wrangler.jsonc:12:8 error: `env` must be an object, not an empty array -> make `env` an object, or remove it");
    assert_eq!(problems[1..], expected);
}

#[test]
fn names() {
    let folder = Folder::json(r#"{ "main": "src/index.ts", "name": "My Worker!" }"#);
    let expected = "wrangler.jsonc:1:35 error: `name` must be lowercase letters, digits, `-` and `_`, not `My Worker!` \
                    -> use a name such as `my-worker`";
    assert_eq!(folder.problems()[0], expected);
    folder.write("wrangler.jsonc", r#"{ "main": "src/index.ts", "name": "-" }"#);
    assert!(folder.problems()[0].ends_with("-> use a name such as `my-worker`"));
}

#[test]
fn without_a_name_the_folder_gives_it() {
    let folder = Folder::new(&[]);
    folder.write("My App/wrangler.jsonc", &worker("").replace("\"name\": \"app\",", ""));
    folder.write("My App/src/index.ts", "");
    let app = super::Workers.load(&folder.dir.path().join("My App"), &folder.options).unwrap();
    assert_eq!(app.name, "my-app");
}

#[test]
fn compatibility_dates() {
    let date = |date: &str| Folder::json(&format!("{{ \"main\": \"src/index.ts\", \"compatibility_date\": \"{date}\" }}"));
    assert_eq!(
        date("2026-02-30").problems(),
        ["wrangler.jsonc:1:49 error: `compatibility_date` must be a date, YYYY-MM-DD, not `2026-02-30` \
          -> write year, month and day, such as `2026-01-31`"]
    );
    assert!(date("2026–02–03").problems()[0].ends_with("-> use plain hyphens, not dashes"));
    assert!(date("2026-06-15").warnings().is_empty());
    assert_eq!(
        date("2026-06-16").warnings(),
        ["wrangler.jsonc:1:49 warning: `compatibility_date` lies in the future: `2026-06-16` \
          -> use the date of today at the latest: deploying refuses a later one"]
    );
    assert_eq!(
        Folder::json("{ \"main\": \"src/index.ts\" }").warnings(),
        ["wrangler.jsonc:1:1 warning: `compatibility_date` is missing; the newest behaviour is used \
          -> add `compatibility_date`, such as `2026-01-31`"]
    );
}

#[test]
fn an_entry_module_that_is_not_there() {
    let folder = Folder::json("{\n  \"main\": \"src/worker.ts\",\n  \"compatibility_date\": \"2026-01-01\"\n}");
    let expected = "wrangler.jsonc:2:11 error: `main` names a file that is not there: `src/worker.ts` -> set `main` to `src/index.ts`";
    assert_eq!(folder.problems(), [expected]);
    folder.write("src/worker.mjs", "");
    assert!(folder.problems()[0].ends_with("-> set `main` to `src/worker.mjs`"));
    folder.remove("src/worker.mjs");
    folder.remove("src/index.ts");
    assert!(folder.problems()[0].ends_with("-> create the file, or point `main` at the entry module"));
}

#[test]
fn an_entry_module_that_is_no_file() {
    let main = |main: &str| Folder::json(&format!("{{ \"main\": \"{main}\", \"compatibility_date\": \"2026-01-01\" }}"));
    let expected = "wrangler.jsonc:1:11 error: `main` names a folder: `src` -> set `main` to `src/index.ts`";
    assert_eq!(main("src").problems(), [expected]);
    assert_eq!(main("").problems(), ["wrangler.jsonc:1:11 error: `main` is empty -> set `main` to `src/index.ts`"]);
    let python = main("src/entry.py");
    python.write("src/entry.py", "");
    let expected = "wrangler.jsonc:1:11 error: not emulated yet: Workers in Python -> point `main` at a module in JavaScript or TypeScript";
    assert_eq!(python.problems(), [expected]);
}

#[test]
fn an_entry_module_outside_of_the_project() {
    let folder = Folder::new(&[]);
    folder.write("app/wrangler.jsonc", &worker("").replace("src/index.ts", "../src/index.ts"));
    let app = super::Workers.load(&folder.dir.path().join("app"), &folder.options).unwrap();
    assert_eq!(app.main, folder.dir.path().join("src/index.ts"));
    let warning = &folder.show(&app.warnings)[0];
    let expected = "app/wrangler.jsonc:3:9 warning: `main` names a file outside of the project folder: `src/index.ts` \
                    -> its packages are looked for beside it, not in the project; move it, or the configuration";
    assert_eq!(warning, expected);
}

#[test]
fn what_is_not_emulated_has_its_place() {
    let folder = Folder::with("\"compatibility_flags\": [\"a\", \"nodejs_compat\"],\n\"find_additional_modules\": true");
    let expected = [
        "wrangler.jsonc:5:30 warning: not emulated yet: the compatibility flag `nodejs_compat` \
         -> code that imports `node:` modules, or uses `process` or `Buffer`, fails where it does",
        "wrangler.jsonc:6:1 warning: not emulated yet: `find_additional_modules` (only modules that the entry module imports are there) \
         -> import the modules, or take the code as it is with `no_bundle`",
    ];
    assert_eq!(folder.warnings(), expected);
}

#[test]
fn no_entry_module_at_all() {
    let keys = |keys: &str| Folder::json(&format!("{{ \"compatibility_date\": \"2026-01-01\"{keys} }}"));
    let expected = "wrangler.jsonc:1:1 error: `main` is missing: the configuration names no entry module -> set `main` to `src/index.ts`";
    assert_eq!(keys("").problems(), [expected]);
    let expected = "wrangler.jsonc:1:39 error: `main` is missing, and a Worker of static files alone is not emulated yet \
                    -> set `main` to `src/index.ts`";
    assert_eq!(keys(", \"assets\": { \"directory\": \"public\" }").problems()[0], expected);
    let expected = "wrangler.jsonc:1:39 error: not emulated yet: Pages projects -> use a Worker with `main`";
    assert_eq!(keys(", \"pages_build_output_dir\": \"dist\"").problems(), [expected]);
}

#[test]
fn a_main_that_slipped_into_a_table() {
    let folder = Folder::new(&[("wrangler.toml", "compatibility_date = \"2026-01-01\"\n[vars]\nA = \"1\"\nmain = \"src/index.ts\"\n")]);
    let expected = "wrangler.toml:4:1 error: `main` stands under `vars`, not at the top level -> move `main` before `vars`";
    assert_eq!(folder.problems(), [expected]);
}
