//! Functions, their versions and aliases, and what becomes of asynchronous invocations.

use serde::Serialize;

use super::code::{self, Code};
use super::props::Props;
use super::runtime::Runtime;
use super::{LambdaProject, function_checks};
use crate::sources::Place;

/// A function, with everything that `CreateFunction` takes.
#[derive(Debug, Clone, Serialize)]
pub struct FunctionDecl {
    /// Its logical id.
    pub logical_id: String,
    /// Its name, as given or as CloudFormation would make one.
    pub function_name: String,
    /// Its ARN, without version.
    pub function_arn: String,
    /// The stack that it belongs to.
    pub stack: String,
    /// Where it is declared.
    pub place: Place,
    /// The runtime; none for what is built from an image.
    pub runtime: Option<Runtime>,
    /// The handler, as written.
    pub handler: String,
    /// The code.
    pub code: Code,
    /// What it is for.
    pub description: String,
    /// Environment variables, in the order written.
    pub environment: Vec<(String, String)>,
    /// Seconds; 3 where none are given.
    pub timeout: u32,
    /// MB; 128 where none are given.
    pub memory_size: u32,
    /// MB of `/tmp`; 512 where none are given.
    pub ephemeral_storage: u32,
    /// ARNs of layers, in order.
    pub layers: Vec<String>,
    /// `x86_64` or `arm64`.
    pub architecture: String,
    /// `Active` or `PassThrough`.
    pub tracing: String,
    /// `None` or `PublishedVersions`.
    pub snap_start: String,
    /// ARN of the queue or topic for events that failed.
    pub dead_letter_target: Option<String>,
    /// How many instances may run at a time; none is no limit of its own.
    pub reserved_concurrent_executions: Option<u32>,
    /// How and where it logs.
    pub logging: LoggingConfig,
    /// ARN of its role.
    pub role: Option<String>,
    /// Whether a loop of invocations is ended: `Allow` or `Terminate`.
    pub recursive_loop: String,
    /// Versions that are published at start, in order.
    pub versions: Vec<Version>,
    /// Its aliases.
    pub aliases: Vec<Alias>,
    /// What becomes of asynchronous invocations, by qualifier.
    pub event_invoke_configs: Vec<EventInvokeConfig>,
    /// Tags.
    pub tags: Vec<(String, String)>,
}

/// A published version.
#[derive(Debug, Clone, Serialize)]
pub struct Version {
    /// Its logical id.
    pub logical_id: String,
    /// Its number.
    pub version: String,
    /// What it is for.
    pub description: String,
    /// How many instances are kept ready.
    pub provisioned_concurrent_executions: Option<u32>,
    /// Where it is declared.
    pub place: Place,
}

/// An alias.
#[derive(Debug, Clone, Serialize)]
pub struct Alias {
    /// Its logical id.
    pub logical_id: String,
    /// Its name.
    pub name: String,
    /// The version that it names.
    pub function_version: String,
    /// Other versions, and which part of the invocations each gets.
    pub additional_version_weights: Vec<(String, f64)>,
    /// How many instances are kept ready.
    pub provisioned_concurrent_executions: Option<u32>,
    /// Where it is declared.
    pub place: Place,
}

/// What becomes of asynchronous invocations.
#[derive(Debug, Clone, Serialize)]
pub struct EventInvokeConfig {
    /// Version or alias; `$LATEST`.
    pub qualifier: String,
    /// How old an event may get.
    pub maximum_event_age_in_seconds: Option<u32>,
    /// How often it is tried again.
    pub maximum_retry_attempts: Option<u32>,
    /// Where the outcome of a success goes.
    pub on_success: Option<Destination>,
    /// Where the outcome of a failure goes.
    pub on_failure: Option<Destination>,
    /// Where it is declared.
    pub place: Place,
}

/// Where something is sent.
#[derive(Debug, Clone, Serialize)]
pub struct Destination {
    /// ARN of a queue, topic, function, bus or bucket.
    pub destination: String,
}

/// How and where a function logs.
#[derive(Debug, Clone, Serialize)]
pub struct LoggingConfig {
    /// `Text` or `JSON`.
    pub log_format: String,
    /// The log group; `/aws/lambda/` and the function's name where none is given.
    pub log_group: String,
    /// The least level of the function's own lines, with `JSON`.
    pub application_log_level: Option<String>,
    /// The least level of the platform's lines, with `JSON`.
    pub system_log_level: Option<String>,
}

pub(super) fn read(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let function_name = props.physical_name();
    let image = props.text("PackageType").as_deref() == Some("Image");
    let runtime = props.text("Runtime").map(|name| Runtime::new(&name));
    let handler = props.text("Handler").unwrap_or_default();
    let environment = props.object("Environment").map(|environment| environment.map("Variables")).unwrap_or_default();
    let layers = props.texts("Layers");
    let function = FunctionDecl {
        logical_id: props.id.clone(),
        function_arn: props.attribute("Arn"),
        stack: props.stack.origin.name.clone(),
        place: props.place(),
        code: code::read(props, image, &function_name),
        description: props.text("Description").unwrap_or_default(),
        timeout: function_checks::timeout(props),
        memory_size: function_checks::memory(props),
        ephemeral_storage: function_checks::ephemeral_storage(props),
        architecture: function_checks::architecture(props),
        tracing: props
            .object("TracingConfig")
            .and_then(|tracing| tracing.one_of("Mode", &["Active", "PassThrough"]))
            .unwrap_or_else(|| "PassThrough".to_owned()),
        snap_start: props
            .object("SnapStart")
            .and_then(|snap| snap.one_of("ApplyOn", &["None", "PublishedVersions"]))
            .unwrap_or_else(|| "None".to_owned()),
        dead_letter_target: props.object("DeadLetterConfig").and_then(|queue| queue.text("TargetArn")),
        reserved_concurrent_executions: props.within("ReservedConcurrentExecutions", 0, i64::from(u32::MAX), ""),
        logging: logging(props, &function_name),
        role: props.text("Role"),
        recursive_loop: props.one_of("RecursiveLoop", &["Allow", "Terminate"]).unwrap_or_else(|| "Terminate".to_owned()),
        versions: Vec::new(),
        aliases: Vec::new(),
        event_invoke_configs: Vec::new(),
        tags: tags(props),
        function_name,
        runtime,
        handler,
        environment,
        layers,
    };
    props.no_effect(&["RuntimeManagementConfig", "KmsKeyArn", "CodeSigningConfigArn"]);
    props.not_emulated(&[
        "VpcConfig",
        "FileSystemConfigs",
        "ImageConfig",
        "TenancyConfig",
        "DurableConfig",
        "CapacityProviderConfig",
        "FunctionScalingConfig",
        "PublishToLatestPublished",
    ]);
    function_checks::all(props, &function);
    if project.functions.iter().any(|other| other.function_name == function.function_name) {
        let message = format!("two functions are named `{}`", function.function_name);
        props.error("FunctionName", message, "give one of them another `FunctionName`, or none");
    }
    project.functions.push(function);
}

fn logging(props: &Props<'_, '_>, name: &str) -> LoggingConfig {
    let config = props.object("LoggingConfig");
    let text = |key: &str| config.as_ref().and_then(|config| config.text(key));
    LoggingConfig {
        log_format: text("LogFormat").unwrap_or_else(|| "Text".to_owned()),
        log_group: text("LogGroup").unwrap_or_else(|| format!("/aws/lambda/{name}")),
        application_log_level: text("ApplicationLogLevel"),
        system_log_level: text("SystemLogLevel"),
    }
}

fn tags(props: &Props<'_, '_>) -> Vec<(String, String)> {
    props.objects("Tags").iter().filter_map(|tag| Some((tag.text("Key")?, tag.text("Value")?))).collect()
}

/// The function that a name or an ARN means, which may have a qualifier, and that qualifier.
pub(super) fn find<'p>(project: &'p mut LambdaProject, name: &str) -> Option<(&'p mut FunctionDecl, Option<String>)> {
    let (plain, qualifier) = split_name(name);
    let function = project.functions.iter_mut().find(|function| function.function_name == plain)?;
    Some((function, qualifier))
}

/// Name and qualifier of a function from a name, a partial ARN or an ARN.
pub(super) fn split_name(name: &str) -> (String, Option<String>) {
    let parts: Vec<&str> = name.split(':').collect();
    match parts.iter().position(|part| *part == "function") {
        Some(at) => (parts.get(at + 1).copied().unwrap_or_default().to_owned(), parts.get(at + 2).map(|part| (*part).to_owned())),
        None => (parts[0].to_owned(), parts.get(1).map(|part| (*part).to_owned())),
    }
}

fn with_function(props: &Props<'_, '_>, project: &mut LambdaProject, key: &str, work: impl FnOnce(&mut FunctionDecl)) {
    let Some(name) = props.text(key) else {
        props.missing(key, "name a function, with `!Ref MyFunction`");
        return;
    };
    match find(project, &name) {
        Some((function, _)) => work(function),
        None => {
            let names: Vec<&str> = project.functions.iter().map(|function| function.function_name.as_str()).collect();
            let hint = crate::words::did_you_mean(&split_name(&name).0, names, "name a function of this template");
            props.cx().not_emulated(props.mark(key), format!("`{}` names a function that is not here: `{name}`", props.full(key)), hint);
        }
    }
}

fn provisioned(props: &Props<'_, '_>) -> Option<u32> {
    props.object("ProvisionedConcurrencyConfig")?.within("ProvisionedConcurrentExecutions", 1, i64::from(u32::MAX), "")
}

pub(super) fn read_version(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let description = props.text("Description").unwrap_or_default();
    props.no_effect(&["CodeSha256", "RuntimePolicy"]);
    let (place, logical_id, ready) = (props.place(), props.id.clone(), provisioned(props));
    props.not_emulated(&["FunctionScalingConfig"]);
    with_function(props, project, "FunctionName", |function| {
        let version = (function.versions.len() + 1).to_string();
        function.versions.push(Version { logical_id, version, description, provisioned_concurrent_executions: ready, place });
    });
}

pub(super) fn read_alias(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let name = props.text("Name").unwrap_or_default();
    let function_version = props.text("FunctionVersion").unwrap_or_else(|| "$LATEST".to_owned());
    let routing = props.object("RoutingConfig").map(|routing| routing.objects("AdditionalVersionWeights")).unwrap_or_default();
    let weights =
        routing.iter().filter_map(|weight| Some((weight.text("FunctionVersion")?, weight.text("FunctionWeight")?.parse().ok()?))).collect();
    props.no_effect(&["Description"]);
    let alias = Alias {
        logical_id: props.id.clone(),
        name,
        function_version,
        additional_version_weights: weights,
        provisioned_concurrent_executions: provisioned(props),
        place: props.place(),
    };
    with_function(props, project, "FunctionName", |function| function.aliases.push(alias));
}

pub(super) fn read_invoke_config(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let destinations = props.object("DestinationConfig");
    let destination = |key: &str| {
        let destination = destinations.as_ref()?.object(key)?.text("Destination")?;
        Some(Destination { destination })
    };
    let config = EventInvokeConfig {
        qualifier: props.text("Qualifier").unwrap_or_else(|| "$LATEST".to_owned()),
        // https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
        maximum_event_age_in_seconds: props.within("MaximumEventAgeInSeconds", 60, 21_600, " seconds"),
        maximum_retry_attempts: props.within("MaximumRetryAttempts", 0, 2, ""),
        on_success: destination("OnSuccess"),
        on_failure: destination("OnFailure"),
        place: props.place(),
    };
    with_function(props, project, "FunctionName", |function| function.event_invoke_configs.push(config));
}
