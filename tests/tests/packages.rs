//! Packages from npm that people use in Workers, bundled and run. Skipped, with a line that says so, where no registry is reached.

use std::path::Path;

use greenroom_tests::{Project, Server};
use serde_json::json;

#[test]
fn common_packages_of_npm_do_what_they_are_for() {
    let project = Project::copy_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/packages"));
    if !project.install() {
        return;
    }
    let server = Server::start(&project, &[]);
    let expected = [
        ("/hono/world?shout=yes", json!({ "hello": "WORLD", "cookie": null })),
        ("/zod", json!({ "good": { "name": "a", "age": 5 }, "bad": [["age"], ["name"]] })),
        ("/itty-router/7", json!({ "id": "7" })),
        ("/uuid", json!({ "v5": "cfbff0d1-9375-5685-968c-48ce8b15ae17", "v4": true, "distinct": true })),
        ("/date-fns", json!({ "formatted": "2026-11-23 21:05", "days": 32, "parsed": "2026-02-28T00:00:00.000Z" })),
        ("/lodash", json!({ "grouped": { "1": [1.2, 1.9], "2": [2.5] }, "cloned": { "a": [{ "b": 1 }] }, "words": "fooBar" })),
        ("/marked", json!("<h1>Title</h1>\n<p>A <em>text</em> with <code>code</code>.</p>\n")),
        ("/jose", json!({ "subject": "user", "algorithm": "HS256", "forged": "JWSSignatureVerificationFailed" })),
    ];
    for (path, expected) in expected {
        let reply = server.get(path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        assert_eq!(reply.json(), expected, "{path}");
    }
}
