//! Real clients, of today and of the time of the query protocol, against `examples/sqs.rs`.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../../../aws-wire/tests/support/clients.rs"]
mod support;

use std::path::Path;

use support::{Server, run};

/// The last ones that speak the query protocol.
const QUERY_TIME: &[&str] = &["boto3==1.28.0", "botocore==1.31.0"];
const TODAY: &[&str] = &["boto3==1.44.8"];

fn with(packages: &[&str]) {
    let script =
        Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells tests their folder")).join("tests/clients/boto3_sqs.py");
    run(packages, &script, &Server::start("sqs", &[]));
}

#[test]
fn boto3_of_today_uses_queues() {
    with(TODAY);
}

#[test]
fn boto3_of_the_query_time_uses_queues() {
    with(QUERY_TIME);
}
