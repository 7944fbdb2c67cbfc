//! What `CreateFunction` and `UpdateFunctionConfiguration` have in common: the settings of a version, and what AWS says of wrong ones.

use std::collections::BTreeMap;

use greenroom_aws_wire::{ApiError, Context};
use greenroom_host::{FORMER_RUNTIMES, MOST_ENVIRONMENT, RESERVED_VARIABLES, RUNTIMES, runtime_version_arn};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arn::Key;
use crate::error::invalid;
use crate::record::{Configuration, DeadLetter, Environment, LayerPlace, LayerUse, LoggingConfig, Storage};
use crate::service::LambdaService;

/// What callers set; none: left as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Settings {
    role: Option<String>,
    runtime: Option<String>,
    handler: Option<String>,
    description: Option<String>,
    timeout: Option<u64>,
    memory_size: Option<u32>,
    vpc_config: Option<Value>,
    environment: Option<Environment>,
    dead_letter_config: Option<DeadLetter>,
    #[serde(rename = "KMSKeyArn")]
    kms_key_arn: Option<String>,
    tracing_config: Option<Value>,
    layers: Option<Vec<String>>,
    file_system_configs: Option<Value>,
    image_config: Option<Value>,
    ephemeral_storage: Option<Storage>,
    snap_start: Option<Value>,
    logging_config: Option<LoggingChange>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct LoggingChange {
    log_format: Option<String>,
    application_log_level: Option<String>,
    system_log_level: Option<String>,
    log_group: Option<String>,
}

impl Settings {
    /// A configuration with these settings and the service's defaults.
    pub(super) async fn make(
        self,
        service: &LambdaService,
        context: &Context,
        key: &Key,
        package: &str,
    ) -> Result<(Configuration, Vec<LayerPlace>), ApiError> {
        if package == "Zip" && (self.runtime.is_none() || self.handler.is_none()) {
            return Err(invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages."));
        }
        let mut fresh = Configuration {
            function_name: key.name.clone(),
            function_arn: key.arn(),
            timeout: 3,
            memory_size: 128,
            version: "$LATEST".to_owned(),
            tracing_config: Some(json!({ "Mode": "PassThrough" })),
            package_type: package.to_owned(),
            architectures: vec!["x86_64".to_owned()],
            snap_start: json!({ "ApplyOn": "None", "OptimizationStatus": "Off" }),
            logging_config: LoggingConfig {
                log_format: "Text".to_owned(),
                log_group: format!("/aws/lambda/{}", key.name),
                ..LoggingConfig::default()
            },
            state: Some("Active".to_owned()),
            last_update_status: Some("Successful".to_owned()),
            ..Configuration::default()
        };
        let mut places = Vec::new();
        self.apply(service, context, &mut fresh, &mut places).await?;
        Ok((fresh, places))
    }

    /// Sets what is set. `places` says where the layers are.
    pub(super) async fn apply(
        self,
        service: &LambdaService,
        context: &Context,
        to: &mut Configuration,
        places: &mut Vec<LayerPlace>,
    ) -> Result<(), ApiError> {
        if let Some(runtime) = self.runtime {
            check_runtime(&runtime)?;
            to.runtime_version_config = Some(runtime_version(context, &runtime));
            to.runtime = Some(runtime);
        }
        if let Some(environment) = self.environment {
            check_environment(&environment.variables)?;
            to.environment = Some(environment);
        }
        if let Some(layers) = self.layers {
            (to.layers, *places) = layers_of(service, context, &layers).await?;
        }
        if let Some(logging) = self.logging_config {
            logging.apply(&mut to.logging_config);
        }
        if let Some(Value::Object(mut snap_start)) = self.snap_start {
            snap_start.insert("OptimizationStatus".to_owned(), "Off".into());
            to.snap_start = Value::Object(snap_start);
        }
        if let Some(vpc) = self.vpc_config {
            to.vpc_config = Some(vpc_shown(vpc));
        }
        set(&mut to.role, self.role);
        set(&mut to.description, self.description);
        set(&mut to.timeout, self.timeout);
        set(&mut to.memory_size, self.memory_size);
        set(&mut to.ephemeral_storage, self.ephemeral_storage);
        to.handler = self.handler.or(to.handler.take());
        to.dead_letter_config =
            self.dead_letter_config.or(to.dead_letter_config.take()).filter(|config| config.target_arn.as_deref() != Some(""));
        to.kms_key_arn = self.kms_key_arn.or(to.kms_key_arn.take()).filter(|arn| !arn.is_empty());
        to.tracing_config = self.tracing_config.or(to.tracing_config.take());
        to.file_system_configs = self.file_system_configs.or(to.file_system_configs.take());
        to.image_config_response = self.image_config.map(|config| json!({ "ImageConfig": config })).or(to.image_config_response.take());
        Ok(())
    }
}

impl LoggingChange {
    /// A change to JSON brings its levels along; one to text takes them away.
    fn apply(self, to: &mut LoggingConfig) {
        set(&mut to.log_format, self.log_format);
        set(&mut to.log_group, self.log_group);
        if to.log_format == "JSON" {
            let level = |given: Option<String>, known: &mut Option<String>| given.or(known.take()).or_else(|| Some("INFO".to_owned()));
            to.application_log_level = level(self.application_log_level, &mut to.application_log_level);
            to.system_log_level = level(self.system_log_level, &mut to.system_log_level);
        } else {
            (to.application_log_level, to.system_log_level) = (None, None);
        }
    }
}

fn set<T>(to: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *to = value;
    }
}

fn check_runtime(runtime: &str) -> Result<(), ApiError> {
    if RUNTIMES.contains(&runtime) {
        return Ok(());
    }
    if FORMER_RUNTIMES.contains(&runtime) {
        let advice = "We recommend you use a supported runtime while creating or updating functions.";
        let message =
            format!("The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions. {advice}");
        return Err(invalid(message));
    }
    let known = RUNTIMES.join(", ");
    let constraint = format!("Member must satisfy enum value set: [{known}] or be a valid ARN");
    Err(invalid(format!("Value {runtime} at 'runtime' failed to satisfy constraint: {constraint}")))
}

/// What is said of the runtime's version.
pub(super) fn runtime_version(context: &Context, runtime: &str) -> Value {
    json!({ "RuntimeVersionArn": runtime_version_arn(&context.region, runtime) })
}

fn check_environment(variables: &BTreeMap<String, String>) -> Result<(), ApiError> {
    const CANNOT: &str = "Lambda was unable to configure your environment variables because the environment variables you have provided";
    let measured = serde_json::to_string(variables).unwrap_or_default();
    if measured.len() > MOST_ENVIRONMENT {
        return Err(invalid(format!("{CANNOT} exceeded the 4KB limit. String measured: {measured}")));
    }
    let reserved: Vec<_> = variables.keys().map(String::as_str).filter(|name| RESERVED_VARIABLES.contains(name)).collect();
    if reserved.is_empty() {
        return Ok(());
    }
    Err(invalid(format!(
        "{CANNOT} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: {}",
        reserved.join(", ")
    )))
}

fn vpc_shown(mut vpc: Value) -> Value {
    let has_subnets = vpc["SubnetIds"].as_array().is_some_and(|subnets| !subnets.is_empty());
    if let Some(members) = vpc.as_object_mut() {
        for list in ["SubnetIds", "SecurityGroupIds"] {
            members.entry(list).or_insert_with(|| json!([]));
        }
        members.entry("Ipv6AllowedForDualStack").or_insert_with(|| false.into());
        members.insert("VpcId".to_owned(), if has_subnets { "vpc-00000000000000000" } else { "" }.into());
    }
    vpc
}

async fn layers_of(service: &LambdaService, context: &Context, arns: &[String]) -> Result<(Vec<LayerUse>, Vec<LayerPlace>), ApiError> {
    let (mut layers, mut places): (Vec<LayerUse>, Vec<LayerPlace>) = (Vec::new(), Vec::new());
    for arn in arns {
        let (layer, _) = arn.rsplit_once(':').unwrap_or((arn, ""));
        if let Some(twice) = layers.iter().find(|known| known.arn.rsplit_once(':').is_some_and(|(known, _)| known == layer)) {
            let rule = "Two different versions of the same layer are not allowed to be referenced in the same function.";
            return Err(invalid(format!("{rule} {} and {arn} are versions of the same layer.", twice.arn)));
        }
        if arn.split(':').nth(3) != Some(context.region.as_str()) {
            let rule = "Layers are not in the same region as the function.";
            return Err(invalid(format!("{rule} Layers are expected to be in region {}.", context.region)));
        }
        let found = service.layer(arn).await?.ok_or_else(|| invalid(format!("Layer version {arn} does not exist.")))?;
        layers.push(LayerUse { arn: arn.clone(), code_size: found.code_size });
        places.push(LayerPlace::Archive(found.archive));
    }
    if layers.len() > greenroom_host::MOST_LAYERS {
        return Err(invalid(format!("Cannot reference more than {} layers.", greenroom_host::MOST_LAYERS)));
    }
    Ok((layers, places))
}
