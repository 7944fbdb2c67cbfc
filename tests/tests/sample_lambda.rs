//! The sample apps of AWS Lambda: their tests by `greenroom exec`, as somebody would run them.

use std::process::Command;

use greenroom_tests::{Project, binary, exec_passes, pytest_passes, python_for_aws};

/// Crates come from the registry; where that is out of reach, cargo says so in these words.
const NO_CRATES: [&str; 3] = ["failed to download", "Could not resolve host", "failed to get `"];

/// Builds the function, in a folder beside the one of this workspace, so that the next run starts warm. False, with a line on standard
/// error, where its crates cannot be had.
fn builds(project: &Project) -> bool {
    let target = binary().parent().expect("the binary lies in a folder").join("lambda-custom-runtime");
    let output = Command::new(project.file("build.sh")).env("CARGO_TARGET_DIR", target).output().expect("the script runs");
    let said = String::from_utf8_lossy(&output.stderr);
    if let (false, Some(why)) = (output.status.success(), NO_CRATES.iter().find(|words| said.contains(**words))) {
        eprintln!("skipped: the crates of the function cannot be had here ({why})");
        return false;
    }
    assert!(output.status.success(), "{said}");
    true
}

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
    if builds(&project) {
        exec_passes(&project, &["node", "--test", "test/qr.test.mjs"], &[]);
    }
}
