//! What doors answer browsers by themselves.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>

use crate::answer::Answer;
use crate::config::Cors;
use crate::inbound::Inbound;

/// The prefix of all headers that are meant.
const PREFIX: &str = "access-control-";

/// Whether a request only asks what may be asked.
pub(crate) fn is_preflight(inbound: &Inbound) -> bool {
    inbound.method == "OPTIONS" && inbound.headers.get("origin").is_some() && inbound.headers.get("access-control-request-method").is_some()
}

/// The answer to such a request.
pub(crate) fn preflight(cors: &Cors, inbound: &Inbound, status: u16) -> Answer {
    let mut answer = Answer::empty(status);
    let Some(origin) = allowed(cors, inbound) else { return answer };
    answer.headers.push((format!("{PREFIX}allow-origin"), origin));
    let list = |name: &str, values: &[String], answer: &mut Answer| {
        if !values.is_empty() {
            answer.headers.push((format!("{PREFIX}{name}"), values.join(",")));
        }
    };
    list("allow-methods", &cors.allow_methods, &mut answer);
    list("allow-headers", &cors.allow_headers, &mut answer);
    list("expose-headers", &cors.expose_headers, &mut answer);
    if let Some(seconds) = cors.max_age {
        answer.headers.push((format!("{PREFIX}max-age"), seconds.to_string()));
    }
    credentials(cors, &mut answer);
    answer
}

/// The same headers for the answer of a function, in place of its own.
pub(crate) fn dress(cors: &Cors, inbound: &Inbound, answer: &mut Answer) {
    answer.headers.retain(|(name, _)| !name.to_ascii_lowercase().starts_with(PREFIX));
    let Some(origin) = allowed(cors, inbound) else { return };
    answer.headers.push((format!("{PREFIX}allow-origin"), origin));
    if !cors.expose_headers.is_empty() {
        answer.headers.push((format!("{PREFIX}expose-headers"), cors.expose_headers.join(",")));
    }
    credentials(cors, answer);
}

fn credentials(cors: &Cors, answer: &mut Answer) {
    if cors.allow_credentials {
        answer.headers.push((format!("{PREFIX}allow-credentials"), "true".to_owned()));
    }
}

/// What the origin of a request is told; none where there is no origin, or one that may not.
fn allowed(cors: &Cors, inbound: &Inbound) -> Option<String> {
    let origin = inbound.headers.get("origin")?;
    if cors.allow_origins.iter().any(|allowed| allowed == "*") {
        return Some(if cors.allow_credentials { origin.to_owned() } else { "*".to_owned() });
    }
    let fits = |allowed: &String| match allowed.strip_suffix("://*") {
        Some(scheme) => origin.split_once("://").is_some_and(|(given, _)| given == scheme),
        None => allowed.eq_ignore_ascii_case(origin),
    };
    cors.allow_origins.iter().any(fits).then(|| origin.to_owned())
}
