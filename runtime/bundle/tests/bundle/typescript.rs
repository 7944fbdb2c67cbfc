//! TypeScript, JSX and the settings of `tsconfig.json`.

use greenroom_host::ModuleKind;

use crate::project::{Project, code};

const COMPONENT: &str = "export default () => <p class=\"a\">hi</p>;";

#[test]
fn typescript_becomes_one_module_named_after_the_entry() {
    let project = Project::new(&[
        ("src/index.ts", "import { twice } from './twice';\nenum Kind { A = 1 }\nexport default { n: twice(Kind.A as number) };"),
        ("src/twice.ts", "export const twice = (n: number): number => n * 2;\nexport const unused = 1;"),
    ]);
    let bundle = project.bundle();
    assert_eq!(bundle.modules.len(), 1);
    assert_eq!((bundle.modules[0].name.as_str(), bundle.modules[0].kind), ("index.js", ModuleKind::ESModule));
    let code = code(&bundle);
    assert!(code.contains("export { ") && code.contains("as default"), "{code}");
    assert!(!code.contains("unused") && !code.contains(": number"), "{code}");
    assert!(!code.contains("sourceMappingURL"), "{code}");
    assert!(bundle.warnings.is_empty(), "{:?}", bundle.warnings);
}

#[test]
fn dynamic_imports_stay_in_the_one_module() {
    let project = Project::new(&[
        ("src/index.ts", "export const lazy = () => import('./lazy');\nexport default {};"),
        ("src/lazy.ts", "export const answer = 42;"),
    ]);
    let bundle = project.bundle();
    assert_eq!(bundle.modules.len(), 1);
    let code = code(&bundle);
    assert!(code.contains("42") && !code.contains("import("), "{code}");
}

#[test]
fn cycles_are_legal() {
    let project = Project::new(&[
        ("src/index.ts", "import { even } from './even';\nexport default { fetch: () => new Response(String(even(4))) };"),
        ("src/even.ts", "import { odd } from './odd';\nexport function even(n: number): boolean { return n === 0 || odd(n - 1); }"),
        ("src/odd.ts", "import { even } from './even';\nexport function odd(n: number): boolean { return n !== 0 && even(n - 1); }"),
    ]);
    let bundle = project.bundle();
    assert!(bundle.warnings.is_empty(), "{:?}", bundle.warnings);
    let code = code(&bundle);
    assert!(code.contains("function even(") && code.contains("function odd("), "{code}");
}

#[test]
fn jsx_is_classic_without_settings() {
    let project = Project::new(&[("src/index.tsx", COMPONENT)]);
    let code = code(&project.bundle());
    assert!(code.contains("React.createElement(\"p\""), "{code}");
}

#[test]
fn jsx_follows_tsconfig() {
    let project = Project::new(&[
        ("src/index.tsx", COMPONENT),
        ("tsconfig.json", "{ // comments are allowed\n \"compilerOptions\": { \"jsx\": \"react-jsx\", \"jsxImportSource\": \"tiny\" } }"),
        ("node_modules/tiny/package.json", r#"{ "name": "tiny", "exports": { "./jsx-runtime": "./runtime.js" } }"#),
        ("node_modules/tiny/runtime.js", "export const jsx = (type, props) => ({ tiny: type, props });"),
    ]);
    let code = code(&project.bundle());
    assert!(code.contains("tiny: type") && !code.contains("React"), "{code}");
}

#[test]
fn jsx_factories_come_from_tsconfig_and_options() {
    let project = Project::new(&[
        ("src/index.tsx", "const h = (type: string) => type;\nexport default () => <><p /></>;"),
        ("tsconfig.json", r#"{ "compilerOptions": { "jsx": "react", "jsxFactory": "h", "jsxFragmentFactory": "h.F" } }"#),
    ]);
    let from_tsconfig = code(&project.bundle());
    assert!(from_tsconfig.contains("h(h.F, null"), "{from_tsconfig}");
    let from_options = code(&project.bundle_with(|options| options.jsx_fragment = Some("h.G".into())));
    assert!(from_options.contains("h(h.G, null"), "{from_options}");
}

#[test]
fn javascript_files_may_hold_jsx() {
    let project = Project::new(&[("src/index.js", COMPONENT)]);
    assert!(code(&project.bundle()).contains("React.createElement"));
}

#[test]
fn tsconfig_paths_and_what_it_extends_go_in() {
    let project = Project::new(&[
        ("src/index.ts", "import { db } from '@/lib/db';\nexport default db;"),
        ("src/lib/db.ts", "export const db = 'the database';"),
        ("tsconfig.json", r#"{ "extends": "./tsconfig.base.json", "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }"#),
        ("tsconfig.base.json", r#"{ "compilerOptions": { "strict": true } }"#),
    ]);
    let bundle = project.bundle();
    assert!(code(&bundle).contains("the database"));
    for file in ["src/index.ts", "src/lib/db.ts", "tsconfig.json", "tsconfig.base.json"] {
        assert!(bundle.inputs.contains(&project.path(file)), "{file} is missing in {:?}", bundle.inputs);
    }
}

#[test]
fn newer_syntax_is_rewritten() {
    let source = "const open = () => ({ [Symbol.dispose]() {} });\nexport default () => { using file = open(); return file; };";
    for entry in ["src/index.ts", "src/index.js"] {
        let code = code(&Project::new(&[(entry, source)]).bundle());
        assert!(!code.contains("using file"), "{code}");
    }
}

#[test]
fn defines_replace_expressions() {
    let project = Project::new(&[(
        "src/index.ts",
        "declare const VERSION: string;\nexport default [VERSION, process.env.NODE_ENV === 'production' ? 'is production' : 'is development'];",
    )]);
    let bundle = project.bundle_with(|options| options.define = vec![("VERSION".into(), "\"1.2.3\"".into())]);
    let code = code(&bundle);
    assert!(code.contains("\"1.2.3\"") && code.contains("is development"), "{code}");
    let bundle = project.bundle_with(|options| options.define = vec![("process.env.NODE_ENV".into(), "\"production\"".into())]);
    let code = crate::project::code(&bundle);
    assert!(code.contains("is production"), "{code}");
}

#[test]
fn functions_keep_their_names() {
    let project = Project::new(&[
        (
            "src/index.ts",
            "import { handle as other } from './other';\nexport function handle() { return other(); }\nexport default handle;",
        ),
        ("src/other.ts", "export function handle() { return 1; }\n"),
    ]);
    let code = code(&project.bundle());
    assert!(code.contains("handle$1") && code.contains("\"handle\""), "{code}");
}
