//! Where code that is no function finds the AWS services of the run: by the variable that its configuration has for AWS's SDKs.

use greenroom_host::Var;
use http::Uri;
use serde_json::Value;

use crate::aws::PORT;

/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>; `AWS_ENDPOINT_URL_SQS` is that of one service.
const VARIABLE: &str = "AWS_ENDPOINT_URL";

/// Makes those variables that name the usual place of local AWS services, `http://127.0.0.1:4566`, say where those of this run are: under
/// `greenroom exec`, and where the port was taken, that is another port.
pub(crate) fn point(vars: &mut [Var], endpoint: &str) {
    for var in vars.iter_mut().filter(|var| is_variable(&var.name)) {
        if var.value.as_str().is_some_and(is_usual_place) {
            var.value = Value::String(endpoint.to_owned());
        }
    }
}

fn is_variable(name: &str) -> bool {
    name.strip_prefix(VARIABLE).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

fn is_usual_place(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let is_here = matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
    is_here && uri.scheme_str() == Some("http") && uri.port_u16() == Some(PORT) && uri.path() == "/" && uri.query().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_usual_place_means_the_run() {
        let pointed = |name: &str, value: &str| {
            let mut vars = [Var { name: name.to_owned(), value: value.into(), secret: false }];
            point(&mut vars, "http://127.0.0.1:5000");
            vars[0].value != value
        };
        for place in ["http://127.0.0.1:4566", "http://localhost:4566/", "http://[::1]:4566"] {
            assert!(pointed("AWS_ENDPOINT_URL", place) && pointed("AWS_ENDPOINT_URL_SQS", place), "{place}");
        }
        for place in ["http://127.0.0.1:4567", "https://127.0.0.1:4566", "http://10.0.0.1:4566", "http://127.0.0.1:4566/x", "nowhere", ""] {
            assert!(!pointed("AWS_ENDPOINT_URL", place), "{place}");
        }
        assert!(!pointed("AWS_ENDPOINT_URLS", "http://127.0.0.1:4566") && !pointed("QUEUE", "http://127.0.0.1:4566"));
    }
}
