//! A plain folder with a handler: one function, and a URL for it.
//!
//! The first of these files decides, and which export it has: `index.*` and `handler.*` with `handler` for Node.js,
//! `lambda_function.py` with `lambda_handler` and `app.py`, `main.py`, `handler.py` with `handler` or `lambda_handler` for Python,
//! an executable `bootstrap` for a runtime of one's own.

use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::tree::{Maker, Node};

/// What is looked for, first match wins: the file, the runtime.
const FILES: &[(&str, &str)] = &[
    ("index.mjs", NODE),
    ("index.js", NODE),
    ("index.cjs", NODE),
    ("index.ts", NODE),
    ("index.mts", NODE),
    ("handler.mjs", NODE),
    ("handler.js", NODE),
    ("handler.cjs", NODE),
    ("handler.ts", NODE),
    ("handler.mts", NODE),
    ("src/index.ts", NODE),
    ("src/index.js", NODE),
    ("src/index.mjs", NODE),
    ("lambda_function.py", PYTHON),
    ("app.py", PYTHON),
    ("main.py", PYTHON),
    ("handler.py", PYTHON),
    ("bootstrap", CUSTOM),
];

const NODE: &str = "nodejs24.x";
const PYTHON: &str = "python3.14";
const CUSTOM: &str = "provided.al2023";

/// Names that handlers usually have, first match wins.
const NODE_EXPORTS: &[&str] = &["handler"];
const PYTHON_EXPORTS: &[&str] = &["lambda_handler", "handler", "main"];

/// The file in `dir` that makes it a function.
pub(crate) fn detect(dir: &Path) -> Option<PathBuf> {
    FILES.iter().map(|(name, _)| dir.join(name)).find(|path| path.is_file() && exports(path).is_some())
}

/// The template of the folder in which `path` is a handler.
pub(crate) fn read(cx: &Context, path: &Path) -> Option<Node> {
    let (name, runtime) = FILES.iter().find(|(name, _)| path.ends_with(name))?;
    let at = cx.unread(path);
    let export = exports(path)?;
    let module = name.rsplit_once('.').map_or(*name, |(module, _)| module);
    let module = module.rsplit('/').next().unwrap_or(module);
    let handler = if *runtime == CUSTOM { "bootstrap".to_owned() } else { format!("{module}.{export}") };
    let properties = Maker::at(at).put("Runtime", *runtime).put("Handler", handler).put("Code", ".");
    let function = Maker::at(at).put("Type", "AWS::Lambda::Function").put("Properties", properties);
    let url = Maker::at(at).put("AuthType", "NONE").put("TargetFunctionArn", Node::make_att(at, "Function", "Arn"));
    let url = Maker::at(at).put("Type", "AWS::Lambda::Url").put("Properties", url);
    let resources = Maker::at(at).put("Function", function).put("FunctionUrl", url);
    Some(Maker::at(at).put("Resources", resources).node())
}

/// The export by which the file is called; none where it has none that is known.
fn exports(path: &Path) -> Option<&'static str> {
    if path.file_name().is_some_and(|name| name == "bootstrap") {
        return Some("");
    }
    let text = std::fs::read_to_string(path).ok()?;
    if path.extension().is_some_and(|ending| ending == "py") {
        return PYTHON_EXPORTS.iter().copied().find(|name| defines(&text, name));
    }
    NODE_EXPORTS.iter().copied().find(|name| is_exported(&text, name))
}

fn defines(text: &str, name: &str) -> bool {
    let starts = |line: &str| {
        [format!("def {name}("), format!("async def {name}("), format!("{name} ="), format!("{name}=")]
            .iter()
            .any(|start| line.starts_with(start))
    };
    text.lines().any(|line| {
        starts(line)
            || (line.starts_with("from ")
                && line.split_once(" import ").is_some_and(|(_, names)| names.split(',').any(|part| part.trim() == name)))
    })
}

fn is_exported(text: &str, name: &str) -> bool {
    let words = [
        format!("exports.{name}"),
        format!("export const {name}"),
        format!("export let {name}"),
        format!("export var {name}"),
        format!("export function {name}"),
        format!("export async function {name}"),
        format!("as {name}"),
    ];
    let assigned = text.split_once("module.exports").is_some_and(|(_, rest)| rest.contains(name));
    let listed = text
        .split("export {")
        .skip(1)
        .any(|rest| rest.split('}').next().is_some_and(|names| names.split([',', ' ', '\n']).any(|part| part == name)));
    words.iter().any(|word| text.contains(word.as_str())) || assigned || listed
}
