//! `provider`: what every function has unless it says otherwise.

use crate::context::Context;
use crate::sources::Mark;
use crate::tree::{Node, Object};

/// The stage where none is asked for.
const STAGE: &str = "dev";

/// What `provider` says.
pub(super) struct Provider {
    pub(super) service: String,
    pub(super) stage: String,
    pub(super) stack_name: String,
    pub(super) settings: Object,
}

/// Keys of `provider` that are read.
const READ: &[&str] = &[
    "alb",
    "apiGateway",
    "apiKeys",
    "apiName",
    "architecture",
    "endpointType",
    "environment",
    "eventBridge",
    "httpApi",
    "layers",
    "logRetentionInDays",
    "logs",
    "memorySize",
    "minimumCompressionSize",
    "name",
    "profile",
    "region",
    "runtime",
    "stackName",
    "stackTags",
    "stage",
    "tags",
    "timeout",
    "tracing",
    "usagePlan",
    "websocketsApiName",
    "websocketsApiRouteSelectionExpression",
    "deploymentBucket",
    "deploymentMethod",
    "deploymentPrefix",
    "iam",
    "iamRoleStatements",
    "role",
    "versionFunctions",
    "lambdaHashingVersion",
    "stackPolicy",
    "rolePermissionsBoundary",
    "cfnRole",
    "notificationArns",
    "rollbackConfiguration",
    "disableRollback",
    "logDataProtectionPolicy",
    "kmsKeyArn",
    "ecr",
    "vpc",
    "s3",
    "cloudFront",
    "disableDefaultOutputExportNames",
    "stackParameters",
    "vpcEndpointIds",
    "websocketsDescription",
    "websocketsUseProvidedResponse",
    "runtimeManagement",
    "resourcePolicy",
    "build",
    "resolver",
    "websocket",
];

impl Provider {
    pub(super) fn read(cx: &Context, root: &Object, at: Mark) -> Option<Self> {
        let service = root.get("service").and_then(|node| node.text().or_else(|| node.object().and_then(|object| object.text("name"))));
        let Some(service) = service else {
            cx.error(at, "`serverless.yml` has no `service`", "add `service: my-app`");
            return None;
        };
        let settings = match root.get("provider") {
            // `provider: aws` is short for its name.
            Some(node) if node.text().is_some() => Object::default(),
            Some(node) => node.object().cloned().unwrap_or_default(),
            None => {
                cx.error(at, "`serverless.yml` has no `provider`", "add `provider:` with `name: aws` and `runtime: nodejs24.x`");
                return None;
            }
        };
        if let Some(name) = settings.text("name").filter(|name| *name != "aws") {
            cx.error(settings.get("name").map_or(at, |node| node.at), format!("the provider `{name}` is not emulated"), "use `aws`");
        }
        for entry in settings.entries.iter().filter(|entry| !READ.contains(&entry.key.as_str())) {
            let hint = crate::words::did_you_mean(&entry.key, READ.iter().copied(), "remove it");
            cx.not_emulated(entry.at, format!("`provider.{}` is no key that is known; it is ignored", entry.key), hint);
        }
        let stage =
            cx.options.environment.clone().or_else(|| settings.text("stage").map(str::to_owned)).unwrap_or_else(|| STAGE.to_owned());
        let stack_name = settings.text("stackName").map_or_else(|| format!("{service}-{stage}"), str::to_owned);
        Some(Self { service: service.to_owned(), stage, stack_name, settings })
    }

    /// The setting `key`.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.settings.get(key).filter(|node| !node.is_null())
    }

    /// A setting inside of others: `httpApi.cors`.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Node> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.settings.get(first)?, |node, key| node.object()?.get(key)).filter(|node| !node.is_null())
    }
}

/// The stage, before variables are resolved: asked for, or written out.
pub(super) fn stage(cx: &Context, root: &Node) -> String {
    let written = root.object().and_then(|root| root.object("provider")).and_then(|provider| provider.text("stage"));
    let asked = cx.options.environment.clone().or_else(|| cx.options.opts.get("stage").cloned());
    asked.or_else(|| written.and_then(fallback)).unwrap_or_else(|| STAGE.to_owned())
}

/// The region: asked for, or written out.
pub(super) fn region(cx: &Context, root: &Node) -> String {
    let written = root.object().and_then(|root| root.object("provider")).and_then(|provider| provider.text("region"));
    let written = || written.and_then(fallback);
    cx.options.wanted_region().map(str::to_owned).or_else(written).unwrap_or_else(|| cx.options.region().to_owned())
}

/// A value that is written out, or the fallback of `${opt:stage, 'dev'}`.
fn fallback(text: &str) -> Option<String> {
    if !text.contains("${") {
        return Some(text.to_owned());
    }
    let inner = text.strip_prefix("${")?.strip_suffix('}')?;
    let last = inner.rsplit(',').next()?.trim();
    let plain = last.trim_matches(['\'', '"']);
    (inner.contains(',') && !plain.contains(':') && !plain.contains('$')).then(|| plain.to_owned())
}
