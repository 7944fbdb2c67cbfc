//! Which namespace a command means, found as wrangler finds it, with its texts.

use clap::Args;
use greenroom_host::{BindingDecl, Diagnostic};
use greenroom_kv::{KvError, KvNamespace};

use crate::commands::local::{Local, Preview, exactly_one, failed};

/// The namespace's kind in configurations.
pub(super) const KIND: &str = "kv_namespace";

/// Options that say which namespace.
#[derive(Debug, Args)]
pub(crate) struct Target {
    /// The binding name of the namespace
    #[arg(long, value_name = "NAME")]
    binding: Option<String>,
    /// The id of the namespace
    #[arg(long, value_name = "ID")]
    namespace_id: Option<String>,
    #[command(flatten)]
    preview: Preview,
}

/// A namespace, open.
pub(super) struct Found {
    pub(super) namespace: KvNamespace,
    pub(super) id: String,
    /// How people are told of it.
    pub(super) name: String,
}

/// What `--preview` means where it is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsaid {
    /// The one that is not for preview.
    Production,
    /// An error, if there are both.
    Ask,
}

impl Target {
    /// Opens the namespace.
    pub(super) fn open(&self, local: &Local, unsaid: Unsaid) -> Result<Found, Vec<Diagnostic>> {
        let given = |option: &Option<String>| option.as_ref().is_some_and(|text| !text.is_empty());
        exactly_one(&[("--binding", given(&self.binding)), ("--namespace-id", given(&self.namespace_id))])?;
        let (id, name) = match (&self.namespace_id, &self.binding) {
            (Some(id), _) if !id.is_empty() => (id.clone(), format!("id: \"{id}\"")),
            (_, binding) => {
                let binding = binding.as_deref().unwrap_or_default();
                let id = id_of(local, binding, self.preview.get().or((unsaid == Unsaid::Production).then_some(false)))?;
                let name = format!("binding: \"{binding}\" (id: \"{id}\")");
                (id, name)
            }
        };
        let namespace = KvNamespace::open(&local.host, &id).map_err(|error| vec![error])?;
        Ok(Found { namespace, id, name })
    }
}

fn id_of(local: &Local, binding: &str, preview: Option<bool>) -> Result<String, Vec<Diagnostic>> {
    if local.project.is_none() {
        return Err(failed(
            "No wrangler config file found. Use `--namespace-id` to specify the KV namespace directly, or create a wrangler.json with a \
             \"kv_namespaces\" section.",
        ));
    }
    let known: Vec<&str> = local.bindings(KIND).map(|decl| decl.name.as_str()).collect();
    if known.is_empty() {
        return Err(failed(
            "No KV namespaces are configured in your wrangler config file. Use `--namespace-id` to specify the namespace directly, or add \
             a \"kv_namespaces\" entry to your config.",
        ));
    }
    let Some(decl) = local.bindings(KIND).find(|decl| decl.name == binding) else {
        let text = format!(
            "No KV namespace with binding \"{binding}\" was found in the \"kv_namespaces\" section of your wrangler config. Check the \
             binding name is correct, or use `--namespace-id` instead."
        );
        return Err(vec![Diagnostic::error(text).hint(format!("the bindings of namespaces are: {}", known.join(", ")))]);
    };
    match (preview, id(decl, "id"), id(decl, "preview_id")) {
        (Some(true), _, Some(id)) | (Some(false), Some(id), _) | (None, Some(id), None) | (None, None, Some(id)) => Ok(id.to_owned()),
        (Some(true), _, None) => Err(failed(format!(
            "No preview namespace ID is configured for binding \"{binding}\". Add a \"preview_id\" to the \"{binding}\" entry in your \
             config's \"kv_namespaces\" section, or use `--namespace-id` to specify a preview namespace directly."
        ))),
        // A binding without an id has its own name for one, locally.
        (Some(false) | None, None, _) => Ok(binding.to_owned()),
        (None, Some(_), Some(_)) => Err(failed(format!(
            "The binding \"{binding}\" has both an \"id\" and a \"preview_id\" configured. Pass `--preview` to target the preview \
             namespace, or `--preview false` to target the production namespace."
        ))),
    }
}

fn id<'a>(decl: &'a BindingDecl, key: &str) -> Option<&'a str> {
    decl.config.get(key)?.as_str()
}

/// The operator's view of an error whose text is the vendor's.
pub(super) fn refused(error: &KvError) -> Vec<Diagnostic> {
    failed(error.to_string())
}
