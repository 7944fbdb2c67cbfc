//! Application load balancers.
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>

mod event;
mod rules;

use greenroom_host::{Content, Outcome};
use serde_json::Value;

use crate::answer::Answer;
use crate::call::FunctionRequest;
use crate::config::{BalancerTarget, LoadBalancer, RuleAction};
use crate::http_api::response;
use crate::inbound::{Inbound, TooLarge};
use crate::limits;
use crate::scene::Scene;

/// Who calls functions behind load balancers.
const CALLER: &str = "elasticloadbalancing.amazonaws.com";

/// A page as the vendor's load balancers send it.
fn page(status: u16, cause: impl Into<String>) -> Answer {
    Answer::new(status, "text/html", html(status)).because(cause)
}

fn html(status: u16) -> String {
    let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    let title = format!("{status} {reason}");
    format!("<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n")
}

/// Answers a request to a load balancer.
pub(crate) async fn answer(balancer: &LoadBalancer, scene: &Scene, inbound: &Inbound, large: Option<TooLarge>) -> Answer {
    let answer = done(balancer, scene, inbound, large).await;
    if answer.has("server") { answer } else { answer.with("Server", "awselb/2.0") }
}

async fn done(balancer: &LoadBalancer, scene: &Scene, inbound: &Inbound, large: Option<TooLarge>) -> Answer {
    let Some(action) = rules::find(balancer, inbound) else {
        return page(503, format!("no rule of the load balancer `{}` fits, and none is for all", balancer.name));
    };
    match action {
        RuleAction::Forward(targets) => match rules::draw(targets, scene.host.ids.random()) {
            Some(target) => called(target, scene, inbound, large).await,
            None => page(503, "no target group of the rule has a weight"),
        },
        RuleAction::Fixed { status, content_type, body } => Answer::new(*status, content_type, body.clone()),
        RuleAction::Redirect { status, url } => {
            Answer::new(*status, "text/html", html(*status)).with("Location", rules::fill(url, inbound))
        }
        RuleAction::Unsupported(kind) => page(503, format!("actions of type `{kind}` are not emulated")),
    }
}

async fn called(target: &BalancerTarget, scene: &Scene, inbound: &Inbound, large: Option<TooLarge>) -> Answer {
    if large.is_some() {
        return page(413, "the body is larger than 1 MB");
    }
    let BalancerTarget { arn, target_group, multi_value_headers, .. } = target;
    let event = event::build(target_group, *multi_value_headers, scene, inbound).to_string().into();
    let request = FunctionRequest { arn, event, caller: CALLER, timeout: None, stream: false, asynchronous: false };
    match scene.call_json(request).await {
        Ok(returned) => convert(&returned, *multi_value_headers).unwrap_or_else(|cause| page(502, cause)),
        Err(not) => page(502, not.cause()),
    }
}

/// Reads a response. An `Err` says what is wrong with it.
fn convert(returned: &Value, lists: bool) -> Result<Answer, String> {
    let object = returned.as_object().ok_or_else(|| format!("the function returned no object: {returned}"))?;
    let status = response::status(object.get("statusCode").unwrap_or(&Value::Null))?;
    let headers = if lists {
        let headers = response::multi(object.get("multiValueHeaders"))?;
        headers.into_iter().flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value))).collect()
    } else {
        response::headers(object.get("headers"))?
    };
    let body = response::body(object.get("body"), object.get("isBase64Encoded"))?;
    if body.len() as u64 > limits::BALANCER_PAYLOAD.most {
        return Err("the function returned a body that is larger than 1 MB".to_owned());
    }
    Ok(Answer { status, headers, content: Content::Whole(body), outcome: Outcome::Ok })
}
