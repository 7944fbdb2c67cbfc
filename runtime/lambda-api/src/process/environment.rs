//! The environment of a function's processes: what Lambda sets, what the user sets, and nothing of the operator's.
//! <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use greenroom_host::Function;

use super::spawn::{LOG_FD, MARKER};

/// Names the descriptor of log messages to the vendor's runtime clients.
pub(crate) const LOG_FD_VARIABLE: &str = "_LAMBDA_TELEMETRY_LOG_FD";

/// Where an instance is.
pub(crate) struct Place<'a> {
    /// `127.0.0.1:9001`
    pub(crate) api: &'a str,
    /// Its log stream.
    pub(crate) stream: &'a str,
    /// `on-demand`, `provisioned-concurrency`, `snap-start`.
    pub(crate) kind: &'a str,
    /// Its own folder for what is `/tmp` there.
    pub(crate) scratch: &'a Path,
    /// Whether processes find `/opt` and `/var/task` by these names.
    pub(crate) mounted: bool,
    /// The folder of our runtimes.
    pub(crate) runtime: &'a Path,
    /// The operator's folders of programs.
    pub(crate) path: &'a OsStr,
    /// What the operator gives every function unless it sets it itself.
    pub(crate) given: &'a [(String, String)],
}

/// The variables of the process that runs the handler. Of two of one name the last counts.
pub(crate) fn variables(function: &Function, place: &Place<'_>) -> Vec<(String, OsString)> {
    let mut all: Vec<(String, OsString)> = unreserved(place);
    all.extend(place.given.iter().map(|(name, value)| (name.clone(), value.into())));
    all.extend(
        function
            .environment
            .iter()
            .map(|(name, value)| (name.clone(), if place.mounted { value.into() } else { translated(function, value).into() })),
    );
    search_paths(function, place, &mut all);
    all.extend(reserved(function, place));
    all
}

/// What a function may set otherwise.
fn unreserved(place: &Place<'_>) -> Vec<(String, OsString)> {
    vec![
        ("LANG".to_owned(), OsString::from("en_US.UTF-8")),
        // What many programs take for their temporary files; where nothing is mounted, one that writes to `/tmp` itself is not bent by it.
        ("TMPDIR".to_owned(), place.scratch.into()),
        ("TZ".to_owned(), ":UTC".into()),
        ("AWS_XRAY_CONTEXT_MISSING".to_owned(), "LOG_ERROR".into()),
        ("AWS_XRAY_DAEMON_ADDRESS".to_owned(), "169.254.79.129:2000".into()),
    ]
}

/// What it may not.
fn reserved(function: &Function, place: &Place<'_>) -> Vec<(String, OsString)> {
    let json = if function.json_logs { "JSON" } else { "Text" };
    let mut all: Vec<(&str, OsString)> = vec![
        ("_HANDLER", (&function.handler).into()),
        ("AWS_REGION", (&function.region).into()),
        ("AWS_DEFAULT_REGION", (&function.region).into()),
        ("AWS_LAMBDA_FUNCTION_NAME", (&function.name).into()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory.to_string().into()),
        ("AWS_LAMBDA_FUNCTION_VERSION", (&function.version).into()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", place.kind.into()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", (&function.log_group).into()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", place.stream.into()),
        ("AWS_LAMBDA_LOG_FORMAT", json.into()),
        (MARKER, place.api.into()),
        ("LAMBDA_TASK_ROOT", (&function.code).into()),
        ("LAMBDA_RUNTIME_DIR", place.runtime.into()),
    ];
    if !function.runtime.starts_with("provided") && !function.runtime.starts_with("go") {
        all.push(("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", function.runtime).into()));
        all.push((LOG_FD_VARIABLE, LOG_FD.to_string().into()));
    }
    let mut all: Vec<_> = all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    all.extend(credentials(function, place));
    all
}

/// Keys that are none: the account's number, so that calls to services of this run belong to it. The operator's own are given if he
/// says so.
fn credentials(function: &Function, place: &Place<'_>) -> Vec<(String, OsString)> {
    let given = |name: &str| place.given.iter().any(|(given, _)| given == name);
    let all = [
        ("AWS_ACCESS_KEY_ID", &*function.account),
        ("AWS_ACCESS_KEY", &*function.account),
        ("AWS_SECRET_ACCESS_KEY", "greenroom"),
        ("AWS_SESSION_TOKEN", "greenroom"),
    ];
    let chosen = |name: &str| function.environment.iter().any(|(own, _)| own == name);
    all.iter().filter(|(name, _)| !given(name) && !chosen(name)).map(|(name, value)| ((*name).to_owned(), (*value).into())).collect()
}

/// Layers and the function's own folders, where programs, libraries and modules are looked for. What the user sets there comes first.
fn search_paths(function: &Function, place: &Place<'_>, all: &mut Vec<(String, OsString)>) {
    let code = &function.code;
    let opt = |below: &str| function.layers.iter().rev().map(|layer| layer.join(below)).filter(|path| path.exists()).collect::<Vec<_>>();
    let mut programs: Vec<PathBuf> = std::env::split_paths(place.path).collect();
    programs.extend(opt("bin"));
    add(all, "PATH", programs);
    add(all, "LD_LIBRARY_PATH", [vec![code.clone(), code.join("lib")], opt("lib")].concat());
    if function.runtime.starts_with("nodejs") {
        let major = function.runtime.trim_start_matches("nodejs").trim_end_matches(".x");
        let of_version = opt(&format!("nodejs/node{major}/node_modules"));
        add(all, "NODE_PATH", [of_version, opt("nodejs/node_modules"), vec![code.clone()]].concat());
    }
    if function.runtime.starts_with("python") {
        let of_version = opt(&format!("python/lib/{}/site-packages", function.runtime));
        let modules = [vec![code.clone()], function.search.clone(), opt("python"), of_version, vec![place.runtime.join("python")]];
        add(all, "PYTHONPATH", modules.concat());
    }
    if function.runtime.starts_with("ruby") {
        let version = function.runtime.trim_start_matches("ruby");
        // Bundler names the folder after the machine's Ruby, which need not be the function's.
        let bundles = std::fs::read_dir(code.join("vendor/bundle/ruby")).into_iter().flatten().flatten().map(|entry| entry.path());
        let bundles = std::iter::once(code.join(format!("vendor/bundle/ruby/{version}.0"))).chain(bundles).collect();
        add(all, "GEM_PATH", [bundles, opt(&format!("ruby/gems/{version}.0"))].concat());
        add(all, "RUBYLIB", [vec![code.clone()], opt("ruby/lib")].concat());
    }
}

/// Puts `paths` behind what `name` is already.
fn add(all: &mut Vec<(String, OsString)>, name: &str, paths: Vec<PathBuf>) {
    let chosen = all.iter().rev().find(|(other, _)| other == name).map(|(_, value)| value.clone());
    let chosen: Vec<PathBuf> = chosen.iter().flat_map(|value| std::env::split_paths(value).collect::<Vec<_>>()).collect();
    if let Ok(value) = std::env::join_paths(chosen.into_iter().chain(paths)) {
        all.push((name.to_owned(), value));
    }
}

/// The variables of an extension's process: those of the function, without what is its runtime's own.
pub(crate) fn of_extension(variables: &[(String, OsString)]) -> Vec<(String, OsString)> {
    const RUNTIME: &[&str] =
        &["AWS_EXECUTION_ENV", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_XRAY_CONTEXT_MISSING"];
    let theirs = |name: &str| name.starts_with('_') || RUNTIME.contains(&name);
    variables.iter().filter(|(name, _)| !theirs(name)).cloned().collect()
}

/// A user's value with the paths of Lambda's own places, `/opt` and `/var/task`, as they are here.
pub(crate) fn translated(function: &Function, value: &str) -> String {
    let here = |part: &str| {
        if let Some(below) = part.strip_prefix("/var/task") {
            return is_end(below).then(|| format!("{}{below}", function.code.display()));
        }
        let below = part.strip_prefix("/opt").filter(|below| is_end(below))?;
        let layer = function.layers.iter().rev().find(|layer| layer.join(below.trim_start_matches('/')).exists())?;
        Some(format!("{}{below}", layer.display()))
    };
    value.split(':').map(|part| here(part).unwrap_or_else(|| part.to_owned())).collect::<Vec<_>>().join(":")
}

fn is_end(below: &str) -> bool {
    below.is_empty() || below.starts_with('/')
}
