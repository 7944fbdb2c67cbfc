//! What Lambda refuses of a function, said before anything starts.

use greenroom_host::{MOST_ENVIRONMENT, MOST_LAYERS, RESERVED_VARIABLES};

use super::FunctionDecl;
use super::code::Code;
use super::props::Props;

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const LONGEST_TIMEOUT: i64 = 900;
const LEAST_MEMORY: i64 = 128;
const MOST_MEMORY: i64 = 10_240;
const LEAST_STORAGE: i64 = 512;
const MOST_STORAGE: i64 = 10_240;
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
const LONGEST_NAME: usize = 64;
const LONGEST_HANDLER: usize = 128;

pub(super) fn timeout(props: &Props<'_, '_>) -> u32 {
    props.within("Timeout", 1, LONGEST_TIMEOUT, " seconds").unwrap_or(3)
}

pub(super) fn memory(props: &Props<'_, '_>) -> u32 {
    props.within("MemorySize", LEAST_MEMORY, MOST_MEMORY, " MB").unwrap_or(128)
}

pub(super) fn ephemeral_storage(props: &Props<'_, '_>) -> u32 {
    props.object("EphemeralStorage").and_then(|storage| storage.within("Size", LEAST_STORAGE, MOST_STORAGE, " MB")).unwrap_or(512)
}

pub(super) fn architecture(props: &Props<'_, '_>) -> String {
    const KNOWN: &[&str] = &["x86_64", "arm64"];
    let names = props.texts("Architectures");
    let first = names.first().cloned().unwrap_or_else(|| "x86_64".to_owned());
    if names.len() > 1 || !KNOWN.contains(&first.as_str()) {
        props.error("Architectures", format!("`{}` must be one of `x86_64` and `arm64`", props.full("Architectures")), "name one of them");
    }
    first
}

pub(super) fn all(props: &Props<'_, '_>, function: &FunctionDecl) {
    name(props, function);
    environment(props, function);
    if function.layers.len() > MOST_LAYERS {
        let message = format!("function `{}` has {} layers; Lambda takes {MOST_LAYERS}", props.id, function.layers.len());
        props.error("Layers", message, "put several layers into one");
    }
    if matches!(function.code, Code::Image { .. }) {
        let message = format!("function `{}` is built from a container image, which is not emulated", props.id);
        props.cx().not_emulated(props.mark("Code"), message, "give it a `Runtime` and code in a folder or zip file");
        return;
    }
    runtime(props, function);
}

fn name(props: &Props<'_, '_>, function: &FunctionDecl) {
    let name = &function.function_name;
    let plain = name.chars().all(|character| character.is_ascii_alphanumeric() || "-_".contains(character));
    if name.is_empty() || !plain || name.chars().count() > LONGEST_NAME {
        let message = format!("`{name}` is no name of a function: 1 to {LONGEST_NAME} letters, digits, `-` and `_`");
        props.error("FunctionName", message, "correct `FunctionName`, or leave it out");
    }
}

fn environment(props: &Props<'_, '_>, function: &FunctionDecl) {
    let size: usize = function.environment.iter().map(|(name, value)| name.len() + value.len()).sum();
    if size > MOST_ENVIRONMENT {
        let message = format!("the environment variables of function `{}` are {size} bytes; Lambda takes {MOST_ENVIRONMENT}", props.id);
        props.error("Environment", message, "keep large values in a file, or in a parameter store");
    }
    for (name, _) in &function.environment {
        if RESERVED_VARIABLES.contains(&name.as_str()) {
            let message = format!("function `{}` sets `{name}`, which Lambda sets itself and refuses here", props.id);
            props.error("Environment", message, "take it out, or give it another name");
        } else if !is_variable(name) {
            let message = format!("function `{}` has an environment variable that Lambda refuses: `{name}`", props.id);
            props.error("Environment", message, "start with a letter; use letters, digits and `_`, at least two");
        }
    }
}

fn is_variable(name: &str) -> bool {
    let mut characters = name.chars();
    let first = characters.next().is_some_and(|first| first.is_ascii_alphabetic());
    first && name.len() > 1 && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
}

fn runtime(props: &Props<'_, '_>, function: &FunctionDecl) {
    let Some(runtime) = &function.runtime else {
        props.missing("Runtime", "add one, such as `Runtime: nodejs24.x`");
        return;
    };
    if !runtime.is_known() {
        let hint = crate::words::did_you_mean(&runtime.name, super::runtime::names(), "name one that Lambda has, such as `nodejs24.x`");
        props.error("Runtime", format!("Lambda has no runtime `{}`", runtime.name), hint);
        return;
    }
    if function.handler.is_empty() && !runtime.is_custom() {
        props.missing("Handler", "add one, such as `Handler: index.handler`");
        return;
    }
    if function.handler.chars().count() > LONGEST_HANDLER || function.handler.contains(char::is_whitespace) {
        let message = format!("`{}` is no handler: at most {LONGEST_HANDLER} characters, no blanks", function.handler);
        props.error("Handler", message, "name a file and what it exports, such as `index.handler`");
        return;
    }
    if function.snap_start != "None" && !runtime.has_snap_start() {
        let message = format!("`{}` has no SnapStart", runtime.name);
        props.error("SnapStart", message, "use Java 11, Python 3.12, .NET 8 or later, or take `SnapStart` out");
    }
    super::code::check_handler(props, function, runtime);
}
