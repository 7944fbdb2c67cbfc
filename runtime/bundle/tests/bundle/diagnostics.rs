//! What a faulty project is told.

use crate::project::Project;

#[test]
fn a_syntax_error_shows_its_place() {
    let project = Project::new(&[("src/index.ts", "const ä = 1;\nexport default { fetch() { return new Response(ä }, };\n")]);
    let error = project.error();
    assert_eq!(error.location().as_deref(), Some("src/index.ts:2:50"), "{error:?}");
    assert!(error.message.starts_with("expected"), "{}", error.message);
    let frame = error.frame.unwrap();
    assert!(frame.contains("> 2 | export default { fetch()") && frame.contains("  1 | const ä"), "{frame}");
}

#[test]
fn a_missing_file_is_named_with_its_likeness() {
    let project =
        Project::new(&[("src/index.ts", "import { a } from './Util';\nexport default a;"), ("src/util.ts", "export const a = 1;")]);
    let error = project.error();
    assert_eq!(error.to_string(), "src/index.ts:1:19: could not resolve `./Util`");
    assert_eq!(error.hints, ["there is no `src/Util`: did you mean `util.ts` in the same folder?"]);
    assert!(error.frame.is_some());
}

#[test]
fn a_package_that_is_not_installed_says_how_to_install_it() {
    let project = Project::new(&[("src/index.ts", "import { Hono } from 'hono/tiny';\nexport default new Hono();")]);
    let error = project.error();
    assert_eq!(error.to_string(), "src/index.ts:1:22: could not resolve `hono/tiny`");
    assert_eq!(error.hints, ["the package is not installed: run `npm install hono`"]);
    project.write("pnpm-lock.yaml", "");
    assert_eq!(project.error().hints, ["the package is not installed: run `pnpm add hono`"]);
    project.write("package.json", r#"{ "dependencies": { "hono": "4" } }"#);
    assert_eq!(project.error().hints, ["`hono` stands in package.json but is not installed: run `pnpm install`"]);
}

#[test]
fn a_path_that_a_package_keeps_to_itself_is_named() {
    let project = Project::new(&[
        ("src/index.ts", "import x from 'pkg/inner';\nexport default x;"),
        ("node_modules/pkg/package.json", r#"{ "name": "pkg", "exports": { ".": "./index.js" } }"#),
        ("node_modules/pkg/inner.js", ""),
    ]);
    let error = project.error();
    assert_eq!(error.message, "could not resolve `pkg/inner`");
    assert_eq!(
        error.hints,
        ["`pkg` is installed, but `exports` in `node_modules/pkg/package.json` does not list `./inner` for this runtime"]
    );
}

#[test]
fn a_folder_alias_without_paths_is_explained() {
    let error = Project::new(&[("src/index.ts", "import db from '@/db';\nexport default db;")]).error();
    assert!(error.hints[0].contains("`paths` in tsconfig.json"), "{:?}", error.hints);
}

#[test]
fn a_name_that_is_not_exported_is_an_error() {
    let project = Project::new(&[
        ("src/index.ts", "import { two } from './numbers';\nexport default two;"),
        ("src/numbers.ts", "export const one = 1;"),
    ]);
    assert_eq!(project.error().to_string(), "src/index.ts:1:10: `two` is not exported by `src/numbers.ts`");
}

#[test]
fn types_may_be_exported_again() {
    let project = Project::new(&[
        (
            "src/index.ts",
            "import { Thing, make } from './things';\nexport { Thing } from './things';\nconst thing: Thing = make();\nexport default thing;",
        ),
        ("src/things.ts", "export interface Thing { n: number }\nexport const make = (): Thing => ({ n: 1 });"),
    ]);
    project.bundle();
    project.write("src/things.ts", "export const Thong = 1;\nexport const make = () => 1;");
    assert_eq!(project.error().to_string(), "src/index.ts:2:10: `Thing` is not exported by `src/things.ts`");
}

/// What has to be built twice, where this program may use one core alone.
#[cfg(target_os = "linux")]
#[test]
fn one_core_is_enough() {
    // SAFETY: plain system calls on a mask that is there; they are about this thread, and those that it starts.
    unsafe {
        let mut cores: libc::cpu_set_t = std::mem::zeroed();
        let size = size_of_val(&cores);
        assert_eq!(libc::sched_getaffinity(0, size, &raw mut cores), 0);
        let first = (0..size * 8).find(|core| libc::CPU_ISSET(*core, &cores)).expect("a core");
        cores = std::mem::zeroed();
        libc::CPU_SET(first, &mut cores);
        assert_eq!(libc::sched_setaffinity(0, size, &raw const cores), 0);
    }
    assert_eq!(std::thread::available_parallelism().map_or(0, std::num::NonZero::get), 1);
    let project = Project::new(&[
        ("src/index.ts", "export { Thing } from './things';\nexport default 1;"),
        ("src/things.ts", "export interface Thing { n: number }"),
    ]);
    project.bundle();
}

#[test]
fn every_error_is_said_at_once() {
    let project = Project::new(&[
        ("src/index.ts", "import a from './a';\nimport b from './b';\nimport c from 'c';\nexport default [a, b, c];"),
        ("src/a.ts", "export default ;"),
    ]);
    let errors = project.try_bundle().unwrap_err();
    let shown: Vec<String> = errors.iter().filter_map(greenroom_host::Diagnostic::location).collect();
    assert_eq!(shown, ["src/index.ts:2:15", "src/index.ts:3:15", "src/a.ts:1:16"], "{errors:#?}");
}

#[test]
fn an_entry_that_is_not_there_is_named() {
    let project = Project::new(&[]);
    assert_eq!(project.error().message, "the entry module `src/index.ts` is not there");
}

#[test]
fn broken_json_shows_its_place() {
    let project = Project::new(&[("src/index.ts", "import x from './x.json';\nexport default x;"), ("src/x.json", "{\n  \"a\": ,\n}")]);
    let error = project.error();
    assert_eq!(error.location().as_deref(), Some("src/x.json:2:8"), "{error:?}");
}

#[test]
fn a_broken_tsconfig_is_named() {
    let project = Project::new(&[("src/index.ts", "export default 1 as number;"), ("tsconfig.json", "{ \"compilerOptions\": [ }")]);
    let error = project.error();
    assert!(error.message.contains("tsconfig.json"), "{error:?}");
}

#[test]
fn deep_nesting_does_not_bring_the_process_down() {
    let depth = 5000;
    let source = format!("export default {}1{};", "[".repeat(depth), "]".repeat(depth));
    Project::new(&[("src/index.js", &source)]).bundle();
}
