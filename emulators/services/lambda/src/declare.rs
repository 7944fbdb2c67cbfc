//! Functions that a project declares: there as long as the project says so, with their code where the project has it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{MutexGuard, PoisonError};

use bytes::Bytes;
use greenroom_aws_wire::ApiError;
use greenroom_host::Function;
use serde_json::{Value, json};

use crate::arn::Key;
use crate::record::{
    Alias, CodePlace, Configuration, DeadLetter, Destination, Destinations, Environment, EventInvoke, FunctionRecord, LayerPlace,
    LoggingConfig, Provisioned, Routing, Storage, UrlConfig, Version,
};
use crate::service::LambdaService;

/// A function as a project declares it. What is left at its default is the vendor's default.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "they are settings of the vendor's, each by itself")]
pub struct FunctionDecl {
    /// Its place and name.
    pub key: Key,
    /// The vendor's word; none: an image.
    pub runtime: Option<String>,
    /// `app.handler`.
    pub handler: String,
    /// What it is for.
    pub description: String,
    /// The folder of its code, absolute.
    pub code: PathBuf,
    /// What tells the content of that folder from what was there before.
    pub revision: String,
    /// Folders beside it in which Python finds modules.
    pub search: Vec<PathBuf>,
    /// Folders of its layers, the first one at the bottom.
    pub layers: Vec<PathBuf>,
    /// Variables.
    pub environment: BTreeMap<String, String>,
    /// Seconds; 3 where none are given.
    pub timeout: Option<u32>,
    /// MiB; 128 where none are given.
    pub memory: Option<u32>,
    /// MiB of `/tmp`; 512 where none are given.
    pub storage: Option<u32>,
    /// `x86_64` or `arm64`.
    pub architecture: Option<String>,
    /// Traces are made of each invocation.
    pub traced: bool,
    /// Instances are restored from snapshots of published versions.
    pub snap_start: bool,
    /// Its log is JSON.
    pub json_logs: bool,
    /// Its log group, where it is not the usual one.
    pub log_group: Option<String>,
    /// The ARN of its role.
    pub role: Option<String>,
    /// How many instances may run.
    pub reserved: Option<u32>,
    /// Loops are not ended.
    pub may_recurse: bool,
    /// Where asynchronous events go that are given up.
    pub dead_letter: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Published versions.
    pub versions: Vec<VersionDecl>,
    /// Aliases.
    pub aliases: Vec<AliasDecl>,
    /// What becomes of asynchronous events.
    pub events: Vec<EventsDecl>,
    /// Its URLs.
    pub urls: Vec<UrlDecl>,
}

/// A published version.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VersionDecl {
    /// Its number, from 1.
    pub number: u64,
    /// What it is for.
    pub description: String,
    /// How many instances are kept ready.
    pub provisioned: Option<u32>,
}

/// An alias.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AliasDecl {
    /// Its name.
    pub name: String,
    /// The version that it means.
    pub version: String,
    /// Another version, and which part of the events goes there.
    pub weights: BTreeMap<String, f64>,
    /// How many instances are kept ready.
    pub provisioned: Option<u32>,
}

/// What becomes of asynchronous events.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventsDecl {
    /// A version or alias; `$LATEST`.
    pub qualifier: String,
    /// How often they are tried again.
    pub retries: Option<u32>,
    /// How old they may get, in seconds.
    pub age: Option<u64>,
    /// The ARN that successes go to.
    pub on_success: Option<String>,
    /// The ARN that failures go to.
    pub on_failure: Option<String>,
}

/// A URL.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UrlDecl {
    /// The alias that it is for.
    pub qualifier: Option<String>,
    /// Its whole address: [`crate::url_address`].
    pub address: String,
    /// `NONE` or `AWS_IAM`.
    pub auth_type: String,
    /// `BUFFERED` or `RESPONSE_STREAM`.
    pub invoke_mode: String,
    /// What browsers of other origins are told, as the API has it.
    pub cors: Option<Value>,
}

impl LambdaService {
    /// Puts `functions` in place of all that `app` has declared before. Those that are declared as they were stay as they are; what was
    /// set for the others by the API is forgotten.
    ///
    /// # Errors
    /// Faults of the disk.
    pub async fn declare(&self, app: &str, functions: Vec<FunctionDecl>) -> Result<(), ApiError> {
        for (key, record) in self.store.functions.all().await? {
            if record.app.as_deref() == Some(app) && !functions.iter().any(|function| function.key == key) {
                self.store
                    .functions
                    .change(&key, |known| {
                        known.take();
                        Ok(())
                    })
                    .await?;
                self.runtime.retire(&key.arn(), None);
            }
        }
        for function in functions {
            let key = function.key.clone();
            // Its instances stay, and so does what was set for it by the API.
            if self.is_declared(&function).await? {
                continue;
            }
            self.remember(&function);
            let record = self.declared(app, function);
            self.store.functions.put(&key, record).await?;
            self.runtime.retire(&key.arn(), None);
            self.keep_ready(&key).await?;
        }
        Ok(())
    }

    /// Whether it is there, as it was declared last.
    async fn is_declared(&self, function: &FunctionDecl) -> Result<bool, ApiError> {
        let same = self.declarations().get(&function.key) == Some(function);
        Ok(same && self.store.functions.get(&function.key).await?.is_some())
    }

    fn remember(&self, function: &FunctionDecl) {
        self.declarations().insert(function.key.clone(), function.clone());
    }

    fn declarations(&self) -> MutexGuard<'_, BTreeMap<Key, FunctionDecl>> {
        self.declared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the content of a zip file lies, unpacked as what is uploaded is.
    ///
    /// # Errors
    /// AWS's refusals of what is too large, or no zip file that may be unpacked.
    pub async fn unpacked(&self, zip: Bytes) -> Result<PathBuf, ApiError> {
        let archive = self.code.add(zip).await?;
        Ok(self.code.folder(&archive.name))
    }

    /// The code of a declared function has changed: what is invoked from now on runs the new one.
    ///
    /// # Errors
    /// Faults of the disk.
    pub async fn reload(&self, key: &Key) -> Result<(), ApiError> {
        let fresh = self.revision();
        let change = |known: &mut Option<FunctionRecord>| {
            let versions = known.iter_mut().flat_map(|record| std::iter::once(&mut record.latest).chain(record.versions.values_mut()));
            for version in versions {
                if let CodePlace::Folder { revision, .. } = &mut version.code {
                    revision.clone_from(&fresh);
                }
            }
            Ok(())
        };
        self.store.functions.change(key, change).await?;
        self.runtime.retire(&key.arn(), None);
        self.keep_ready(key).await
    }

    /// Every function, `$LATEST`, in the order of their ARNs.
    ///
    /// # Errors
    /// Faults of the disk.
    pub async fn list(&self) -> Result<Vec<Function>, ApiError> {
        let all = self.store.functions.all().await?;
        Ok(all.iter().map(|(key, record)| self.function(key, &record.latest)).collect())
    }

    fn declared(&self, app: &str, decl: FunctionDecl) -> FunctionRecord {
        let key = decl.key.clone();
        let latest = self.declared_version(&decl);
        let provisioned = |count: u32| Provisioned { requested: count, last_modified: self.now() };
        let mut record = FunctionRecord {
            reserved: decl.reserved,
            may_recurse: decl.may_recurse,
            tags: decl.tags,
            app: Some(app.to_owned()),
            ..FunctionRecord::new(latest)
        };
        for version in decl.versions {
            let mut published = record.latest.clone();
            let number = version.number.to_string();
            published.configuration.function_arn = key.qualified(Some(&number));
            published.configuration.version.clone_from(&number);
            published.configuration.revision_id = self.revision();
            if !version.description.is_empty() {
                published.configuration.description = version.description;
            }
            record.versions.insert(version.number, published);
            record.last_version = record.last_version.max(version.number);
            record.provisioned.extend(version.provisioned.map(|count| (number, provisioned(count))));
        }
        for alias in decl.aliases {
            record.provisioned.extend(alias.provisioned.map(|count| (alias.name.clone(), provisioned(count))));
            let routing = (!alias.weights.is_empty()).then_some(Routing { additional_version_weights: alias.weights });
            let made = Alias {
                arn: key.qualified(Some(&alias.name)),
                name: alias.name.clone(),
                function_version: alias.version,
                description: String::new(),
                routing_config: routing,
                revision_id: self.revision(),
            };
            record.aliases.insert(alias.name, made);
        }
        for events in decl.events {
            let made = self.declared_events(&key, &events);
            record.event_invoke.insert(events.qualifier, made);
        }
        for url in decl.urls {
            let qualifier = url.qualifier.clone().unwrap_or_default();
            record.urls.insert(qualifier, self.declared_url(&key, url));
        }
        record
    }

    fn declared_url(&self, key: &Key, url: UrlDecl) -> UrlConfig {
        UrlConfig {
            function_url: url.address,
            function_arn: key.qualified(url.qualifier.as_deref()),
            auth_type: url.auth_type,
            cors: url.cors,
            creation_time: self.now(),
            last_modified_time: self.now(),
            invoke_mode: url.invoke_mode,
        }
    }

    fn declared_version(&self, decl: &FunctionDecl) -> Version {
        let key = &decl.key;
        let apply_on = if decl.snap_start { "PublishedVersions" } else { "None" };
        let configuration = Configuration {
            function_name: key.name.clone(),
            function_arn: key.arn(),
            runtime: decl.runtime.clone(),
            role: decl.role.clone().unwrap_or_else(|| format!("arn:aws:iam::{}:role/{}", key.account, key.name)),
            handler: Some(decl.handler.clone()),
            description: decl.description.clone(),
            timeout: decl.timeout.unwrap_or(3).into(),
            memory_size: decl.memory.unwrap_or(128),
            last_modified: self.now(),
            code_sha256: "hot-reloading-hash-not-available".to_owned(),
            version: "$LATEST".to_owned(),
            dead_letter_config: decl.dead_letter.clone().map(|arn| DeadLetter { target_arn: Some(arn) }),
            environment: (!decl.environment.is_empty()).then(|| Environment { variables: decl.environment.clone() }),
            tracing_config: Some(json!({ "Mode": if decl.traced { "Active" } else { "PassThrough" } })),
            revision_id: self.revision(),
            package_type: if decl.runtime.is_some() { "Zip" } else { "Image" }.to_owned(),
            architectures: vec![decl.architecture.clone().unwrap_or_else(|| "x86_64".to_owned())],
            ephemeral_storage: decl.storage.map_or_else(Storage::default, |size| Storage { size }),
            snap_start: json!({ "ApplyOn": apply_on, "OptimizationStatus": "Off" }),
            logging_config: LoggingConfig {
                log_format: if decl.json_logs { "JSON" } else { "Text" }.to_owned(),
                log_group: decl.log_group.clone().unwrap_or_else(|| format!("/aws/lambda/{}", key.name)),
                ..LoggingConfig::default()
            },
            state: Some("Active".to_owned()),
            last_update_status: Some("Successful".to_owned()),
            ..Configuration::default()
        };
        let code = CodePlace::Folder { path: decl.code.clone(), revision: self.revision(), search: decl.search.clone() };
        Version { configuration, code, layers: decl.layers.iter().cloned().map(LayerPlace::Folder).collect() }
    }

    fn declared_events(&self, key: &Key, events: &EventsDecl) -> EventInvoke {
        let destination = |arn: &Option<String>| Destination { destination: arn.clone() };
        EventInvoke {
            last_modified: self.seconds(),
            function_arn: key.qualified(Some(&events.qualifier)),
            maximum_retry_attempts: events.retries,
            maximum_event_age_in_seconds: events.age,
            destination_config: Destinations { on_success: destination(&events.on_success), on_failure: destination(&events.on_failure) },
        }
    }
}
