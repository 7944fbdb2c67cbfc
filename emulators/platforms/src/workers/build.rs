//! How the code of a Worker is bundled, and where it is to be served.

use std::path::Path;

use super::dotenv::set;
use super::settings::Settings;
use super::{entry, rules};
use crate::fields::Fields;
use crate::{Address, Bundling, LoadOptions};

/// Said where code imports a module of Node.js. <https://developers.cloudflare.com/workers/runtime-apis/nodejs/>
const NO_NODE: &str = "on Workers it comes with the compatibility flag `nodejs_compat`, which is not emulated yet: \
    the code fails when it is loaded. Use a web API or an npm package in its place";

/// What `wrangler` bundles every Worker with. <https://developers.cloudflare.com/workers/wrangler/bundling/>
pub(super) fn defaults() -> Bundling {
    let strings = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
    Bundling {
        conditions: strings(&["workerd", "worker", "browser"]),
        main_fields: strings(&["browser", "module", "main"]),
        externals: strings(&["cloudflare:*", "node:async_hooks"]),
        builtin_hint: Some(NO_NODE.to_owned()),
        module_rules: rules::defaults(),
        keep_names: true,
        ..Bundling::default()
    }
}

/// The defaults under what the configuration says.
pub(super) fn read(fields: &mut Fields<'_>, settings: &Settings<'_>, dir: &Path, options: &LoadOptions) -> Bundling {
    let mut bundling = defaults();
    if let Some(conditions) = options.process_env.get("WRANGLER_BUILD_CONDITIONS") {
        bundling.conditions = conditions.split(',').map(str::to_owned).collect();
    }
    bundling.module_rules = rules::read(fields, settings);
    bundling.define = defines(fields, settings, options);
    bundling.alias = settings.get("alias").map_or_else(Vec::new, |setting| fields.string_map(&setting.path, setting.node));
    bundling.tsconfig = string(fields, settings, "tsconfig").map(|path| entry::resolve(dir, &path));
    bundling.jsx_factory = string(fields, settings, "jsx_factory");
    bundling.jsx_fragment = string(fields, settings, "jsx_fragment");
    bundling.minify = boolean(fields, settings, "minify").unwrap_or(false);
    bundling.keep_names = boolean(fields, settings, "keep_names").unwrap_or(true);
    bundling.no_bundle = boolean(fields, settings, "no_bundle").unwrap_or(false);
    // Without bundling they are found unless that is switched off. <https://developers.cloudflare.com/workers/wrangler/bundling/>
    bundling.find_additional_modules = boolean(fields, settings, "find_additional_modules").unwrap_or(bundling.no_bundle);
    bundling.base_dir = string(fields, settings, "base_dir").map(|path| entry::resolve(dir, &path));
    if let (true, false, Some(setting)) = (bundling.find_additional_modules, bundling.no_bundle, settings.get("find_additional_modules")) {
        let message = format!("not emulated yet: `{}` (only modules that the entry module imports are there)", setting.path);
        fields.warn(setting.key_at, message, "import the modules, or take the code as it is with `no_bundle`");
    }
    bundling
}

/// `process.env.NODE_ENV` is that of this process, or `development`, unless `define` says otherwise.
fn defines(fields: &mut Fields<'_>, settings: &Settings<'_>, options: &LoadOptions) -> Vec<(String, String)> {
    const NODE_ENV: &[&str] = &["process.env.NODE_ENV", "global.process.env.NODE_ENV", "globalThis.process.env.NODE_ENV"];
    let mode = options.process_env.get("NODE_ENV").filter(|mode| !mode.is_empty()).map_or("development", String::as_str);
    let mode = serde_json::Value::from(mode).to_string();
    let mut all: Vec<(String, String)> = NODE_ENV.iter().map(|&name| (name.to_owned(), mode.clone())).collect();
    for (name, value) in settings.get("define").map_or_else(Vec::new, |setting| fields.string_map(&setting.path, setting.node)) {
        set(&mut all, &name, value);
    }
    all
}

/// `dev.ip` and `dev.port`.
pub(super) fn address(fields: &mut Fields<'_>, settings: &Settings<'_>) -> Address {
    const KNOWN: &[&str] = &[
        "ip",
        "port",
        "inspector_port",
        "inspector_ip",
        "local_protocol",
        "upstream_protocol",
        "host",
        "enable_containers",
        "container_engine",
        "generate_types",
    ];
    let Some(setting) = settings.get("dev") else { return Address::default() };
    let Some(dev) = fields.object(&setting.path, setting.node) else { return Address::default() };
    fields.unexpected(&setting.path, dev, KNOWN);
    let host = dev.get("ip").and_then(|node| fields.string("dev.ip", node)).map(str::to_owned);
    let port = dev.get("port").and_then(|node| fields.whole_number("dev.port", node, u64::from(u16::MAX)));
    Address { host, port: port.and_then(|port| u16::try_from(port).ok()) }
}

fn string(fields: &mut Fields<'_>, settings: &Settings<'_>, key: &str) -> Option<String> {
    settings.get(key).and_then(|setting| fields.string(&setting.path, setting.node).map(str::to_owned))
}

fn boolean(fields: &mut Fields<'_>, settings: &Settings<'_>, key: &str) -> Option<bool> {
    settings.get(key).and_then(|setting| fields.boolean(&setting.path, setting.node))
}
