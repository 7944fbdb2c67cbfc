//! Application load balancers, as far as they lead to functions.

use serde::Serialize;

use super::LambdaProject;
use super::integration::FunctionTarget;
use super::props::Props;
use crate::sources::Place;

/// A load balancer.
#[derive(Debug, Clone, Serialize)]
pub struct Alb {
    /// Its logical id.
    pub logical_id: String,
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub load_balancer_arn: String,
    /// Its host name.
    pub dns_name: String,
    /// Where it listens.
    pub listeners: Vec<AlbListener>,
    /// Where its rules send requests.
    pub target_groups: Vec<AlbTargetGroup>,
    /// Where it is declared.
    pub place: Place,
}

/// A port that a load balancer listens on.
#[derive(Debug, Clone, Serialize)]
pub struct AlbListener {
    /// Its ARN.
    pub listener_arn: String,
    /// The port.
    pub port: u16,
    /// `HTTP` or `HTTPS`.
    pub protocol: String,
    /// Its rules, by priority.
    pub rules: Vec<AlbRule>,
    /// What happens where no rule matches.
    pub default_actions: Vec<AlbAction>,
}

/// A rule of a listener.
#[derive(Debug, Clone, Serialize)]
pub struct AlbRule {
    /// The lowest comes first.
    pub priority: i64,
    /// All of them must hold.
    pub conditions: Vec<AlbCondition>,
    /// What happens.
    pub actions: Vec<AlbAction>,
}

/// A condition of a rule.
#[derive(Debug, Clone, Serialize)]
pub struct AlbCondition {
    /// `path-pattern`, `host-header`, `http-header`, `http-request-method`, `query-string` or `source-ip`.
    pub field: String,
    /// The header's name, of `http-header`.
    pub name: Option<String>,
    /// One of these must match; of query strings `key=value`, or a value alone.
    pub values: Vec<String>,
}

/// What happens to a request.
#[derive(Debug, Clone, Serialize)]
pub struct AlbAction {
    /// `forward`, `fixed-response` or `redirect`.
    pub action_type: String,
    /// Target groups and their weights.
    pub target_groups: Vec<(String, i64)>,
    /// The configuration of the other types, as the vendor names it.
    pub config: Option<serde_json::Value>,
}

/// Where requests are sent.
#[derive(Debug, Clone, Serialize)]
pub struct AlbTargetGroup {
    /// Its ARN.
    pub target_group_arn: String,
    /// The function.
    pub function: Option<FunctionTarget>,
    /// Whether headers and query strings keep several values (`lambda.multi_value_headers.enabled`).
    pub multi_value_headers: bool,
}

pub(super) fn read(props: &Props<'_, '_>, project: &mut LambdaProject) {
    if let Some(kind) = props.text("Type").filter(|kind| kind != "application") {
        props.cx().not_emulated(
            props.mark("Type"),
            format!("load balancers of type `{kind}` are not emulated"),
            "the resource is left out",
        );
        return;
    }
    project.albs.push(Alb {
        logical_id: props.id.clone(),
        name: props.physical_name(),
        load_balancer_arn: props.reference(),
        dns_name: props.attribute("DNSName"),
        listeners: Vec::new(),
        target_groups: Vec::new(),
        place: props.place(),
    });
    props.no_effect(&["Scheme", "SecurityGroups", "Subnets", "SubnetMappings", "Tags", "IpAddressType", "LoadBalancerAttributes"]);
}

pub(super) fn read_group(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let arn = props.reference();
    let kind = props.text("TargetType").unwrap_or_else(|| "instance".to_owned());
    if kind != "lambda" {
        let message = format!("target groups of type `{kind}` are not emulated");
        props.cx().not_emulated(props.mark("TargetType"), message, "only functions are called");
    }
    let targets = props.objects("Targets");
    for target in &targets {
        target.no_effect(&["Id", "Port", "AvailabilityZone", "QuicServerId"]);
    }
    let id = targets.first().and_then(|target| target.text("Id"));
    let attributes = props.objects("TargetGroupAttributes");
    for attribute in &attributes {
        attribute.no_effect(&["Key", "Value"]);
    }
    let multi = attributes.iter().any(|attribute| {
        attribute.text("Key").as_deref() == Some("lambda.multi_value_headers.enabled") && attribute.text("Value").as_deref() == Some("true")
    });
    props.no_effect(&["Name", "Tags", "Port", "Protocol", "VpcId", "Matcher", "ProtocolVersion"]);
    props.no_effect(&[
        "HealthCheckEnabled",
        "HealthCheckPath",
        "HealthCheckIntervalSeconds",
        "HealthCheckTimeoutSeconds",
        "HealthyThresholdCount",
    ]);
    props.no_effect(&["UnhealthyThresholdCount", "HealthCheckPort", "HealthCheckProtocol"]);
    let group =
        AlbTargetGroup { target_group_arn: arn, function: id.as_deref().and_then(FunctionTarget::parse), multi_value_headers: multi };
    // A group belongs to no load balancer by itself: each has all, and its listeners say which ones count.
    project.albs.iter_mut().for_each(|alb| alb.target_groups.push(group.clone()));
}

fn action(props: &Props<'_, '_>) -> AlbAction {
    let action_type = props.text("Type").unwrap_or_default();
    let forward = props.object("ForwardConfig").map(|forward| {
        forward.no_effect(&["TargetGroupStickinessConfig"]);
        forward.objects("TargetGroups")
    });
    let forward = forward.unwrap_or_default();
    let mut groups: Vec<(String, i64)> =
        forward.iter().filter_map(|group| Some((group.text("TargetGroupArn")?, group.number("Weight").unwrap_or(1)))).collect();
    if let Some(arn) = props.text("TargetGroupArn").filter(|_| groups.is_empty()) {
        groups.push((arn, 1));
    }
    props.no_effect(&["Order", "AuthenticateCognitoConfig", "AuthenticateOidcConfig", "JwtValidationConfig"]);
    if !matches!(action_type.as_str(), "forward" | "fixed-response" | "redirect") {
        let message = format!("actions of type `{action_type}` are not emulated");
        props.cx().not_emulated(props.at, message, "requests pass as if they were permitted");
    }
    let config = props.json("FixedResponseConfig").or_else(|| props.json("RedirectConfig"));
    AlbAction { action_type, target_groups: groups, config }
}

fn actions(list: &[Props<'_, '_>]) -> Vec<AlbAction> {
    list.iter().map(action).collect()
}

pub(super) fn read_listener(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let arn = props.text("LoadBalancerArn").unwrap_or_default();
    let listener = AlbListener {
        listener_arn: props.reference(),
        port: props.within("Port", 1, 65_535, "").and_then(|port| u16::try_from(port).ok()).unwrap_or(80),
        protocol: props.text("Protocol").unwrap_or_else(|| "HTTP".to_owned()),
        rules: Vec::new(),
        default_actions: actions(&props.objects("DefaultActions")),
    };
    props.no_effect(&["Certificates", "SslPolicy", "AlpnPolicy", "ListenerAttributes", "MutualAuthentication"]);
    match project.albs.iter_mut().find(|alb| alb.load_balancer_arn == arn) {
        Some(alb) => alb.listeners.push(listener),
        None => props.cx().not_emulated(
            props.at,
            format!("`{}` names a load balancer that is not here", props.id),
            "declare it in this template",
        ),
    }
}

/// What may stand in a condition beside `Values`, by field.
const CONFIGS: &[(&str, &str)] = &[
    ("path-pattern", "PathPatternConfig"),
    ("host-header", "HostHeaderConfig"),
    ("http-header", "HttpHeaderConfig"),
    ("http-request-method", "HttpRequestMethodConfig"),
    ("query-string", "QueryStringConfig"),
    ("source-ip", "SourceIpConfig"),
];

fn condition(props: &Props<'_, '_>) -> AlbCondition {
    let field = props.text("Field").unwrap_or_default();
    let config = CONFIGS.iter().find(|(name, _)| *name == field).and_then(|(_, key)| props.object(key));
    let Some(config) = config else { return AlbCondition { field, name: None, values: props.texts("Values") } };
    let values = if field == "query-string" {
        let pair = |pair: &Props<'_, '_>| match (pair.text("Key"), pair.text("Value")) {
            (Some(key), value) => format!("{key}={}", value.unwrap_or_default()),
            (None, value) => value.unwrap_or_default(),
        };
        config.objects("Values").iter().map(pair).collect()
    } else {
        config.texts("Values")
    };
    AlbCondition { field, name: config.text("HttpHeaderName"), values }
}

pub(super) fn read_rule(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let arn = props.text("ListenerArn").unwrap_or_default();
    let rule = AlbRule {
        priority: props.number("Priority").unwrap_or_default(),
        conditions: props.objects("Conditions").iter().map(condition).collect(),
        actions: actions(&props.objects("Actions")),
    };
    let listener = project.albs.iter_mut().flat_map(|alb| &mut alb.listeners).find(|listener| listener.listener_arn == arn);
    if let Some(listener) = listener {
        listener.rules.push(rule);
        listener.rules.sort_by_key(|rule| rule.priority);
    }
}
