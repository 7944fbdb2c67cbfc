//! Every key of a Wrangler configuration, and what becomes of it here.
//!
//! The list follows the configuration schema that `wrangler` itself ships (`config-schema.json`), and the scopes its documentation:
//! <https://developers.cloudflare.com/workers/wrangler/configuration/>.

use Scope::{Inherited, PerEnvironment, TopLevel};

/// Where a key may stand, and whether an environment has it from the top level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// At the top level only; holds in every environment.
    TopLevel,
    /// An environment that does not set it has that of the top level.
    Inherited,
    /// An environment that does not set it goes without.
    PerEnvironment,
}

/// What is done with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// It is read.
    Used,
    /// It has no effect on a local run, or a part of it has and is listed in [`PARTS_NOT_EMULATED`]: no word about it.
    Irrelevant,
    /// A warning, with what is missing.
    NotEmulated(&'static str),
    /// An error: the vendor took it away. With what to do.
    Removed(&'static str),
}

/// Where under its key a binding is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Objects in an array.
    List,
    /// Objects in an array under this key of an object.
    ListIn(&'static str),
    /// One object.
    Single,
    /// An object: each of its keys is the name of a binding.
    Map,
}

/// How the bindings under a key are declared.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// What [`greenroom_host::BindingDecl::kind`] says.
    pub kind: &'static str,
    /// Where they stand.
    pub shape: Shape,
    /// The field that holds the name in the environment.
    pub name: &'static str,
    /// Whether the field may be missing, and nothing is bound then.
    pub optional: bool,
    /// The fields that may say which resource is meant, first match wins; without any it is the binding's own name.
    pub ids: &'static [&'static str],
    /// Whether there is a service behind it. One that is not gets a warning, and an error on first use.
    pub emulated: bool,
    /// All fields of a declaration, where others are to be warned of; empty where they are not checked.
    pub fields: &'static [&'static str],
}

/// A key of the configuration.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// As written in the file.
    pub name: &'static str,
    /// Where it may stand.
    pub scope: Scope,
    /// What is done with it.
    pub treatment: Treatment,
    /// How it declares bindings, if it does.
    pub binding: Option<Binding>,
}

const fn key(name: &'static str, scope: Scope, treatment: Treatment) -> Key {
    Key { name, scope, treatment, binding: None }
}

const fn used(name: &'static str, scope: Scope) -> Key {
    key(name, scope, Treatment::Used)
}

const fn irrelevant(name: &'static str, scope: Scope) -> Key {
    key(name, scope, Treatment::Irrelevant)
}

const fn not_emulated(name: &'static str, scope: Scope, missing: &'static str) -> Key {
    key(name, scope, Treatment::NotEmulated(missing))
}

const fn binding(name: &'static str, kind: &'static str, shape: Shape, ids: &'static [&'static str]) -> Key {
    let binding = Binding { kind, shape, name: "binding", optional: false, ids, emulated: false, fields: &[] };
    Key { name, scope: PerEnvironment, treatment: Treatment::Used, binding: Some(binding) }
}

impl Key {
    const fn with(self, binding: Binding) -> Self {
        Self { binding: Some(binding), ..self }
    }

    const fn declares(self) -> Binding {
        self.binding.expect("only for keys made by `binding`")
    }

    const fn named_by(self, field: &'static str) -> Self {
        self.with(Binding { name: field, ..self.declares() })
    }

    const fn emulated(self, fields: &'static [&'static str]) -> Self {
        self.with(Binding { emulated: true, fields, ..self.declares() })
    }

    const fn scoped(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }
}

const KV_FIELDS: &[&str] = &["binding", "id", "preview_id", "remote"];

const SERVICE_FIELDS: &[&str] = &["binding", "service", "environment", "entrypoint", "props", "remote"];

const D1_FIELDS: &[&str] = &[
    "binding",
    "database_name",
    "database_id",
    "preview_database_id",
    "migrations_dir",
    "migrations_table",
    "migrations_pattern",
    "database_internal_env",
    "jurisdiction",
    "remote",
];

/// Static assets are a key of their own and may be bound as well.
const ASSETS: Binding =
    Binding { kind: "assets", shape: Shape::Single, name: "binding", optional: true, ids: &[], emulated: false, fields: &[] };

/// All keys, in the order of the schema.
pub const KEYS: &[Key] = &[
    irrelevant("$schema", TopLevel),
    used("env", TopLevel),
    used("name", Inherited),
    irrelevant("account_id", Inherited),
    used("compatibility_date", Inherited),
    used("compatibility_flags", Inherited),
    used("main", Inherited),
    used("find_additional_modules", Inherited),
    irrelevant("preserve_file_names", Inherited),
    used("base_dir", Inherited),
    irrelevant("workers_dev", Inherited),
    irrelevant("preview_urls", Inherited),
    used("routes", Inherited),
    used("route", Inherited),
    used("tsconfig", Inherited),
    used("jsx_factory", Inherited),
    used("jsx_fragment", Inherited),
    irrelevant("migrations", Inherited),
    not_emulated("exports", Inherited, "the exports it configures run as plain exports"),
    used("triggers", Inherited),
    used("limits", Inherited),
    used("rules", Inherited),
    irrelevant("build", Inherited),
    used("no_bundle", Inherited),
    used("minify", Inherited),
    used("keep_names", Inherited),
    irrelevant("first_party_worker", Inherited),
    binding("logfwdr", "logfwdr", Shape::ListIn("bindings"), &["destination"]).named_by("name").scoped(Inherited),
    irrelevant("logpush", Inherited),
    irrelevant("upload_source_maps", Inherited),
    irrelevant("placement", Inherited),
    not_emulated("assets", Inherited, "static files are not served").with(ASSETS),
    irrelevant("observability", Inherited),
    irrelevant("access", Inherited),
    irrelevant("cache", Inherited),
    irrelevant("compliance_region", Inherited),
    irrelevant("python_modules", Inherited),
    irrelevant("previews", Inherited),
    used("define", PerEnvironment),
    used("vars", PerEnvironment),
    used("secrets", PerEnvironment),
    binding("durable_objects", "durable_object", Shape::ListIn("bindings"), &["class_name"]).named_by("name"),
    binding("workflows", "workflow", Shape::List, &["name"]),
    irrelevant("cloudchamber", PerEnvironment),
    not_emulated("containers", PerEnvironment, "no container is started"),
    binding("kv_namespaces", "kv_namespace", Shape::List, &["preview_id", "id"]).emulated(KV_FIELDS),
    binding("send_email", "send_email", Shape::List, &[]).named_by("name"),
    binding("queues", "queue_producer", Shape::ListIn("producers"), &["queue"]),
    not_emulated("connect", PerEnvironment, "no TCP port is opened for the `connect` handler"),
    binding("r2_buckets", "r2_bucket", Shape::List, &["preview_bucket_name", "bucket_name"]),
    binding("d1_databases", "d1_database", Shape::List, &["preview_database_id", "database_id"]).emulated(D1_FIELDS),
    binding("vectorize", "vectorize", Shape::List, &["index_name"]),
    binding("ai_search_namespaces", "ai_search_namespace", Shape::List, &["namespace"]),
    binding("ai_search", "ai_search", Shape::List, &["instance_name"]),
    binding("agent_memory", "agent_memory", Shape::List, &["namespace"]),
    binding("websearch", "websearch", Shape::Single, &[]),
    binding("hyperdrive", "hyperdrive", Shape::List, &["id"]),
    binding("services", "service", Shape::List, &["service"]).emulated(SERVICE_FIELDS),
    binding("analytics_engine_datasets", "analytics_engine_dataset", Shape::List, &["dataset"]),
    binding("analytics", "analytics", Shape::Single, &[]),
    binding("browser", "browser", Shape::Single, &[]),
    binding("ai", "ai", Shape::Single, &[]),
    binding("images", "images", Shape::Single, &[]),
    binding("media", "media", Shape::Single, &[]),
    binding("stream", "stream", Shape::Single, &[]),
    binding("version_metadata", "version_metadata", Shape::Single, &[]),
    binding("unsafe", "unsafe_binding", Shape::ListIn("bindings"), &[]).named_by("name"),
    binding("mtls_certificates", "mtls_certificate", Shape::List, &["certificate_id"]),
    not_emulated("tail_consumers", PerEnvironment, "no tail event is delivered to them"),
    not_emulated("streaming_tail_consumers", PerEnvironment, "no tail event is delivered to them"),
    binding("dispatch_namespaces", "dispatch_namespace", Shape::List, &["namespace"]),
    binding("pipelines", "pipeline", Shape::List, &["stream", "pipeline"]),
    binding("k2", "k2", Shape::List, &["stream"]),
    binding("secrets_store_secrets", "secrets_store_secret", Shape::List, &["secret_name"]),
    binding("artifacts", "artifacts", Shape::List, &["namespace"]),
    binding("unsafe_hello_world", "unsafe_hello_world", Shape::List, &[]),
    binding("flagship", "flagship", Shape::List, &["app_id"]),
    binding("ratelimits", "ratelimit", Shape::List, &["namespace_id"]).named_by("name"),
    binding("worker_loaders", "worker_loader", Shape::List, &[]),
    binding("vpc_services", "vpc_service", Shape::List, &["service_id"]),
    binding("vpc_networks", "vpc_network", Shape::List, &["network_id", "tunnel_id"]),
    irrelevant("pages_build_output_dir", TopLevel),
    irrelevant("send_metrics", TopLevel),
    irrelevant("dependencies_instrumentation", TopLevel),
    used("dev", TopLevel),
    not_emulated("site", TopLevel, "static files are not served"),
    binding("wasm_modules", "wasm_module", Shape::Map, &[]).scoped(TopLevel),
    binding("text_blobs", "text_blob", Shape::Map, &[]).scoped(TopLevel),
    binding("data_blobs", "data_blob", Shape::Map, &[]).scoped(TopLevel),
    used("alias", TopLevel),
    irrelevant("keep_vars", TopLevel),
    irrelevant("addresses", TopLevel),
    key("legacy_env", TopLevel, Treatment::Removed("remove it: each environment is a Worker of its own, as with `legacy_env = true`")),
    key("node_compat", Inherited, Treatment::Removed("use the compatibility flag `nodejs_compat` in its place")),
];

/// A part of a key that is not emulated while the rest of the key is fine.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// The key of the configuration.
    pub key: &'static str,
    /// The key below it.
    pub part: &'static str,
    /// What is missing.
    pub missing: &'static str,
}

/// Parts of keys that are not emulated.
pub const PARTS_NOT_EMULATED: &[Part] = &[
    Part { key: "queues", part: "consumers", missing: "no batch is delivered to the `queue` handler" },
    Part { key: "triggers", part: "events", missing: "no event is delivered" },
    Part { key: "build", part: "command", missing: "the command is not run before bundling" },
    Part { key: "access", part: "dev", missing: "`ctx.access` is not there" },
    Part { key: "cache", part: "enabled", missing: "no response is cached in front of the Worker" },
];

/// The entry of `name` in [`KEYS`].
#[must_use]
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_stands_twice() {
        let mut names: Vec<_> = KEYS.iter().map(|key| key.name).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    /// As `wrangler` validates an environment: which keys it has from the top level.
    /// <https://github.com/cloudflare/workers-sdk/blob/main/packages/workers-utils/src/config/validation.ts>
    #[test]
    fn environments_inherit_what_the_vendor_says() {
        const OF_THE_TOP_LEVEL_ALONE: &[&str] = &[
            "$schema",
            "env",
            "pages_build_output_dir",
            "send_metrics",
            "dependencies_instrumentation",
            "dev",
            "site",
            "wasm_modules",
            "text_blobs",
            "data_blobs",
            "alias",
            "keep_vars",
            "addresses",
            "legacy_env",
        ];
        const NOT_INHERITED: &[&str] = &[
            "vars",
            "secrets",
            "define",
            "durable_objects",
            "workflows",
            "kv_namespaces",
            "cloudchamber",
            "containers",
            "send_email",
            "queues",
            "connect",
            "r2_buckets",
            "d1_databases",
            "vectorize",
            "ai_search_namespaces",
            "ai_search",
            "websearch",
            "agent_memory",
            "hyperdrive",
            "services",
            "analytics_engine_datasets",
            "dispatch_namespaces",
            "mtls_certificates",
            "tail_consumers",
            "streaming_tail_consumers",
            "unsafe",
            "browser",
            "ai",
            "images",
            "stream",
            "media",
            "pipelines",
            "secrets_store_secrets",
            "artifacts",
            "unsafe_hello_world",
            "flagship",
            "worker_loaders",
            "ratelimits",
            "vpc_services",
            "vpc_networks",
            "version_metadata",
        ];
        for name in NOT_INHERITED.iter().chain(OF_THE_TOP_LEVEL_ALONE) {
            assert!(find(name).is_some(), "{name} is not in the table");
        }
        for key in KEYS {
            let expected = if OF_THE_TOP_LEVEL_ALONE.contains(&key.name) {
                TopLevel
            } else if NOT_INHERITED.contains(&key.name) {
                PerEnvironment
            } else {
                Inherited
            };
            // Keys that the vendor's validation does not list by name are judged above all by its documentation.
            if !["analytics", "k2"].contains(&key.name) {
                assert_eq!(key.scope, expected, "{}", key.name);
            }
        }
    }

    #[test]
    fn each_part_belongs_to_a_key() {
        assert!(PARTS_NOT_EMULATED.iter().all(|part| find(part.key).is_some()));
    }

    #[test]
    fn bindings_are_per_environment_unless_the_vendor_says_otherwise() {
        let others: Vec<_> = KEYS.iter().filter(|key| key.binding.is_some() && key.scope != PerEnvironment).map(|key| key.name).collect();
        assert_eq!(others, ["logfwdr", "assets", "wasm_modules", "text_blobs", "data_blobs"]);
    }

    #[test]
    fn kinds_are_unique() {
        let mut kinds: Vec<_> = KEYS.iter().filter_map(|key| key.binding).map(|binding| binding.kind).collect();
        kinds.sort_unstable();
        let all = kinds.len();
        kinds.dedup();
        assert_eq!(kinds.len(), all);
    }
}
