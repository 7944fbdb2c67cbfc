//! Cloudflare Workers: the folder of a Worker as `wrangler` reads it.
//!
//! # Which file
//!
//! `wrangler.json`, else `wrangler.jsonc`, else `wrangler.toml`, as `wrangler` looks for them. Both JSON files may hold comments and trailing
//! commas. Every key that `wrangler` knows is in one table, [`keys`], which says what becomes of it here: it is used, it has no effect
//! on a local run and is accepted silently, or it is not emulated yet, which is a warning. A key that is not in the table is a warning too.
//!
//! # Environments
//!
//! `--env` or `CLOUDFLARE_ENV` chooses a section `env.<name>`. Some keys of the top level hold there too unless the section sets them;
//! bindings, `vars`, `define` and `secrets` do not, and a warning says so where the top level has them and the section has not.
//! A name taken from the top level gets `-<environment>` appended.
//! <https://developers.cloudflare.com/workers/wrangler/environments/>
//!
//! # Variables
//!
//! `vars`, overridden by the first of these that is there:
//!
//! 1. `.dev.vars.<environment>`, or else `.dev.vars`;
//! 2. `.env`, `.env.local`, `.env.<environment>`, `.env.<environment>.local`, each overriding those before it, with `${NAME}` expanded;
//!    `CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV=false` leaves them out, `CLOUDFLARE_INCLUDE_PROCESS_ENV=true` adds the process environment.
//!
//! Files that `--env-file` names are read in place of all of these, by the rules of `.env`; what `--var` gives counts before any file, and before
//! bindings.
//!
//! With `secrets.required`, only names listed there, or that are in `vars`, are taken from these files, and missing ones are warned of.
//! <https://developers.cloudflare.com/workers/configuration/secrets/>
//!
//! # Triggers
//!
//! `triggers.crons` are cron expressions in Cloudflare's own rules; one that deploying would refuse is an error.
//!
//! # Bindings
//!
//! Each declared binding becomes a [`greenroom_host::BindingDecl`], whether its kind is emulated or not: using one that is not is an
//! error that names it, having one is not. Its id is the one that `wrangler dev` keeps local state under: `preview_id`, else `id`, else the
//! name of the binding for a KV namespace, and likewise `preview_database_id`, `database_id` for a D1 database.

mod bindings;
mod build;
mod date;
mod dotenv;
mod edge;
mod entry;
mod env_files;
mod expand;
pub mod keys;
mod limits;
mod load;
mod rules;
mod script;
mod settings;
#[cfg(test)]
mod tests;
mod triggers;
mod vars;
mod zone;

use std::path::Path;

use greenroom_host::geo::Edge;
use greenroom_host::test_path::TestPath;
use greenroom_host::{Diagnostic, EventKind, Timestamp, Words};

use crate::{Bundling, LoadOptions, Platform, Project, VendorLimits};

/// The names of the configuration file, the one that wins first.
const CONFIG_FILES: &[&str] = &["wrangler.json", "wrangler.jsonc", "wrangler.toml"];

/// The Workers platform.
#[derive(Debug, Clone, Copy)]
pub struct Workers;

impl Platform for Workers {
    fn name(&self) -> &'static str {
        "workers"
    }

    fn config_files(&self) -> &'static [&'static str] {
        CONFIG_FILES
    }

    fn bundling(&self) -> Bundling {
        build::defaults()
    }

    fn scripts(&self) -> &'static [(&'static str, &'static str)] {
        script::SCRIPTS
    }

    fn edge(&self) -> &'static dyn Edge {
        &edge::CloudflareEdge
    }

    fn words(&self) -> Words {
        Words {
            cpu: "Worker exceeded CPU time limit.",
            memory: "Worker exceeded memory limit.",
            subrequests: "Too many subrequests by single Worker invocation. To configure this limit, refer to \
                          https://developers.cloudflare.com/workers/wrangler/configuration/#limits",
            service_calls: "Too many API requests by single Worker invocation. To configure this limit, refer to \
                            https://developers.cloudflare.com/workers/wrangler/configuration/#limits",
            server: "cloudflare",
        }
    }

    fn limits(&self) -> &'static VendorLimits {
        &limits::LIMITS
    }

    fn test_paths(&self) -> &'static [TestPath] {
        triggers::TEST_PATHS
    }

    fn tick(&self, cron: &str, at: Timestamp) -> serde_json::Value {
        triggers::tick(cron, at)
    }

    fn check(&self, kind: EventKind, data: &serde_json::Value) -> Result<(), String> {
        if kind == EventKind::CronTick { triggers::check(data) } else { Ok(()) }
    }

    fn load_project(&self, dir: &Path, options: &LoadOptions) -> Result<Project, Vec<Diagnostic>> {
        load::load(dir, options)
    }
}
