//! `alb`: a rule of a load balancer's listener.

use super::Event;
use crate::serverless::Service;
use crate::serverless::functions::Function;
use crate::tree::{Maker, Node};

/// Conditions: the framework's key, the vendor's field, and the property that holds the values.
const CONDITIONS: &[(&str, &str, &str)] = &[
    ("path", "path-pattern", "PathPatternConfig"),
    ("host", "host-header", "HostHeaderConfig"),
    ("method", "http-request-method", "HttpRequestMethodConfig"),
    ("ip", "source-ip", "SourceIpConfig"),
];

pub(super) fn add(service: &mut Service<'_>, function: &Function<'_>, event: &Event<'_>) {
    let Some(listener) = event.get("listenerArn").cloned() else {
        event.missing(service, function, "listenerArn");
        return;
    };
    let at = event.at;
    let number = service.next(format!("alb {}", function.key));
    let multi = event.get("multiValueHeaders").and_then(Node::boolean) == Some(true);
    let group = format!("{}Alb{}TargetGroup", function.normal, if multi { "MultiValue" } else { "" });
    let attribute = Maker::at(at).put("Key", "lambda.multi_value_headers.enabled").put("Value", if multi { "true" } else { "false" });
    let properties = Maker::at(at)
        .put("TargetType", "lambda")
        .put("Targets", vec![Maker::at(at).put("Id", &function.arn)])
        .put("TargetGroupAttributes", vec![attribute]);
    service.add(&group, "AWS::ElasticLoadBalancingV2::TargetGroup", properties);
    let action = Maker::at(at).put("Type", "forward").put("TargetGroupArn", Node::make_ref(at, &group));
    let properties = Maker::at(at)
        .put("Actions", vec![action])
        .put("Conditions", conditions(event))
        .put("ListenerArn", listener)
        .maybe("Priority", event.get("priority"));
    service.add(&format!("{}AlbListenerRule{number}", function.normal), "AWS::ElasticLoadBalancingV2::ListenerRule", properties);
}

fn conditions(event: &Event<'_>) -> Vec<Maker> {
    let at = event.at;
    let Some(given) = event.get("conditions").and_then(Node::object) else { return Vec::new() };
    let mut made = Vec::new();
    for (key, field, config) in CONDITIONS {
        if let Some(node) = given.get(key) {
            made.push(Maker::at(at).put("Field", *field).put(config, Maker::at(at).put("Values", node.one_or_more().to_vec())));
        }
    }
    for header in given.get("header").map_or(&[][..], Node::one_or_more).iter().filter_map(Node::object) {
        let values = header.get("values").map(|values| values.one_or_more().to_vec());
        let config = Maker::at(at).maybe("HttpHeaderName", header.get("name")).maybe("Values", values);
        made.push(Maker::at(at).put("Field", "http-header").put("HttpHeaderConfig", config));
    }
    if let Some(query) = given.object("query") {
        let pairs: Vec<Maker> =
            query.entries.iter().map(|entry| Maker::at(entry.at).put("Key", entry.key.as_str()).put("Value", &entry.node)).collect();
        made.push(Maker::at(at).put("Field", "query-string").put("QueryStringConfig", Maker::at(at).put("Values", pairs)));
    }
    made
}
