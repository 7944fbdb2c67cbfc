//! The sample apps of AWS Lambda: their tests by `greenroom exec`, as somebody would run them.

use std::process::Command;

use greenroom_tests::{Project, built, exec_passes, pytest_passes, python_for_aws};

#[test]
fn api_in_javascript() {
    let Some(project) = Project::sample("lambda-api") else { return };
    project.link_client();
    exec_passes(&project, &["node", "--test", "test/quotes.test.mjs"], &[]);
}

#[test]
fn api_in_python() {
    let Some(project) = Project::sample("lambda-api") else { return };
    let Some(python) = python_for_aws() else { return };
    pytest_passes(&project, &python, "test");
}

#[test]
fn cdk_in_javascript() {
    let Some(project) = Project::sample("lambda-cdk") else { return };
    project.link_client();
    exec_passes(&project, &["node", "--test", "test/hooks.test.mjs"], &[]);
}

#[test]
fn custom_runtime_in_javascript() {
    let Some(project) = Project::sample("lambda-custom-runtime") else { return };
    project.link_client();
    if built(&mut Command::new(project.file("build.sh")), "lambda-custom-runtime").is_some() {
        exec_passes(&project, &["node", "--test", "test/qr.test.mjs"], &[]);
    }
}
