//! How the guests of an app are started, and the code that their engine has compiled.

use std::path::PathBuf;

use greenroom_host::{Host, LimitOverrides, Limits, Profile};
use greenroom_supervisor::GuestCommand;

/// How guests of this program are started.
pub(crate) fn guest_command(profile: Profile, cache: Option<PathBuf>) -> GuestCommand {
    command(Limits::of(profile, LimitOverrides::default()).heap_bytes, cache)
}

/// How those of functions are started: what memory each may use is watched by who calls it.
pub(crate) fn function_guest_command(cache: Option<PathBuf>) -> GuestCommand {
    command(FUNCTION_HEAP, cache)
}

/// As much as an engine's heap can be.
const FUNCTION_HEAP: usize = 4 << 30;

fn command(heap: usize, cache: Option<PathBuf>) -> GuestCommand {
    let mut environment = Vec::new();
    match cache {
        // The engine compiles code once and keeps the result here, not in a folder of the user's home.
        Some(folder) => environment.push((greenroom_js::CODE_CACHE.into(), folder.into_os_string())),
        None => environment.push(("V82JSC_NO_BC_CACHE".into(), "1".into())),
    }
    GuestCommand {
        // The running program itself, also after its file was replaced by a newer build.
        program: PathBuf::from("/proc/self/exe"),
        arguments: vec!["guest".into(), "js".into(), "--heap-bytes".into(), heap.to_string().into()],
        environment,
    }
}

/// Where the engine keeps the code that it has compiled.
pub(crate) fn code_cache(host: &Host) -> Option<PathBuf> {
    host.data_dir().map(|folder| folder.join("cache/code"))
}

/// Every version leaves its compiled code behind; what has become large is thrown away, since it is made again in milliseconds.
pub(crate) fn prune(folder: Option<&std::path::Path>) {
    const LARGE: u64 = 64 * 1024 * 1024;
    let Some(entries) = folder.and_then(|folder| std::fs::read_dir(folder).ok()) else { return };
    let size: u64 = entries.flatten().filter_map(|entry| Some(entry.metadata().ok()?.len())).sum();
    if let (true, Some(folder)) = (size > LARGE, folder) {
        let _ = std::fs::remove_dir_all(folder);
    }
}
