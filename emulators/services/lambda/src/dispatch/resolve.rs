//! Which version of a function is meant, and what that is for who runs it.

use std::sync::Arc;
use std::time::Duration;

use greenroom_aws_wire::ApiError;
use greenroom_host::Function;

use crate::arn::{Key, Named};
use crate::error::no_function;
use crate::record::{CodePlace, FunctionRecord, LayerPlace, Version};
use crate::service::LambdaService;

/// The version that handles a call.
pub(crate) struct Resolved {
    pub(super) record: Arc<FunctionRecord>,
    pub(super) function: Arc<Function>,
    /// The version or alias that was called.
    pub(super) qualifier: Option<String>,
}

impl LambdaService {
    /// Finds the version that `named` means at this moment: an alias with weights may mean another one next time.
    pub(crate) async fn resolve(&self, named: &Named) -> Result<Resolved, ApiError> {
        let missing = || no_function(&named.key.qualified(Some(named.qualifier.as_deref().unwrap_or("$LATEST"))));
        let record = self.store.functions.get(&named.key).await?.ok_or_else(missing)?;
        let qualifier = named.qualifier.as_deref();
        let version = match qualifier.and_then(|name| record.aliases.get(name)) {
            Some(alias) => {
                let weights = alias.routing_config.iter().flat_map(|routing| &routing.additional_version_weights);
                let drawn = self.fraction();
                let other = weights.filter(|(_, weight)| drawn < **weight).map(|(version, _)| version.as_str()).next();
                record.version(Some(other.unwrap_or(&alias.function_version)))
            }
            None => record.version(qualifier),
        };
        let version = version.ok_or_else(missing)?;
        let function = Arc::new(self.function(&named.key, version));
        Ok(Resolved { function, qualifier: named.qualifier.clone(), record })
    }

    /// A number from 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "a random number need not be exact")]
    fn fraction(&self) -> f64 {
        (self.host.ids.random() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A version as who runs it sees it.
    pub(crate) fn function(&self, key: &Key, version: &Version) -> Function {
        let configuration = &version.configuration;
        let (code, revision, search) = match &version.code {
            CodePlace::Archive(name) => (self.code.folder(name), name.clone(), Vec::new()),
            CodePlace::Folder { path, revision, search } => (path.clone(), revision.clone(), search.clone()),
            CodePlace::Image(uri) => (uri.into(), uri.clone(), Vec::new()),
        };
        let tracing = configuration.tracing_config.as_ref().and_then(|config| config["Mode"].as_str());
        let layer = |place: &LayerPlace| match place {
            LayerPlace::Archive(name) => self.code.folder(name),
            LayerPlace::Folder(path) => path.clone(),
        };
        Function {
            arn: key.arn(),
            name: key.name.clone(),
            version: configuration.version.clone(),
            account: key.account.clone(),
            region: key.region.clone(),
            runtime: configuration.runtime.clone().unwrap_or_default(),
            handler: configuration.handler.clone().unwrap_or_default(),
            code,
            revision,
            layers: version.layers.iter().map(layer).collect(),
            search,
            environment: configuration.environment.iter().flat_map(|environment| environment.variables.clone()).collect(),
            timeout: Duration::from_secs(configuration.timeout),
            memory: configuration.memory_size,
            storage: configuration.ephemeral_storage.size,
            architecture: configuration.architectures.first().cloned().unwrap_or_else(|| "x86_64".to_owned()),
            log_group: configuration.logging_config.log_group.clone(),
            json_logs: configuration.logging_config.log_format == "JSON",
            traced: tracing == Some("Active"),
            snap_start: configuration.version != "$LATEST" && configuration.snap_start["ApplyOn"] == "PublishedVersions",
        }
    }
}
