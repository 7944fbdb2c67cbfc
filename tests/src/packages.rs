//! Packages from registries, for tests of what other languages do. Where no registry can be reached, there is a line on standard error
//! and the test is skipped.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

/// The version that the Python tests run with.
const PYTEST: &str = "pytest==9.2.0";
/// The versions of AWS's clients, which go together.
const AWS_CLIENTS: &[&str] = &["boto3==1.44.8", "awscli==1.46.3"];

/// What npm and pip say where there is no network, and Python where it is installed without what makes environments.
const MISSING: [&str; 13] = [
    "ENOTFOUND",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "ECONNREFUSED",
    "ECONNRESET",
    "ENETUNREACH",
    "ERR_SOCKET_TIMEOUT",
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "No matching distribution found",
    "ensurepip is not available",
    "No module named venv",
];

/// What cargo says where its registry is out of reach.
const NO_CRATES: [&str; 3] = ["failed to download", "Could not resolve host", "failed to get `"];

/// `npm ci` in the folder. False where there is no npm, or where it reaches no registry.
pub(crate) fn npm(folder: &Path, options: &[&str]) -> bool {
    let quietly = ["--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts"];
    run(Command::new("npm").arg("ci").args(options).args(quietly).current_dir(folder), "npm").is_some()
}

/// Installs a package of npm that is compiled for it with these tools, in a folder beside the binary, so that the next run finds it. The
/// folder; none, with a line on standard error, where a tool or the registry is missing, or it does not build.
///
/// # Panics
/// If the folder cannot be written to.
#[must_use]
pub fn compiled(package: &str, version: &str, tools: &[&str]) -> Option<PathBuf> {
    let folder = crate::binary().parent().expect("the binary lies in a folder").join(format!("{package}-{version}"));
    // What a run that was ended half-way has left is made anew.
    let whole = folder.join("installed");
    if whole.is_file() {
        return Some(folder);
    }
    if let Some(missing) = tools.iter().find(|tool| Command::new(tool).arg("--version").output().is_err()) {
        eprintln!("skipped: {package} is built with {missing}, which is not here");
        return None;
    }
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    std::fs::write(folder.join("package.json"), r#"{ "private": true }"#).expect("the file can be written");
    let install = ["install", "--no-audit", "--no-fund", "--no-package-lock", &format!("{package}@{version}")];
    let output = Command::new("npm").args(install).current_dir(&folder).output().ok()?;
    if !output.status.success() {
        eprintln!("skipped: {package} cannot be built here: {}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    std::fs::write(whole, "").expect("the file can be written");
    Some(folder)
}

/// A Python that has pytest, in an environment of its own that goes with the test's process; none where it cannot be had.
///
/// # Panics
/// If pip fails for another reason than a registry that is out of reach.
pub fn python() -> Option<PathBuf> {
    static ENVIRONMENT: OnceLock<Option<TempDir>> = OnceLock::new();
    kept(&ENVIRONMENT, &[PYTEST])
}

/// The same with the clients of AWS: boto3 and the command line.
///
/// # Panics
/// The same.
pub fn python_for_aws() -> Option<PathBuf> {
    static ENVIRONMENT: OnceLock<Option<TempDir>> = OnceLock::new();
    kept(&ENVIRONMENT, &[&[PYTEST], AWS_CLIENTS].concat())
}

/// Runs what builds crates of the registry, in a target folder of that name beside the one of this workspace, so that the next run starts
/// warm. The folder; none, with a line on standard error, where the crates cannot be had.
///
/// # Panics
/// If it fails for another reason, with what it said.
pub fn built(command: &mut Command, name: &str) -> Option<PathBuf> {
    let target = crate::binary().parent().expect("the binary lies in a folder").join(name);
    let output = command.env("CARGO_TARGET_DIR", &target).output().expect("the build runs");
    let said = String::from_utf8_lossy(&output.stderr);
    if let (false, Some(why)) = (output.status.success(), NO_CRATES.iter().find(|words| said.contains(**words))) {
        eprintln!("skipped: the crates of {name} cannot be had here ({why})");
        return None;
    }
    assert!(output.status.success(), "{said}");
    Some(target)
}

fn kept(environment: &'static OnceLock<Option<TempDir>>, packages: &[&str]) -> Option<PathBuf> {
    let made = environment.get_or_init(|| {
        let folder = TempDir::with_prefix("greenroom-python-").expect("a temporary folder");
        environment_in(folder.path(), packages).then_some(folder)
    });
    made.as_ref().map(|folder| folder.path().join("bin/python"))
}

/// A Python environment in `folder` with these packages. False, with a line on standard error, where it cannot be had.
///
/// # Panics
/// The same.
#[must_use]
pub fn environment_in(folder: &Path, packages: &[&str]) -> bool {
    let make = || {
        run(Command::new("python3").args(["-m", "venv"]).arg(folder), "python3 -m venv")?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        run(Command::new(folder.join("bin/python")).args(pip).args(packages), "pip")
    };
    make().is_some()
}

/// None, with a line that says so, where there is no such program or no registry.
fn run(command: &mut Command, name: &str) -> Option<()> {
    let Ok(output) = command.output() else {
        eprintln!("skipped: there is no {name}");
        return None;
    };
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if let (false, Some(why)) = (output.status.success(), MISSING.iter().find(|word| said.contains(**word))) {
        eprintln!("skipped: {name} cannot be had here ({why})");
        return None;
    }
    assert!(output.status.success(), "{name}: {said}");
    Some(())
}
