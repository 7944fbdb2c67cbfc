//! Real clients, of today and of the time of the query protocol, against services that answer what they were asked.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "support/clients.rs"]
mod support;

use std::path::Path;

use support::{Server, run};

const TODAY: &[&str] = &["boto3==1.44.8"];
/// The last ones that speak the query protocol to SQS and CloudWatch.
const QUERY_TIME: &[&str] = &["boto3==1.28.0", "botocore==1.31.0"];

fn script() -> std::path::PathBuf {
    Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells tests their folder")).join("tests/clients/boto3_wire.py")
}

#[test]
fn boto3_of_today_is_understood_and_understands() {
    run(TODAY, &script(), &Server::start("toy", &[]));
}

#[test]
fn boto3_of_the_query_time_is_understood_and_understands() {
    run(QUERY_TIME, &script(), &Server::start("toy", &[]));
}

#[test]
fn both_sign_so_that_strict_takes_it() {
    let server = Server::start("toy", &["--strict"]);
    run(TODAY, &script(), &server);
    run(QUERY_TIME, &script(), &server);
}
