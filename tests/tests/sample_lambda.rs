//! The sample apps of AWS Lambda: their tests by `greenroom exec`, as somebody would run them.

use greenroom_tests::{Project, exec_passes, pytest_passes, python_for_aws};

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
