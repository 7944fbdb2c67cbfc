//! Load balancers: one door for each of their listeners.

use greenroom_apigateway::config::{BalancerTarget, ListenerRule, LoadBalancer, RuleAction, RuleCondition};
use greenroom_lambda_projects as declared;
use serde_json::Value;

use super::Cx;

/// The doors of one load balancer.
pub(super) fn map(cx: &Cx<'_>, balancer: &declared::Alb) -> Vec<LoadBalancer> {
    let door = |listener: &declared::AlbListener| {
        let name = if balancer.listeners.len() == 1 { balancer.name.clone() } else { format!("{}-{}", balancer.name, listener.port) };
        let rules = listener.rules.iter().map(|rule| ListenerRule {
            priority: u32::try_from(rule.priority).unwrap_or(u32::MAX),
            conditions: rule.conditions.iter().map(condition).collect(),
            action: action(cx, balancer, &rule.actions),
        });
        let otherwise =
            ListenerRule { priority: u32::MAX, conditions: Vec::new(), action: action(cx, balancer, &listener.default_actions) };
        LoadBalancer { name, rules: rules.chain([otherwise]).collect() }
    };
    balancer.listeners.iter().map(door).collect()
}

fn condition(condition: &declared::AlbCondition) -> RuleCondition {
    let values = condition.values.clone();
    match condition.field.as_str() {
        "host-header" => RuleCondition::HostHeader(values),
        "http-request-method" => RuleCondition::Method(values),
        "http-header" => RuleCondition::Header(condition.name.clone().unwrap_or_default(), values),
        "source-ip" => RuleCondition::SourceIp(values),
        "query-string" => RuleCondition::Query(values.iter().map(|pair| query(pair)).collect()),
        _ => RuleCondition::PathPattern(values),
    }
}

fn query(pair: &str) -> (Option<String>, String) {
    match pair.split_once('=') {
        Some((name, value)) => (Some(name.to_owned()), value.to_owned()),
        None => (None, pair.to_owned()),
    }
}

/// The action that answers; what stands before it would say who may, and lets everybody.
fn action(cx: &Cx<'_>, balancer: &declared::Alb, actions: &[declared::AlbAction]) -> RuleAction {
    let Some(last) = actions.last() else { return RuleAction::Unsupported("none".to_owned()) };
    let text = |name: &str| last.config.as_ref().and_then(|config| config.get(name)).and_then(Value::as_str).map(str::to_owned);
    match last.action_type.as_str() {
        "forward" => forward(cx, balancer, last),
        "fixed-response" => RuleAction::Fixed {
            status: text("StatusCode").and_then(|status| status.parse().ok()).unwrap_or(200),
            content_type: text("ContentType").unwrap_or_else(|| "text/plain".to_owned()),
            body: text("MessageBody").unwrap_or_default(),
        },
        "redirect" => {
            let part = |name: &str, usual: &str| text(name).unwrap_or_else(|| usual.to_owned());
            let query = part("Query", "#{query}");
            let query = if query.is_empty() { query } else { format!("?{query}") };
            let (protocol, host, port) = (part("Protocol", "#{protocol}"), part("Host", "#{host}"), part("Port", "#{port}"));
            RuleAction::Redirect {
                status: if text("StatusCode").as_deref() == Some("HTTP_301") { 301 } else { 302 },
                url: format!("{}://{host}:{port}{}{query}", protocol.to_lowercase(), part("Path", "/#{path}")),
            }
        }
        other => RuleAction::Unsupported(other.to_owned()),
    }
}

/// To the target groups that have functions, by their weights.
fn forward(cx: &Cx<'_>, balancer: &declared::Alb, action: &declared::AlbAction) -> RuleAction {
    let target = |(arn, weight): &(String, i64)| {
        let group = balancer.target_groups.iter().find(|group| group.target_group_arn == *arn)?;
        Some(BalancerTarget {
            arn: cx.arn(group.function.as_ref()?),
            target_group: group.target_group_arn.clone(),
            multi_value_headers: group.multi_value_headers,
            weight: u32::try_from(*weight).unwrap_or_default(),
        })
    };
    let targets: Vec<_> = action.target_groups.iter().filter_map(target).collect();
    if targets.is_empty() { RuleAction::Unsupported("forward to what is no function".to_owned()) } else { RuleAction::Forward(targets) }
}
