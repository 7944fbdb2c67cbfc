use super::Folder;
use greenroom_host::{BindingDecl, Position};
use serde_json::json;

fn bindings(keys: &str) -> Vec<BindingDecl> {
    Folder::with(keys).project().app.bindings
}

#[test]
fn kv_namespaces() {
    let declared = bindings(
        "\"kv_namespaces\": [\n{ \"binding\": \"A\", \"id\": \"live\", \"preview_id\": \"preview\" },\n  { \"binding\": \"B\", \"id\": \"live\" }, \
         { \"binding\": \"$c_1\" }]",
    );
    let ids: Vec<_> = declared.iter().map(|binding| (binding.name.as_str(), binding.id.as_str())).collect();
    assert_eq!(ids, [("A", "preview"), ("B", "live"), ("$c_1", "$c_1")]);
    assert!(declared.iter().all(|binding| binding.kind == "kv_namespace" && binding.file.ends_with("wrangler.jsonc")));
    assert_eq!(declared[1].position, Some(Position { line: 7, column: 3 }));
    assert_eq!(declared[0].config, json!({ "binding": "A", "id": "live", "preview_id": "preview" }));
}

#[test]
fn d1_databases() {
    let declared = bindings(
        r#""d1_databases": [{ "binding": "A", "database_name": "a", "database_id": "live", "preview_database_id": "preview" },
           { "binding": "B", "database_name": "b", "migrations_dir": "sql", "migrations_table": "t" }]"#,
    );
    let ids: Vec<_> = declared.iter().map(|binding| (binding.kind.as_str(), binding.id.as_str())).collect();
    assert_eq!(ids, [("d1_database", "preview"), ("d1_database", "B")]);
    let migrations = |index: usize| (declared[index].config["migrations_dir"].clone(), declared[index].config["migrations_table"].clone());
    assert_eq!(migrations(0), (json!(null), json!(null)));
    assert_eq!(migrations(1), (json!("sql"), json!("t")));
}

#[test]
fn migration_patterns() {
    let database = |fields: &str| Folder::with(&format!("\"d1_databases\": [{{ \"binding\": \"DB\",\n{fields} }}]"));
    let missing = "wrangler.jsonc:6:19 warning: `d1_databases[0].migrations_dir` names a folder that is not there: `./db/sql` \
                   -> create the folder, or point it at the one with the `.sql` files";
    assert_eq!(database(r#""migrations_dir": "./db/sql", "migrations_pattern": "db/sql/**/*.sql""#).warnings(), [missing]);
    let expected = "wrangler.jsonc:6:1 error: `d1_databases[0].migrations_pattern` is there, but `d1_databases[0].migrations_dir` is not \
                    -> add `migrations_dir`, the folder that the pattern starts with";
    assert_eq!(database(r#""migrations_pattern": "db/*.sql""#).problems(), [expected]);
    let expected = "wrangler.jsonc:6:47 error: `d1_databases[0].migrations_pattern` must start with `db/`, which `migrations_dir` names, \
                    not be `sql/*.sql` -> use a pattern such as `db/*.sql`";
    assert_eq!(database(r#""migrations_dir": "db", "migrations_pattern": "sql/*.sql""#).problems()[0], expected);
}

#[test]
fn fields_of_declarations() {
    let folder = Folder::with(
        "\"kv_namespaces\": [\n{ \"binding\": \"A\", \"id\": \"\" },\n{ \"id\": \"x\" },\n{ \"binding\": 1 },\n7,\n{ \"binding\": \"B\", \"Id\": \"x\", \"remote\": true }]",
    );
    let expected = [
        "wrangler.jsonc:6:25 error: `kv_namespaces[0].id` is empty -> give it the id of a resource, or any other text, or remove it",
        "wrangler.jsonc:7:1 error: `kv_namespaces[1]` has no `binding`: the name by which the code finds it \
         -> add `binding` with a name such as `MY_BINDING`",
        "wrangler.jsonc:8:14 error: `kv_namespaces[2].binding` must be a string, not `1` \
         -> make `kv_namespaces[2].binding` a string, or remove it",
        "wrangler.jsonc:9:1 error: `kv_namespaces[3]` must be an object, not `7` -> make `kv_namespaces[3]` an object, or remove it",
        "wrangler.jsonc:10:19 warning: `Id` is not a key of `kv_namespaces[4]`; it is ignored -> did you mean `id`?",
        "wrangler.jsonc:10:30 warning: not emulated yet: `kv_namespaces[4].remote` (the local resource is used) -> remove `remote`",
    ];
    assert_eq!(folder.problems(), expected);
}

#[test]
fn names_that_are_no_identifiers() {
    for name in ["my-kv", "1st", "", "a b", "é"] {
        let folder = Folder::with(&format!("\"kv_namespaces\": [{{ \"binding\": \"{name}\" }}]"));
        let expected = format!(
            "wrangler.jsonc:5:32 error: `kv_namespaces[0].binding` must be a JavaScript identifier, not `{name}` \
             -> use letters, digits and `_`, no digit first, such as `MY_BINDING`"
        );
        assert_eq!(folder.problems(), [expected]);
    }
}

#[test]
fn unsafe_bindings_may_have_any_name() {
    assert_eq!(bindings(r#""unsafe": { "bindings": [{ "name": "my-worker", "type": "x" }] }"#)[0].name, "my-worker");
}

#[test]
fn two_bindings_of_one_name() {
    let folder = Folder::with(
        "\"d1_databases\": [{ \"binding\": \"DATA\" }],\n\"kv_namespaces\": [{ \"binding\": \"DATA\" },\n{ \"binding\": \"DATA\" }],\n\
         \"vars\": { \"DATA\": \"x\" },\n\"secrets\": { \"required\": [\"DATA\"] }",
    );
    let taken = |place: &str, by: &str| {
        format!(
            "wrangler.jsonc:{place} error: the name `DATA` is taken twice: by `d1_databases[0]` at wrangler.jsonc:5:31, and here by `{by}` \
             -> give one of the two another name"
        )
    };
    let expected = [
        taken("6:32", "kv_namespaces[0]"),
        taken("7:14", "kv_namespaces[1]"),
        taken("8:11", "vars.DATA"),
        taken("9:27", "secrets.required[0]"),
    ];
    assert_eq!(folder.problems()[..4], expected);
}

#[test]
fn kinds_that_are_not_emulated() {
    let folder = Folder::with(
        r#""r2_buckets": [{ "binding": "BUCKET", "bucket_name": "b" }],
"queues": { "producers": [{ "binding": "QUEUE", "queue": "q" }], "consumers": [{ "queue": "q" }] },
"durable_objects": { "bindings": [{ "name": "ROOM", "class_name": "Room" }] }, "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Room"] }],
"services": [{ "binding": "AUTH", "service": "auth" }], "ai": { "binding": "AI" }, "text_blobs": { "TEXT": "a.txt" },
"assets": { "directory": "public", "binding": "ASSETS" }, "triggers": { "crons": ["* * * * *"] }, "unsafe": { "metadata": {} },
"ratelimits": [{ "name": "LIMIT", "namespace_id": "1", "simple": { "limit": 1, "period": 10 } }], "tail_consumers": []"#,
    );
    let declared: Vec<_> =
        folder.project().app.bindings.iter().map(|binding| format!("{} {} {}", binding.kind, binding.name, binding.id)).collect();
    let expected = [
        "assets ASSETS ASSETS",
        "durable_object ROOM Room",
        "queue_producer QUEUE q",
        "r2_bucket BUCKET b",
        "service AUTH auth",
        "ai AI AI",
        "ratelimit LIMIT 1",
        "text_blob TEXT TEXT",
    ];
    assert_eq!(declared, expected);
    let expected = [
        "wrangler.jsonc:9:1 warning: not emulated yet: `assets` (static files are not served)",
        "wrangler.jsonc:6:66 warning: not emulated yet: `queues.consumers` (no batch is delivered to the `queue` handler)",
        "wrangler.jsonc:9:47 warning: not emulated yet: the binding `ASSETS` (`assets`); using it is an error",
        "wrangler.jsonc:7:45 warning: not emulated yet: the binding `ROOM` (`durable_objects.bindings[0]`); using it is an error",
        "wrangler.jsonc:6:40 warning: not emulated yet: the binding `QUEUE` (`queues.producers[0]`); using it is an error",
        "wrangler.jsonc:5:29 warning: not emulated yet: the binding `BUCKET` (`r2_buckets[0]`); using it is an error",
        "wrangler.jsonc:8:76 warning: not emulated yet: the binding `AI` (`ai`); using it is an error",
        "wrangler.jsonc:10:26 warning: not emulated yet: the binding `LIMIT` (`ratelimits[0]`); using it is an error",
        "wrangler.jsonc:8:100 warning: not emulated yet: the binding `TEXT` (`text_blobs.TEXT`); using it is an error",
    ];
    assert_eq!(folder.warnings(), expected);
}

#[test]
fn a_declaration_in_toml_knows_its_place() {
    let folder = Folder::new(&[(
        "wrangler.toml",
        "main = \"src/index.ts\"\ncompatibility_date = \"2026-01-01\"\n[[kv_namespaces]]\nbinding = \"A\"\n\n[[kv_namespaces]]\nbinding = \"A\"\n",
    )]);
    let expected = "wrangler.toml:7:11 error: the name `A` is taken twice: by `kv_namespaces[0]` at wrangler.toml:4:11, \
                    and here by `kv_namespaces[1]` -> give one of the two another name";
    assert_eq!(folder.problems(), [expected]);
    folder.write("wrangler.toml", "main = \"src/index.ts\"\nkv_namespaces = [\n  { binding = \"A\" },\n]\n");
    assert_eq!(folder.project().app.bindings[0].position, Some(Position { line: 3, column: 3 }));
}

#[test]
fn services() {
    let folder = Folder::with(
        "\"services\": [{ \"binding\": \"AUTH\", \"service\": \"auth\", \"entrypoint\": \"Admin\", \"props\": { \"a\": [1] } }]",
    );
    let app = folder.project().app;
    assert!(app.warnings.is_empty());
    assert_eq!((app.bindings[0].kind.as_str(), app.bindings[0].id.as_str()), ("service", "auth"));
    assert_eq!(app.bindings[0].config["props"], serde_json::json!({ "a": [1] }));
    let wrong =
        Folder::with("\"services\": [{ \"binding\": \"A\" },\n{ \"binding\": \"B\", \"service\": \"b\", \"props\": 1 }]").problems();
    assert_eq!(
        wrong,
        [
            "wrangler.jsonc:5:14 error: `services[0]` has no `service`: the name of the Worker that it is for \
             -> add `service` with the `name` of that Worker",
            "wrangler.jsonc:6:44 error: `services[1].props` must be an object, not `1` -> make `services[1].props` an object, or remove it",
        ]
    );
}
