//! The modules that Node.js has built in.

/// Their names without `node:` (<https://nodejs.org/api/modules.html#built-in-modules>), subpaths by their first part.
const BUILTINS: &[&str] = &[
    "assert",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "domain",
    "events",
    "fs",
    "http",
    "http2",
    "https",
    "inspector",
    "module",
    "net",
    "os",
    "path",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "repl",
    "stream",
    "string_decoder",
    "sys",
    "timers",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

/// The specifier with `node:` in front if it names a built-in module of Node.js, with or without the prefix.
pub(crate) fn builtin(specifier: &str) -> Option<String> {
    // Some exist under the prefix only (`node:sqlite`, `node:test`), and new ones come: whoever writes the prefix means Node.js.
    if specifier.starts_with("node:") {
        return Some(specifier.to_string());
    }
    // A trailing slash (`punycode/`) asks for the npm package of that name.
    let name = specifier.split_once('/').map_or(specifier, |(name, _)| name);
    (!specifier.ends_with('/') && BUILTINS.binary_search(&name).is_ok()).then(|| format!("node:{specifier}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted() {
        assert!(BUILTINS.is_sorted());
    }

    #[test]
    fn builtins_are_known_with_and_without_the_prefix() {
        assert_eq!(builtin("fs").as_deref(), Some("node:fs"));
        assert_eq!(builtin("fs/promises").as_deref(), Some("node:fs/promises"));
        assert_eq!(builtin("node:sqlite").as_deref(), Some("node:sqlite"));
        assert_eq!(builtin("punycode/"), None);
        assert_eq!(builtin("fs-extra"), None);
        assert_eq!(builtin("hono"), None);
    }
}
