//! From what a project declares to what the Lambda service knows: code is built or taken where it lies, and everything else is handed over.

use std::path::{Path, PathBuf};

use greenroom_host::Diagnostic;
use greenroom_lambda::{AliasDecl, EventsDecl, FunctionDecl, Named, UrlDecl, VersionDecl, url_address};
use greenroom_lambda_projects::{self as projects, BuildProperties, Code};
use serde_json::{Value, json};

use super::{Functions, bundles, files};

/// What has been declared.
#[derive(Default)]
pub(crate) struct Declared {
    functions: Vec<One>,
}

struct One {
    name: String,
    revision: String,
    inputs: Vec<PathBuf>,
    /// As it was declared last; none as long as its code could not be built.
    decl: Option<FunctionDecl>,
}

impl Declared {
    /// Whether there is any function.
    pub(super) fn any(&self) -> bool {
        !self.functions.is_empty()
    }

    /// The files that functions were made of.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &PathBuf> {
        self.functions.iter().flat_map(|one| &one.inputs)
    }

    /// Each function with what tells its code from other code.
    pub(super) fn revisions(&self) -> Vec<(String, String)> {
        self.functions.iter().map(|one| (one.name.clone(), one.revision.clone())).collect()
    }
}

/// Where code lies, ready to run.
pub(super) struct Ready {
    pub(super) code: PathBuf,
    pub(super) revision: String,
    pub(super) inputs: Vec<PathBuf>,
}

impl Functions {
    /// Makes the project's functions known. A function whose code cannot be built stays as it was; gives what is wrong and what is doubtful.
    pub(super) async fn declare(&mut self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let mut known = Vec::new();
        let layers = self.layers(&mut problems).await;
        for function in self.project.functions.clone() {
            match self.ready(&function, &mut problems).await {
                Ok(Some(ready)) => {
                    let Some(ready) = layers.below(&function, ready) else {
                        known.push(self.as_before(&function));
                        continue;
                    };
                    if let Err(errors) = self.fits(&function, &ready).await {
                        problems.extend(errors);
                        known.push(self.as_before(&function));
                        continue;
                    }
                    let (revision, inputs) = (ready.revision.clone(), ready.inputs.clone());
                    let decl = self.decl(&function, ready, layers.folders(&function));
                    known.push(One { name: function.function_name.clone(), revision, inputs, decl });
                }
                Ok(None) => {}
                Err(errors) => {
                    problems.extend(errors);
                    known.push(self.as_before(&function));
                }
            }
        }
        problems.extend(self.lacking());
        let declared = known.iter().filter_map(|one| one.decl.clone()).collect();
        self.declared = Declared { functions: known };
        if let Err(error) = self.aws.lambda.declare(&self.project.stack_name, declared).await {
            problems.push(Diagnostic::error(format!("the functions cannot be declared: {}", error.message)));
        }
        problems.extend(self.declare_queues().await);
        problems.extend(self.declare_mappings().await);
        self.introduce();
        problems
    }

    /// Whether an isolate can run the function, where one is to.
    async fn fits(&self, function: &projects::FunctionDecl, ready: &Ready) -> Result<(), Vec<Diagnostic>> {
        let isolates = &self.aws.isolates;
        let name = &function.function_name;
        isolates.belongs(name, &self.project.stack_name);
        let runtime = function.runtime.as_ref().map_or("", |runtime| &*runtime.name);
        if !isolates.wants(name, runtime) {
            return Ok(());
        }
        isolates.check(name, &ready.code, &ready.revision, &function.handler).await
    }

    /// Says what there is that rules of faults can be for.
    fn introduce(&self) {
        let names = self.project.functions.iter().flat_map(|function| {
            let aliases = function.aliases.iter().map(|alias| format!(":{}", alias.name));
            let versions = function.versions.iter().map(|version| format!(":{}", version.version));
            let qualifiers: Vec<_> = std::iter::once(String::new()).chain(aliases).chain(versions).collect();
            [&function.function_name, &function.function_arn]
                .into_iter()
                .flat_map(|name| qualifiers.iter().map(move |qualifier| format!("{name}{qualifier}")))
                .collect::<Vec<_>>()
        });
        let parts = vec![(&greenroom_lambda::FUNCTION, names.collect()), (&greenroom_apigateway::REQUEST, Vec::new())];
        self.host.faults.know(&self.project.stack_name, parts);
    }

    /// A function whose code cannot be built, as it was before; whatever it is made of now is watched too.
    fn as_before(&self, function: &projects::FunctionDecl) -> One {
        let before = self.declared.functions.iter().find(|one| one.name == function.function_name);
        let inputs = before.map(|one| one.inputs.clone()).unwrap_or_default();
        One {
            name: function.function_name.clone(),
            revision: before.map(|one| one.revision.clone()).unwrap_or_default(),
            inputs: inputs.into_iter().chain(self.bundles.inputs(&function.logical_id)).collect(),
            decl: before.and_then(|one| one.decl.clone()),
        }
    }

    /// None: nothing of it can run here, which has been said.
    async fn ready(&mut self, function: &projects::FunctionDecl, warnings: &mut Vec<Diagnostic>) -> Result<Option<Ready>, Vec<Diagnostic>> {
        let folder = match &function.code {
            Code::Folder { path, .. } => path.clone(),
            Code::Zip { path } => return self.unpacked(&format!("the code of `{}`", function.logical_id), path).await.map(Some),
            Code::Inline { text } => self.written(function, text)?,
            Code::S3 { .. } | Code::Image { .. } | Code::None => return Ok(None),
        };
        let Some((entry, properties)) = bundled(function) else {
            let files::Files { paths, revision } = self.walked.of(&folder);
            return Ok(Some(Ready { code: folder, revision, inputs: paths }));
        };
        let built = self.bundles.build(function, &entry, &properties).await?;
        warnings.extend(built.warnings);
        Ok(Some(Ready { code: built.code, revision: built.revision, inputs: built.inputs }))
    }

    /// A zip file's content, unpacked as what is uploaded is.
    pub(super) async fn unpacked(&self, what: &str, path: &Path) -> Result<Ready, Vec<Diagnostic>> {
        let failed = |why: String| vec![Diagnostic::error(format!("{what} cannot be unpacked: {why}")).in_file(path)];
        let bytes = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
        let code = self.aws.lambda.unpacked(bytes.into()).await.map_err(|error| failed(error.message))?;
        let revision = code.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Ready { code, revision, inputs: vec![path.to_owned()] })
    }

    /// The one file of code that stands in the template: `index` is its module, as the vendor has it.
    fn written(&self, function: &projects::FunctionDecl, text: &str) -> Result<PathBuf, Vec<Diagnostic>> {
        let python = function.runtime.as_ref().is_some_and(|runtime| runtime.family() == "python");
        let folder = self.bundles.folder().join(&function.logical_id).join("inline");
        let file = folder.join(if python { "index.py" } else { "index.js" });
        let wrote = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&file, text));
        wrote.map_err(|error| vec![Diagnostic::error(format!("`{}` cannot be written: {error}", file.display()))])?;
        Ok(folder)
    }

    fn decl(&self, function: &projects::FunctionDecl, ready: Ready, layers: Vec<PathBuf>) -> Option<FunctionDecl> {
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        Some(FunctionDecl {
            key: Named::of_arn(&function.function_arn)?.key,
            runtime: function.runtime.as_ref().map(|runtime| runtime.name.clone()),
            handler: function.handler.clone(),
            description: function.description.clone(),
            search: self.search(&ready.code),
            code: ready.code,
            revision: ready.revision,
            layers,
            environment: function.environment.iter().cloned().collect(),
            timeout: Some(function.timeout),
            memory: Some(function.memory_size),
            storage: Some(function.ephemeral_storage),
            architecture: some(&function.architecture),
            traced: function.tracing == "Active",
            snap_start: function.snap_start == "PublishedVersions",
            json_logs: function.logging.log_format == "JSON",
            log_group: some(&function.logging.log_group),
            role: function.role.clone(),
            reserved: function.reserved_concurrent_executions,
            may_recurse: function.recursive_loop == "Allow",
            dead_letter: function.dead_letter_target.clone(),
            tags: function.tags.iter().cloned().collect(),
            versions: function.versions.iter().filter_map(version).collect(),
            aliases: function.aliases.iter().map(alias).collect(),
            events: function.event_invoke_configs.iter().map(events).collect(),
            urls: self
                .project
                .function_urls
                .iter()
                .filter(|url| url.function_name == function.function_name)
                .map(|url| self.declared_url(url))
                .collect(),
        })
    }
}

impl Functions {
    /// Where Python finds the packages of a project: where the operator says, and in its virtual environment, beside the code or in the project's
    /// folder.
    fn search(&self, code: &Path) -> Vec<PathBuf> {
        let environments = [code, &self.dir].into_iter().flat_map(|folder| [".venv", "venv"].map(|name| folder.join(name).join("lib")));
        let versions = environments.filter_map(|lib| std::fs::read_dir(lib).ok()).flat_map(Iterator::flatten);
        let packages = versions.map(|entry| entry.path().join("site-packages")).filter(|packages| packages.is_dir());
        self.settings.templates.python_path.iter().cloned().chain(packages).collect()
    }

    /// Warnings of functions whose runtime is not on this machine.
    fn lacking(&self) -> Vec<Diagnostic> {
        let lacking = self.project.functions.iter().filter_map(|function| {
            let runtime = &function.runtime.as_ref()?.name;
            if self.aws.isolates.wants(&function.function_name, runtime) {
                return None;
            }
            let message = format!("function `{}`: {}", function.logical_id, self.aws.runtime.lacks(runtime)?);
            let warning = Diagnostic::warning(message).in_file(&function.place.file).hint("until then calls of it are refused");
            Some(Diagnostic { position: Some(function.place.position), ..warning })
        });
        lacking.collect()
    }

    fn declared_url(&self, url: &projects::FunctionUrl) -> UrlDecl {
        UrlDecl {
            qualifier: url.qualifier.clone(),
            address: url_address(&url.url_id, &self.project.region, self.aws.address.port()),
            auth_type: url.auth_type.clone(),
            invoke_mode: url.invoke_mode.clone(),
            cors: url.cors.as_ref().map(cors),
        }
    }
}

/// The source of a function whose code has to be bundled, and how.
pub(super) fn bundled(function: &projects::FunctionDecl) -> Option<(PathBuf, BuildProperties)> {
    let Code::Folder { path, build, .. } = &function.code else { return None };
    let node = function.runtime.as_ref().is_none_or(|runtime| runtime.family() == "nodejs");
    let entry = node.then(|| bundles::entry(path, &function.handler, build.as_deref())).flatten()?;
    Some((entry, build.as_deref().cloned().unwrap_or_default()))
}

/// As the API has it.
fn cors(cors: &projects::Cors) -> Value {
    let mut told = json!({
        "AllowCredentials": cors.allow_credentials, "AllowHeaders": cors.allow_headers, "AllowMethods": cors.allow_methods,
        "AllowOrigins": cors.allow_origins, "ExposeHeaders": cors.expose_headers,
    });
    if let Some(seconds) = cors.max_age {
        told["MaxAge"] = seconds.into();
    }
    told
}

fn version(version: &projects::Version) -> Option<VersionDecl> {
    let number = version.version.parse().ok()?;
    Some(VersionDecl { number, description: version.description.clone(), provisioned: version.provisioned_concurrent_executions })
}

fn alias(alias: &projects::Alias) -> AliasDecl {
    AliasDecl {
        name: alias.name.clone(),
        version: alias.function_version.clone(),
        weights: alias.additional_version_weights.iter().cloned().collect(),
        provisioned: alias.provisioned_concurrent_executions,
    }
}

fn events(config: &projects::EventInvokeConfig) -> EventsDecl {
    let arn = |destination: &Option<projects::Destination>| destination.as_ref().map(|destination| destination.destination.clone());
    EventsDecl {
        qualifier: config.qualifier.clone(),
        retries: config.maximum_retry_attempts,
        age: config.maximum_event_age_in_seconds.map(u64::from),
        on_success: arn(&config.on_success),
        on_failure: arn(&config.on_failure),
    }
}
