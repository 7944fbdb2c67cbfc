//! Which program runs a function, by the vendor's word for its runtime.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use greenroom_host::Function;

use super::interpreter;
use crate::bootstrap::{Bootstraps, PYTHON_COMMAND};

/// Languages of runtimes, and what runs them.
const FAMILIES: &[(&str, &str)] = &[("nodejs", "node"), ("python", "python3"), ("java", "java"), ("dotnet", "dotnet"), ("ruby", "ruby")];

/// <https://docs.aws.amazon.com/lambda/latest/dg/java-customization.html>
const JAVA_COMPILER: &str = "-XX:TieredStopAtLevel=1";

/// Programs of this machine, each looked up once.
pub(crate) struct Programs {
    path: OsString,
    found: Mutex<BTreeMap<String, Arc<OnceLock<Option<PathBuf>>>>>,
}

/// What is executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Launch {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
}

/// Why nothing can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The program is not on this machine. For the operator.
    Program(String),
    /// The function's own code has no entry point: the vendor's message.
    Entrypoint(String),
}

impl Programs {
    pub(crate) fn new(path: &OsStr) -> Self {
        Self { path: path.to_owned(), found: Mutex::default() }
    }

    /// Where `name` is, as a shell finds it; without the script of a version manager that may stand before it, whose answer is waited for.
    pub(crate) fn find(&self, name: &str) -> Option<PathBuf> {
        // Who looks for another program does not wait for that of this one.
        let place = Arc::clone(self.found.lock().unwrap_or_else(PoisonError::into_inner).entry(name.to_owned()).or_default());
        place.get_or_init(|| interpreter::behind(look_up(&self.path, name)?, name)).clone()
    }

    /// The program that a runtime needs and that is not there, with how it is installed. Nothing is executed for that.
    pub(crate) fn lacks(&self, runtime: &str) -> Option<String> {
        let (_, name) = FAMILIES.iter().find(|(family, _)| runtime.starts_with(family))?;
        let found = [runtime, name].iter().any(|name| look_up(&self.path, name).is_some());
        let Missing::Program(message) = missing(runtime, name) else { return None };
        (!found).then_some(message)
    }

    /// The folders in which programs are.
    pub(crate) fn path(&self) -> &OsStr {
        &self.path
    }

    /// What runs `function`.
    pub(crate) fn launch(&self, function: &Function, bootstraps: &Bootstraps) -> Result<Launch, Missing> {
        let family = function.runtime.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
        let launch = match family.trim_end_matches('.') {
            "nodejs" => Launch { program: self.interpreter(function, "node")?, arguments: vec![bootstraps.node().into()] },
            "python" => self.python(function)?,
            "provided" | "provided.al" | "go" => bootstrap(function)?,
            "java" => self.java(function, bootstraps)?,
            "dotnet" | "dotnetcore" => self.dotnet(function)?,
            "ruby" => self.ruby(function, bootstraps)?,
            _ => return Err(Missing::Program(format!("`{}` is no runtime that can be run here", function.runtime))),
        };
        Ok(wrapped(function, launch))
    }

    /// The program of the function's version where there is one under that name (`python3.13`), else the usual one.
    fn interpreter(&self, function: &Function, name: &str) -> Result<PathBuf, Missing> {
        self.find(name).ok_or_else(|| missing(&function.runtime, name))
    }

    fn python(&self, function: &Function) -> Result<Launch, Missing> {
        let program = self.find(&function.runtime).map_or_else(|| self.interpreter(function, "python3"), Ok)?;
        let ours = vec!["-c".into(), PYTHON_COMMAND.into()];
        // The vendor's own client, where the project has it.
        let theirs = || vec!["-m".into(), "awslambdaric".into(), function.handler.clone().into()];
        let has_client = std::iter::once(&function.code).chain(&function.search).any(|folder| folder.join("awslambdaric").is_dir());
        Ok(Launch { program, arguments: if has_client { theirs() } else { ours } })
    }

    fn java(&self, function: &Function, bootstraps: &Bootstraps) -> Result<Launch, Missing> {
        let program = self.interpreter(function, "java")?;
        let jars = function.layers.iter().rev().map(|layer| layer.join("java/lib/*"));
        let mut path: Vec<_> = [function.code.clone(), function.code.join("lib/*")].into_iter().chain(jars).collect();
        // The vendor's own client, where the function has it.
        if has_jar(function, "aws-lambda-java-runtime-interface-client") {
            let client = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
            let class_path = std::env::join_paths(path).unwrap_or_default();
            return Ok(Launch { program, arguments: vec!["-cp".into(), class_path, client.into(), function.handler.clone().into()] });
        }
        let classes = bootstraps.java(&program).map_err(|why| Missing::Program(format!("`{}` {why}", function.runtime)))?;
        path.insert(0, classes);
        let class_path = std::env::join_paths(path).unwrap_or_default();
        // The heap ends with the function's memory, or it would grow by that of this machine; the compiler is the vendor's choice.
        let heap = format!("-Xmx{}m", function.memory);
        let arguments: [OsString; 6] =
            ["-XX:+UseSerialGC".into(), JAVA_COMPILER.into(), heap.into(), "-cp".into(), class_path, "GreenroomBootstrap".into()];
        Ok(Launch { program, arguments: arguments.to_vec() })
    }

    fn dotnet(&self, function: &Function) -> Result<Launch, Missing> {
        let program = self.interpreter(function, "dotnet")?;
        let assembly = function.handler.split("::").next().unwrap_or_default();
        let configuration = |ending: &str| function.code.join(format!("{assembly}.{ending}"));
        if !function.code.join("Amazon.Lambda.RuntimeSupport.dll").exists() {
            return Err(Missing::Program(format!(
                "`{}` needs the package `Amazon.Lambda.RuntimeSupport` among its assemblies: `dotnet add package Amazon.Lambda.RuntimeSupport`",
                function.name
            )));
        }
        let arguments: [OsString; 7] = [
            "exec".into(),
            "--depsfile".into(),
            configuration("deps.json").into(),
            "--runtimeconfig".into(),
            configuration("runtimeconfig.json").into(),
            function.code.join("Amazon.Lambda.RuntimeSupport.dll").into(),
            function.handler.clone().into(),
        ];
        Ok(Launch { program, arguments: arguments.to_vec() })
    }

    fn ruby(&self, function: &Function, bootstraps: &Bootstraps) -> Result<Launch, Missing> {
        // The vendor's own client, where it is installed.
        if let Some(program) = self.find("aws_lambda_ric") {
            return Ok(Launch { program, arguments: vec![function.handler.clone().into()] });
        }
        let program = self.find(&function.runtime).map_or_else(|| self.interpreter(function, "ruby"), Ok)?;
        Ok(Launch { program, arguments: vec![bootstraps.ruby().into()] })
    }
}

/// The executable `bootstrap` of a function that brings its own runtime: its own one first, then that of a layer.
fn bootstrap(function: &Function) -> Result<Launch, Missing> {
    let folders = std::iter::once(&function.code).chain(function.layers.iter().rev());
    let Some(program) = folders.map(|folder| folder.join("bootstrap")).find(|path| path.is_file()) else {
        return Err(Missing::Entrypoint("Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]".to_owned()));
    };
    if !is_executable(&program) {
        return Err(Missing::Entrypoint("fork/exec /var/task/bootstrap: permission denied".to_owned()));
    }
    Ok(Launch { program, arguments: Vec::new() })
}

/// The wrapper of `AWS_LAMBDA_EXEC_WRAPPER` around it. Runtimes that a function brings along do that themselves.
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper>
fn wrapped(function: &Function, launch: Launch) -> Launch {
    let wrapper = function.environment.iter().find(|(name, value)| name == "AWS_LAMBDA_EXEC_WRAPPER" && !value.is_empty());
    let brings_own = function.runtime.starts_with("provided") || function.runtime.starts_with("go");
    match wrapper {
        Some((_, wrapper)) if !brings_own => {
            let arguments = std::iter::once(launch.program.into()).chain(launch.arguments).collect();
            Launch { program: super::environment::translated(function, wrapper).into(), arguments }
        }
        _ => launch,
    }
}

fn has_jar(function: &Function, name: &str) -> bool {
    let folders = std::iter::once(function.code.join("lib")).chain(function.layers.iter().map(|layer| layer.join("java/lib")));
    let files = folders.chain([function.code.clone()]).filter_map(|folder| std::fs::read_dir(folder).ok());
    let unpacked = function.code.join("com/amazonaws/services/lambda/runtime/api/client").is_dir();
    unpacked || files.flatten().flatten().any(|file| file.file_name().to_string_lossy().starts_with(name))
}

fn look_up(path: &OsStr, name: &str) -> Option<PathBuf> {
    std::env::split_paths(path).map(|folder| folder.join(name)).find(|program| is_executable(program))
}

pub(crate) fn is_executable(file: &Path) -> bool {
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

fn missing(runtime: &str, name: &str) -> Missing {
    let (product, how) = match name {
        "node" => ("Node.js", "https://nodejs.org/en/download, or your system's package `nodejs`"),
        "python3" => ("Python", "https://www.python.org/downloads, or your system's package `python3`"),
        "java" => ("Java", "https://docs.aws.amazon.com/corretto, or your system's package `default-jre`"),
        "dotnet" => (".NET", "https://dotnet.microsoft.com/download"),
        _ => ("Ruby", "https://www.ruby-lang.org/en/downloads, or your system's package `ruby`"),
    };
    Missing::Program(format!("`{runtime}` needs the program `{name}`, which is not on this machine: install {product} ({how})"))
}
