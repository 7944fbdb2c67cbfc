//! Packages as npm, pnpm and yarn install them.

use greenroom_host::Severity;

use crate::project::{Project, code};

fn manifest(name: &str, rest: &str) -> String {
    format!(r#"{{ "name": "{name}", "version": "1.0.0"{rest} }}"#)
}

/// A project that imports `pkg`, whose files each export the name of the file.
fn with_package(rest: &str, files: &[&str]) -> Project {
    let project = Project::new(&[("src/index.ts", "import which from 'pkg';\nexport default which;")]);
    project.write("node_modules/pkg/package.json", manifest("pkg", rest));
    for file in files {
        project.write(&format!("node_modules/pkg/{file}"), format!("export default 'from {file}';"));
    }
    project
}

#[test]
fn exports_follow_the_conditions_in_the_order_of_the_package() {
    let files = ["node.js", "workerd.js", "browser.js", "import.js", "default.js"];
    let pick = |exports: &str| {
        let code = code(&with_package(&format!(r#", "exports": {exports}"#), &files).bundle());
        files.into_iter().find(|file| code.contains(&format!("from {file}"))).unwrap_or_else(|| panic!("{code}"))
    };
    assert_eq!(pick(r#"{ "node": "./node.js", "workerd": "./workerd.js", "default": "./default.js" }"#), "workerd.js");
    assert_eq!(pick(r#"{ "browser": "./browser.js", "workerd": "./workerd.js" }"#), "browser.js");
    assert_eq!(pick(r#"{ "require": "./node.js", "import": "./import.js" }"#), "import.js");
    assert_eq!(pick(r#"{ "node": "./node.js", "deno": "./node.js", "default": "./default.js" }"#), "default.js");
    assert_eq!(pick(r#"{ ".": { "worker": { "import": "./workerd.js" }, "default": "./default.js" } }"#), "workerd.js");
}

#[test]
fn fields_of_older_packages_are_read_browser_first() {
    let fields = r#", "main": "./default.js", "module": "./import.js""#;
    assert!(code(&with_package(fields, &["default.js", "import.js"]).bundle()).contains("from import.js"));
    let fields = r#", "main": "./default.js", "module": "./import.js", "browser": "./browser.js""#;
    assert!(code(&with_package(fields, &["default.js", "import.js", "browser.js"]).bundle()).contains("from browser.js"));
}

#[test]
fn the_browser_field_replaces_and_empties_modules() {
    let project = with_package(r#", "module": "./index.js", "browser": { "fs": false, "./node.js": "./browser.js" }"#, &["browser.js"]);
    project.write(
        "node_modules/pkg/index.js",
        "import * as fs from 'fs';\nimport own from './node.js';\nexport default [own, fs.readFileSync];",
    );
    let bundle = project.bundle();
    let code = code(&bundle);
    assert!(code.contains("from browser.js") && !code.contains("node:fs"), "{code}");
    assert!(bundle.warnings.is_empty(), "{:?}", bundle.warnings);
}

#[test]
fn commonjs_is_imported_by_default_and_by_name() {
    let project = Project::new(&[
        ("src/index.ts", "import whole, { part } from 'old';\nimport * as all from 'old';\nexport default [whole.part, part, all];"),
        ("node_modules/old/package.json", r#"{ "name": "old", "main": "index.js" }"#),
        ("node_modules/old/index.js", "const { helper } = require('./lib');\nexports.part = helper();\nif (0) require('./never');"),
        ("node_modules/old/lib.js", "module.exports = { helper() { return 'helped'; } };"),
        ("node_modules/old/never.js", ""),
    ]);
    let code = code(&project.bundle());
    assert!(code.contains("helped") && code.contains("__toESM") && code.contains("__commonJS"), "{code}");
    assert!(!code.contains("require(\""), "{code}");
}

#[test]
#[cfg(unix)]
fn pnpm_links_are_followed() {
    let project = Project::new(&[
        ("src/index.ts", "import outer from 'outer';\nexport default outer;"),
        ("node_modules/.pnpm/outer@1.0.0/node_modules/outer/package.json", r#"{ "name": "outer", "exports": "./index.js" }"#),
        ("node_modules/.pnpm/outer@1.0.0/node_modules/outer/index.js", "import inner from 'inner';\nexport default inner;"),
        ("node_modules/.pnpm/inner@1.0.0/node_modules/inner/package.json", r#"{ "name": "inner", "exports": "./index.js" }"#),
        ("node_modules/.pnpm/inner@1.0.0/node_modules/inner/index.js", "export default 'the inner one';"),
    ]);
    let link = |target: &str, at: &str| std::os::unix::fs::symlink(target, project.path(at)).unwrap();
    link(".pnpm/outer@1.0.0/node_modules/outer", "node_modules/outer");
    link("../../inner@1.0.0/node_modules/inner", "node_modules/.pnpm/outer@1.0.0/node_modules/inner");
    let bundle = project.bundle();
    assert!(code(&bundle).contains("the inner one"));
    assert!(bundle.inputs.contains(&project.path("node_modules/.pnpm/inner@1.0.0/node_modules/inner/index.js")), "{:?}", bundle.inputs);
}

#[test]
#[cfg(unix)]
fn a_package_of_the_workspace_is_source() {
    let project = Project::new(&[
        ("src/index.ts", "import { shared } from '@our/shared';\nexport default shared;"),
        ("packages/shared/package.json", r#"{ "name": "@our/shared", "exports": "./index.ts" }"#),
        ("packages/shared/index.ts", "export const shared: string = 'shared source';"),
    ]);
    std::fs::create_dir_all(project.path("node_modules/@our")).unwrap();
    std::os::unix::fs::symlink("../../packages/shared", project.path("node_modules/@our/shared")).unwrap();
    let bundle = project.bundle();
    assert!(code(&bundle).contains("shared source"));
    for file in ["packages/shared/index.ts", "packages/shared/package.json"] {
        assert!(bundle.inputs.contains(&project.path(file)), "{file} is missing in {:?}", bundle.inputs);
    }
}

#[test]
fn minified_packages_come_out_in_short_lines() {
    let calls: Vec<String> = (0..3000).map(|n| format!("f({n}?\"a\":g[{n}],/[,({{]/.test(h),`x,${{i}},`)||j({n})&&k")).collect();
    let minified = format!("var f=globalThis.f,g=f,h=f,i=f,j=f,k=f;export default function(){{return {}}}", calls.join(","));
    assert!(minified.len() > 100_000 && !minified.contains('\n'));
    let project = with_package(r#", "module": "./index.js""#, &[]);
    project.write("node_modules/pkg/index.js", minified);
    let code = code(&project.bundle());
    let longest = code.lines().map(str::len).max().unwrap_or_default();
    assert!(longest <= 200, "a line has {longest} characters");
    assert!(code.contains("/[,({]/.test(h)"), "a regular expression was torn");
    assert!(code.contains("return f("), "a newline after `return` ends the statement");
}

#[test]
fn builtins_of_node_stay_imports_with_a_warning_each() {
    let project = Project::new(&[(
        "src/index.ts",
        "import { readFileSync } from 'node:fs';\nimport path from 'path';\nexport default [readFileSync, path.sep];",
    )]);
    let bundle = project.bundle();
    let code = code(&bundle);
    assert!(code.contains("from \"node:fs\"") && code.contains("from \"node:path\""), "{code}");
    let shown: Vec<String> = bundle.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "src/index.ts:1:30: `node:fs` is built into Node.js and not provided by this runtime",
            "src/index.ts:2:18: `path` is built into Node.js and not provided by this runtime",
        ]
    );
    assert!(bundle.warnings.iter().all(|warning| warning.severity == Severity::Warning && !warning.hints.is_empty()));
}

#[test]
fn what_the_runtime_provides_is_no_warning() {
    let project = Project::new(&[(
        "src/index.ts",
        "import { WorkerEntrypoint } from 'cloudflare:workers';\nimport { Buffer } from 'buffer';\nexport default [WorkerEntrypoint, Buffer];",
    )]);
    let bundle = project.bundle_with(|options| options.externals.push("node:*".into()));
    assert!(bundle.warnings.is_empty(), "{:?}", bundle.warnings);
    let code = code(&bundle);
    assert!(code.contains("from \"cloudflare:workers\"") && code.contains("from \"node:buffer\""), "{code}");
}

#[test]
fn an_installed_package_wins_over_the_builtin_of_its_name() {
    let project = Project::new(&[
        ("src/index.ts", "import { Buffer } from 'buffer';\nexport default Buffer;"),
        ("node_modules/buffer/package.json", r#"{ "name": "buffer", "main": "index.js" }"#),
        ("node_modules/buffer/index.js", "exports.Buffer = 'from npm';"),
    ]);
    let bundle = project.bundle();
    assert!(code(&bundle).contains("from npm"));
    assert!(bundle.warnings.is_empty(), "{:?}", bundle.warnings);
}

#[test]
fn aliases_resolve_from_the_project_folder() {
    let project =
        Project::new(&[("src/index.ts", "import it from 'big';\nexport default it;"), ("lib/small.ts", "export default 'small';")]);
    let bundle = project.bundle_with(|options| options.alias = vec![("big".into(), "./lib/small.ts".into())]);
    assert!(code(&bundle).contains("\"small\""));
    let bundle = project.bundle_with(|options| options.alias = vec![("big".into(), "cloudflare:sockets".into())]);
    assert!(code(&bundle).contains("from \"cloudflare:sockets\""));
}

#[test]
fn optional_packages_may_be_missing() {
    let project = with_package(r#", "main": "./index.js""#, &[]);
    project.write("node_modules/pkg/index.js", "let fast;\ntry { fast = require('fast-native'); } catch {}\nmodule.exports = fast;");
    project.bundle();
    project.write("node_modules/pkg/index.js", "export default () => import('fast-native').catch(() => null);");
    let bundle = project.bundle();
    assert_eq!(bundle.warnings.len(), 1, "{:?}", bundle.warnings);
    assert_eq!(bundle.warnings[0].message, "could not resolve `fast-native`");
}
