//! Code that is not bundled.

use greenroom_bundle::{AsIs, Bundler};
use greenroom_host::{ModuleKind, ModuleRule};

use crate::project::{Project, build, code};

const ENTRY: &str =
    "import { b } from './lib/b.js';\nimport t from './t.txt';\nexport default { fetch: () => b + t };\nexport class Named {}\n";

fn javascript() -> ModuleRule {
    ModuleRule { kind: ModuleKind::ESModule, globs: vec!["**/*.js".into()], fallthrough: true }
}

#[test]
fn modules_come_out_as_they_are() {
    let project =
        Project::new(&[("src/index.js", ENTRY), ("src/lib/b.js", "export const b = 1;\n"), ("src/t.txt", "text"), ("src/x.md", "no")]);
    let bundle = project.bundle_with(|options| {
        options.entry = project.path("src/index.js");
        options.rules = vec![javascript()];
        options.as_is = Some(AsIs { root: None, additional: true });
    });
    let names: Vec<_> = bundle.modules.iter().map(|module| (module.name.as_str(), module.kind)).collect();
    assert_eq!(names, [("index.js", ModuleKind::ESModule), ("lib/b.js", ModuleKind::ESModule), ("t.txt", ModuleKind::Text)]);
    assert_eq!(code(&bundle), ENTRY);
    assert_eq!(bundle.exports, ["Named", "default"]);
    assert!(bundle.inputs.contains(&project.path("src/lib/b.js")) && !bundle.inputs.contains(&project.path("src/x.md")));
}

#[test]
fn a_base_folder_names_the_modules_and_others_may_be_left_out() {
    let project = Project::new(&[("src/index.js", ENTRY), ("src/lib/b.js", "")]);
    let bundle = project.bundle_with(|options| {
        options.entry = project.path("src/index.js");
        options.rules = vec![javascript()];
        options.as_is = Some(AsIs { root: Some(project.dir().to_owned()), additional: false });
    });
    assert_eq!(bundle.modules.iter().map(|module| module.name.as_str()).collect::<Vec<_>>(), ["src/index.js"]);
}

#[test]
fn a_script_exports_nothing_and_what_is_no_javascript_is_told() {
    let project = Project::new(&[("src/index.js", "addEventListener('fetch', () => {});"), ("src/bad.ts", "let x: number = ;;;(")]);
    let mut options = project.options();
    options.entry = project.path("src/index.js");
    options.as_is = Some(AsIs::default());
    assert!(build(&mut Bundler::new(options.clone())).expect("it is JavaScript").exports.is_empty());
    options.entry = project.path("src/bad.ts");
    let errors = build(&mut Bundler::new(options)).expect_err("it is none");
    assert_eq!(errors[0].message, "`src/bad.ts` is no JavaScript, and is not bundled");
}
