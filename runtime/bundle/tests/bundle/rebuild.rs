//! One bundler over the changes of its project.

use greenroom_bundle::Bundler;

use crate::project::{Project, build, code};

#[test]
fn each_build_sees_the_files_as_they_are() {
    let project = Project::new(&[("src/index.ts", "import { a } from './a';\nexport default a;"), ("src/a.ts", "export const a = 'one';")]);
    let mut bundler = Bundler::new(project.options());
    assert!(bundler.inputs().is_empty());
    assert!(code(&build(&mut bundler).unwrap()).contains("one"));
    project.write("src/a.ts", "export const a = 'two';");
    assert!(code(&build(&mut bundler).unwrap()).contains("two"));
    project.remove("src/a.ts");
    build(&mut bundler).unwrap_err();
    project.write("src/a/index.ts", "export const a = 'three';");
    assert!(code(&build(&mut bundler).unwrap()).contains("three"));
}

#[test]
fn a_package_installed_meanwhile_is_found() {
    let project = Project::new(&[("src/index.ts", "import it from 'late';\nexport default it;")]);
    let mut bundler = Bundler::new(project.options());
    build(&mut bundler).unwrap_err();
    project.write("node_modules/late/package.json", r#"{ "name": "late", "main": "index.js" }"#);
    project.write("node_modules/late/index.js", "export default 'here now';");
    assert!(code(&build(&mut bundler).unwrap()).contains("here now"));
}

#[test]
fn changed_settings_hold_for_the_next_build() {
    let project =
        Project::new(&[("src/index.tsx", "export default <p />;"), ("tsconfig.json", r#"{ "compilerOptions": { "jsxFactory": "one" } }"#)]);
    let mut bundler = Bundler::new(project.options());
    assert!(code(&build(&mut bundler).unwrap()).contains("one(\"p\""));
    project.write("tsconfig.json", r#"{ "compilerOptions": { "jsxFactory": "two" } }"#);
    assert!(code(&build(&mut bundler).unwrap()).contains("two(\"p\""));
}

#[test]
fn a_failed_build_knows_what_would_mend_it() {
    let project = Project::new(&[("src/index.ts", "import a from './a';\nimport b from 'b';\nexport default [a, b];")]);
    let mut bundler = Bundler::new(project.options());
    build(&mut bundler).unwrap_err();
    for file in ["src/index.ts", "src/a.ts"] {
        assert!(bundler.inputs().contains(&project.path(file)), "{file} is missing in {:?}", bundler.inputs());
    }
    project.write("src/a.ts", "export default 1;");
    build(&mut bundler).unwrap_err();
    assert!(bundler.inputs().contains(&project.path("node_modules/b/package.json")), "{:?}", bundler.inputs());
}

#[test]
fn the_same_files_give_the_same_bundle() {
    let project = Project::new(&[
        ("src/index.ts", "import * as a from './a';\nimport * as b from './b';\nimport t from './t.txt';\nexport default [a, b, t];"),
        ("src/a.ts", "export const name = 'a';\nexport * from './b';"),
        ("src/b.ts", "export const name = 'b';\nexport const other = 1;"),
        ("src/t.txt", "text"),
    ]);
    let (first, second) = (project.bundle(), project.bundle());
    assert_eq!(first.modules, second.modules);
    assert_eq!((first.source_maps, first.inputs), (second.source_maps, second.inputs));
}

#[test]
#[cfg(unix)]
fn a_project_behind_a_link_is_named_by_its_own_paths() {
    let project = Project::new(&[("src/index.ts", "import b from 'b';\nexport default b;")]);
    let link = project.path("link");
    std::os::unix::fs::symlink(project.dir(), &link).unwrap();
    let mut bundler = Bundler::new(project.options_in(&link));
    let errors = build(&mut bundler).unwrap_err();
    assert_eq!(errors[0].to_string(), "src/index.ts:1:15: could not resolve `b`");
    assert!(bundler.inputs().contains(&project.path("src/index.ts")), "{:?}", bundler.inputs());
}
