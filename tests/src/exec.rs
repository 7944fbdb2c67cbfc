//! Tests of an app in its own language, by `greenroom exec`, as somebody would run them.

use std::path::Path;
use std::process::Command;

use crate::{Project, binary, repository};

/// `greenroom exec -- …` in the app's folder, which must succeed.
///
/// # Panics
/// If it does not, with what it printed.
pub fn exec_passes(project: &Project, command: &[&str], environment: &[(&str, String)]) {
    exec_apps_pass(project, &[], command, environment);
}

/// The same of several apps, each in a folder of its own within the project's.
///
/// # Panics
/// The same.
pub fn exec_apps_pass(project: &Project, apps: &[&str], command: &[&str], environment: &[(&str, String)]) {
    let mut exec = Command::new(binary());
    exec.arg("exec").args(apps).arg("--").args(command).current_dir(project.path()).env_remove("GREENROOM_CONTROL");
    let output = exec.envs(environment.iter().map(|(name, value)| (name, value))).output().expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{command:?}\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
}

/// The same of pytest, with the plugin of the client, which is not installed.
///
/// # Panics
/// The same.
pub fn pytest_passes(project: &Project, python: &Path, tests: &str) {
    pytest_apps_pass(project, &[], python, tests);
}

/// The same of several apps.
///
/// # Panics
/// The same.
pub fn pytest_apps_pass(project: &Project, apps: &[&str], python: &Path, tests: &str) {
    let python = python.display().to_string();
    let pytest = [python.as_str(), "-m", "pytest", "-q", "-p", "greenroom_test.pytest_plugin", "-p", "no:cacheprovider", tests];
    let path = repository().join("harness/python/src").display().to_string();
    exec_apps_pass(project, apps, &pytest, &[("PYTHONPATH", path), ("PYTHONDONTWRITEBYTECODE", "1".to_owned())]);
}
