//! Modules that are not code.

use greenroom_host::{ModuleKind, ModuleRule};

use crate::project::{Project, build, code};

/// An empty WebAssembly module.
const WASM: &[u8] = b"\0asm\x01\0\0\0";

#[test]
fn json_is_imported_by_default_and_by_name() {
    let project = Project::new(&[
        (
            "src/index.ts",
            "import whole, { name } from './data.json';\nimport list from './list.json' with { type: 'json' };\nexport default [whole, name, list];",
        ),
        ("src/data.json", r#"{ "name": "from json", "other": 1 }"#),
        ("src/list.json", "[1, 2, 3]"),
    ]);
    assert!(code(&project.bundle()).contains("from json"));
}

#[test]
fn text_is_inlined_whatever_is_in_it() {
    let project = Project::new(&[
        (
            "src/index.ts",
            "import page from './page.html';\nimport schema from '../db/schema.sql';\nimport note from './note.txt';\nexport default [page, schema, note];",
        ),
        ("src/page.html", "<p>`${x}` \"q\"</p>\n"),
        ("db/schema.sql", "CREATE TABLE t (id INTEGER);"),
    ]);
    project.write("src/note.txt", b"not \xff utf-8");
    let bundle = project.bundle();
    assert_eq!(bundle.modules.len(), 1);
    let code = code(&bundle);
    assert!(code.contains(r#""<p>`${x}` \"q\"</p>\n""#), "{code}");
    assert!(code.contains("CREATE TABLE t (id INTEGER);") && code.contains("not \u{fffd} utf-8"), "{code}");
    assert!(bundle.inputs.contains(&project.path("db/schema.sql")));
}

#[test]
fn wasm_and_data_become_modules_of_their_own() {
    let project = Project::new(&[
        (
            "src/index.ts",
            "import add from './add.wasm';\nimport again from '../src/add.wasm?module';\nimport { deep } from './deep/er';\nimport blob from './blob.bin';\nexport default [add, again, deep, blob];",
        ),
        ("src/deep/er.ts", "import add from '../add.wasm';\nexport const deep = add;"),
    ]);
    project.write("src/add.wasm", WASM);
    project.write("src/blob.bin", [0, 1, 2, 255]);
    let bundle = project.bundle();
    let others: Vec<_> = bundle.modules[1..].iter().map(|module| (module.kind, module.content.to_vec())).collect();
    assert_eq!(others.len(), 2, "one module however often it is imported: {:?}", bundle.modules);
    assert!(others.contains(&(ModuleKind::CompiledWasm, WASM.to_vec())));
    assert!(others.contains(&(ModuleKind::Data, vec![0, 1, 2, 255])));
    let code = code(&bundle);
    for module in &bundle.modules[1..] {
        let import = format!("from \"{}\"", module.name);
        assert_eq!(code.matches(&import).count(), 1, "{import} in {code}");
        assert!(module.name.starts_with("./"), "{}", module.name);
    }
    assert!(bundle.inputs.contains(&project.path("src/add.wasm")) && bundle.inputs.contains(&project.path("src/blob.bin")));
}

#[test]
fn wasm_comes_out_of_packages_by_their_exports() {
    let project = Project::new(&[
        ("src/index.ts", "import wasm from 'pkg/add.wasm';\nexport default wasm;"),
        ("node_modules/pkg/package.json", r#"{ "name": "pkg", "exports": { "./add.wasm": "./dist/real.wasm" } }"#),
    ]);
    project.write("node_modules/pkg/dist/real.wasm", WASM);
    let bundle = project.bundle();
    assert!(bundle.modules[1].name.ends_with("-real.wasm"), "{}", bundle.modules[1].name);
}

#[test]
fn user_rules_come_first() {
    let project = Project::new(&[
        ("src/index.ts", "import a from './a.md';\nimport b from './b.txt';\nexport default [a, b];"),
        ("src/a.md", "# a"),
        ("src/b.txt", "b"),
    ]);
    let rule = |kind, glob: &str, fallthrough| ModuleRule { kind, globs: vec![glob.into()], fallthrough };
    let bundle = project
        .bundle_with(|options| options.rules = vec![rule(ModuleKind::Text, "**/*.md", true), rule(ModuleKind::Data, "**/*.txt", true)]);
    assert!(code(&bundle).contains("# a"));
    assert_eq!((bundle.modules[1].kind, bundle.modules[1].content.as_ref()), (ModuleKind::Data, b"b".as_slice()));
}

#[test]
fn a_closed_rule_is_named() {
    let project = Project::new(&[("src/index.ts", "import b from './b.txt';\nexport default b;"), ("src/b.txt", "b")]);
    let mut options = project.options();
    options.rules = vec![ModuleRule { kind: ModuleKind::Text, globs: vec!["**/*.md".into()], fallthrough: false }];
    let errors = build(&mut greenroom_bundle::Bundler::new(options)).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(
        errors[0].to_string(),
        "src/index.ts:1:15: `./b.txt` is covered by a Text rule that an earlier Text rule without `fallthrough` closed"
    );
    assert!(errors[0].hints[0].contains("`fallthrough`"), "{:?}", errors[0].hints);
}

#[test]
fn a_file_that_no_rule_covers_is_named() {
    let project = Project::new(&[("src/index.ts", "import logo from './logo.svg';\nexport default logo;"), ("src/logo.svg", "<svg/>")]);
    let error = project.error();
    assert_eq!(error.to_string(), "src/logo.svg: no module rule covers `.svg` files, of which `src/logo.svg` is imported");
    assert!(error.hints[0].contains("`**/*.svg`"), "{:?}", error.hints);
}
