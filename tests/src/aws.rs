//! The endpoint of AWS's services of a run, asked as any client asks it.

use std::net::SocketAddr;

use serde_json::Value;

use crate::{Client, Reply, Server};

/// What listens where SDKs send to.
#[derive(Debug, Clone, Copy)]
pub struct Aws {
    client: Client,
}

impl Server {
    /// The endpoint of a project that has functions; it listens where `--aws-port` says.
    ///
    /// # Panics
    /// If the run has none.
    #[must_use]
    pub fn aws(&self) -> Aws {
        let parts = self.ready()["bindings"].as_array().cloned().unwrap_or_default();
        let place =
            parts.iter().find(|part| part["kind"] == "AWS").and_then(|part| part["place"].as_str()).expect("the run has an endpoint");
        Aws { client: Client::new(place.trim_start_matches("http://").parse().expect("the place has an address")) }
    }
}

impl Aws {
    /// `http://…`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.client.address())
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.client.address()
    }

    /// Any request to Lambda's API, with a body of JSON.
    ///
    /// # Panics
    /// If no answer comes.
    #[must_use]
    pub fn lambda(&self, method: &str, path: &str, input: &Value) -> Reply {
        let body = if input.is_null() { String::new() } else { input.to_string() };
        let answer = self.client.try_request(method, path, &[("content-type", "application/json")], body.as_bytes());
        answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Any request to SQS.
    ///
    /// # Panics
    /// If no answer comes.
    #[must_use]
    pub fn sqs(&self, operation: &str, input: &Value) -> Reply {
        let target = format!("AmazonSQS.{operation}");
        let headers = [("x-amz-target", target.as_str()), ("content-type", "application/x-amz-json-1.0")];
        let answer = self.client.try_request("POST", "/", &headers, input.to_string().as_bytes());
        answer.unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    /// Calls a function and waits for what it returns.
    ///
    /// # Panics
    /// If no answer comes.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "events are made where they are sent")]
    pub fn invoke(&self, function: &str, event: Value) -> Reply {
        self.call(function, "RequestResponse", &event)
    }

    /// Leaves an event to be handled in the background, which must be taken.
    ///
    /// # Panics
    /// If it is not.
    #[expect(clippy::needless_pass_by_value, reason = "events are made where they are sent")]
    pub fn send(&self, function: &str, event: Value) {
        let answer = self.call(function, "Event", &event);
        assert_eq!(answer.status, 202, "{}", answer.text());
    }

    fn call(self, function: &str, kind: &str, event: &Value) -> Reply {
        let path = format!("/2015-03-31/functions/{function}/invocations");
        let headers = [("x-amz-invocation-type", kind), ("content-type", "application/json")];
        let answer = self.client.try_request("POST", &path, &headers, event.to_string().as_bytes());
        answer.unwrap_or_else(|error| panic!("{function}: {error}"))
    }
}
