//! What a guest is told of Workers, in JavaScript: a file for each part, a line here for each file.

/// Name and text of each script, in the order in which they run: the first makes what the others add to, the last the platform.
pub(super) const SCRIPTS: &[(&str, &str)] = &[
    ("parts", include_str!("parts.js")),
    ("words", include_str!("words.js")),
    ("console", include_str!("console.js")),
    ("scope", include_str!("scope.js")),
    ("internal", include_str!("internal.js")),
    ("identity", include_str!("identity.js")),
    ("compression", include_str!("compression.js")),
    ("readers", include_str!("readers.js")),
    ("bodies", include_str!("bodies.js")),
    ("form_data", include_str!("form_data.js")),
    ("headers", include_str!("headers.js")),
    ("requests", include_str!("requests.js")),
    ("globals", include_str!("globals.js")),
    ("event_target", include_str!("event_target.js")),
    ("message_channel", include_str!("message_channel.js")),
    ("timers", include_str!("timers.js")),
    ("async_hooks", include_str!("async_hooks.js")),
    ("crypto_keys", include_str!("crypto_keys.js")),
    ("crypto_import", include_str!("crypto_import.js")),
    ("crypto_signing", include_str!("crypto_signing.js")),
    ("crypto", include_str!("crypto.js")),
    ("digest_stream", include_str!("digest_stream.js")),
    ("code_generation", include_str!("code_generation.js")),
    ("request", include_str!("request.js")),
    ("body_class", include_str!("body_class.js")),
    ("fetch", include_str!("fetch.js")),
    ("websocket", include_str!("websocket.js")),
    ("websocket_wire", include_str!("websocket_wire.js")),
    ("websocket_response", include_str!("websocket_response.js")),
    ("event_source", include_str!("event_source.js")),
    ("constructors", include_str!("constructors.js")),
    ("guards", include_str!("guards.js")),
    ("compatibility", include_str!("compatibility.js")),
    ("missing", include_str!("missing.js")),
    ("codec", include_str!("codec.js")),
    ("stubs", include_str!("stubs.js")),
    ("signals", include_str!("signals.js")),
    ("targets", include_str!("targets.js")),
    ("service", include_str!("service.js")),
    ("context", include_str!("context.js")),
    ("cloning", include_str!("cloning.js")),
    ("inspection", include_str!("inspection.js")),
    ("events", include_str!("events.js")),
    ("scheduled", include_str!("scheduled.js")),
    ("top_level", include_str!("top_level.js")),
    ("worker", include_str!("worker.js")),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::SCRIPTS;

    #[test]
    fn every_script_is_in_the_table() {
        let folder = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells tests their folder")).join("src/workers/script");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let files: BTreeSet<_> = files.filter_map(|file| file.strip_suffix(".js").map(str::to_owned)).collect();
        assert_eq!(files, SCRIPTS.iter().map(|(name, _)| (*name).to_owned()).collect());
    }
}
