//! Stacks of bundled code.

use greenroom_bundle::SourceMaps;
use greenroom_host::Position;

use crate::project::{Project, code};

/// Line and column, from 1, of the first occurrence of `needle`.
fn place_of(code: &str, needle: &str) -> (usize, usize) {
    let position = Position::of(code, code.find(needle).unwrap_or_else(|| panic!("no {needle} in {code}")));
    (position.line, position.column)
}

#[test]
fn frames_point_into_the_sources() {
    let project = Project::new(&[
        (
            "src/index.ts",
            "import { check } from './lib/check';\n\nexport default {\n  fetch(request: Request): Response {\n    return check(request);\n  },\n};\n",
        ),
        (
            "src/lib/check.ts",
            "type R = Request;\n\nexport function check(request: R): Response {\n  throw new Error(`no: ${request.url}`);\n}\n",
        ),
    ]);
    let bundle = project.bundle();
    let code = code(&bundle);
    let (line, column) = place_of(&code, "new Error");
    let (outer_line, outer_column) = place_of(&code, "check(request);");
    let stack = format!(
        "Error: no\n    at check (file:///index.js:{line}:{column})\n    at Object.fetch (file:///index.js:{outer_line}:{outer_column})"
    );
    let maps = SourceMaps::new(bundle.source_maps);
    assert_eq!(maps.rewrite(&stack), "Error: no\n    at check (src/lib/check.ts:4:9)\n    at Object.fetch (src/index.ts:5:12)");
    let (source, frame) = maps.source_frame(&stack).unwrap();
    assert_eq!(source.file, "src/lib/check.ts");
    assert!(frame.contains("> 4 |   throw new Error("), "{frame}");
}

#[test]
fn frames_in_broken_lines_point_right_too() {
    let calls: Vec<String> = (0..200).map(|n| format!("call({n},\"é\")")).collect();
    let project = Project::new(&[
        ("src/index.ts", "import run from 'pkg';\nexport default run;"),
        ("node_modules/pkg/package.json", r#"{ "name": "pkg", "main": "index.js" }"#),
    ]);
    let minified = format!("const call=globalThis.call;export default function(){{return {},last()}}", calls.join(","));
    project.write("node_modules/pkg/index.js", &minified);
    let bundle = project.bundle();
    let code = code(&bundle);
    let maps = SourceMaps::new(bundle.source_maps);
    for needle in ["call(0,", "call(77,", "call(199,", "last("] {
        let (line, column) = place_of(&code, needle);
        let source = maps.locate("index.js", u32::try_from(line).unwrap(), u32::try_from(column).unwrap()).unwrap();
        assert_eq!(source.file, "node_modules/pkg/index.js");
        assert_eq!((source.position.line, source.position.column), place_of(&minified, needle), "{needle}");
    }
}
