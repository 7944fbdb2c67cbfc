//! An app whose code is functions: [`bundles`] builds what has to be built, [`files`] tells one state of the rest from another, [`layers`]
//! finds what lies below it, [`declare`] makes known what a project declares, [`doors`] and [`listen`] open its front doors, [`current`] keeps
//! all of it up to date. [`check`] looks at a project without serving it.

mod bundles;
mod check;
mod current;
mod declare;
mod doors;
mod files;
mod layers;
mod listen;
mod mappings;
mod queues;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use greenroom_host::{Clock, Diagnostic, Host, Severity, Timestamp};
use greenroom_lambda_projects::{LambdaProject, LoadOptions};

use crate::app::settings::{Settings, Templates};
use crate::app::started::Started;
use crate::aws::Aws;
use crate::terminal::{AppTerminal, Terminal};
pub(crate) use bundles::{module as handler_module, source_of as handler_source};

use bundles::Bundles;
use declare::Declared;
use files::Walked;
use listen::Open;

/// Where `sam local start-api` listens too: <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-local-start-api.html>
const DEFAULT_PORT: u16 = 3000;

/// An app whose code is functions.
pub(crate) struct Functions {
    dir: PathBuf,
    environment: Option<String>,
    host: Host,
    settings: Settings,
    terminal: Arc<AppTerminal>,
    aws: Arc<Aws>,
    bundles: Bundles,
    open: Open,
    project: LambdaProject,
    declared: Declared,
    read_at: Timestamp,
    /// The error that was last printed.
    said: String,
    /// Files and texts of the warnings that hold, each of which has been said.
    warned: BTreeSet<(Option<PathBuf>, String)>,
    walked: Walked,
}

impl Functions {
    /// Whether the folder is a project of functions.
    pub(crate) fn detect(dir: &Path) -> bool {
        greenroom_lambda_projects::detect(dir).is_some()
    }

    /// The name of the project in `dir`, where it can be read.
    pub(crate) fn name(dir: &Path, environment: Option<&str>, clock: &Clock) -> Option<String> {
        load(dir, environment, clock, &Templates::default(), "").ok().map(|project| project.stack_name)
    }

    /// Makes its functions known and opens its doors. Errors of a function's code leave that function waiting for the next save; others are
    /// given back.
    pub(crate) async fn start(
        dir: &Path,
        environment: Option<String>,
        host: &Host,
        settings: Settings,
        terminal: Terminal,
    ) -> Result<(Self, Started), Vec<Diagnostic>> {
        let read_at = Clock::wall();
        // First, since URLs of queues say where it is.
        let aws = settings.aws.get(host, &settings.apps, &terminal).await.map_err(|error| vec![error])?;
        let project = load(dir, environment.as_deref(), &host.clock, &settings.templates, &aws.url())?;
        settings.neighbours.expect(&project.stack_name, dir).map_err(|error| vec![error])?;
        let app_terminal = AppTerminal::new(terminal, &project.stack_name, settings.several, host.journal.clone());
        let folder = if settings.ephemeral { aws.scratch().to_owned() } else { dir.join(".greenroom/build") };
        let mut functions = Self {
            dir: dir.to_owned(),
            environment,
            host: host.clone(),
            terminal: app_terminal,
            bundles: Bundles::new(folder, dir.to_owned()),
            open: Open::new(aws.gateway.clone(), settings.address),
            declared: Declared::default(),
            aws,
            settings,
            project,
            read_at,
            said: String::new(),
            warned: BTreeSet::new(),
            walked: Walked::default(),
        };
        let problems = functions.declare().await;
        functions.open_doors().await.map_err(|error| vec![error])?;
        functions.fresh_warnings(&problems);
        functions.settings.neighbours.serves_functions(&functions.project.stack_name, dir);
        let started = functions.banner(problems);
        Ok((functions, started))
    }

    /// Whether a function of it can be called.
    pub(crate) fn serves(&self) -> bool {
        self.declared.any()
    }

    /// The project folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    async fn open_doors(&mut self) -> Result<(), Diagnostic> {
        let (doors, named) = doors::of(&self.project);
        self.aws.configure(&self.project.stack_name, doors);
        let port = self.settings.port;
        self.open.set(named, port, DEFAULT_PORT).await
    }

    /// The warnings of the project and of its code that were not said before. One that moves within its file is the same.
    fn fresh_warnings(&mut self, problems: &[Diagnostic]) -> Vec<Diagnostic> {
        let all = self.project.warnings.iter().chain(problems).filter(|problem| problem.severity == Severity::Warning);
        let key = |warning: &Diagnostic| (warning.file.clone(), warning.message.clone());
        let fresh = all.clone().filter(|warning| !self.warned.contains(&key(warning))).cloned().collect();
        self.warned = all.map(key).collect();
        fresh
    }

    /// Where people begin: the first door that a browser opens, else the endpoint.
    fn url(&self) -> String {
        self.open.all().iter().find(|door| !door.is_websocket()).map_or_else(|| self.aws.url(), listen::OpenDoor::url)
    }

    fn banner(&self, problems: Vec<Diagnostic>) -> Started {
        let doors = self.open.all();
        let mut parts: Vec<_> = doors.iter().map(|door| (door.name.clone(), door.kind.to_owned(), door.url())).collect();
        parts.extend(self.project.functions.iter().map(|function| {
            let runtime = function.runtime.as_ref().map(|runtime| runtime.name.clone()).unwrap_or_default();
            (function.function_name.clone(), runtime, function.handler.clone())
        }));
        parts.push(("endpoint".to_owned(), "AWS".to_owned(), self.aws.url()));
        let moved = doors.iter().find_map(|door| door.instead_of);
        Started {
            name: self.project.stack_name.clone(),
            url: self.url(),
            bindings: parts,
            crons: Vec::new(),
            vars: Vec::new(),
            notes: moved.map(|port| format!("port {port} was taken")).into_iter().collect(),
            warnings: self.project.warnings.iter().cloned().chain(problems).collect(),
        }
    }
}

/// Reads the project. What its doors do not do is among the warnings, with `--strict` an error like all that is not emulated. Where AWS's
/// services are is `endpoint`.
fn load(
    dir: &Path,
    environment: Option<&str>,
    clock: &Clock,
    templates: &Templates,
    endpoint: &str,
) -> Result<LambdaProject, Vec<Diagnostic>> {
    let options = LoadOptions {
        environment: environment.map(str::to_owned),
        process_env: std::env::vars().collect(),
        now_ms: Some(clock.now().0),
        parameters: templates.parameters.clone(),
        strict: templates.strict,
        endpoint: Some(endpoint.to_owned()),
        ..LoadOptions::default()
    };
    let mut project = greenroom_lambda_projects::load(dir, &options)?;
    let left_out = doors::left_out(&project);
    if templates.strict && !left_out.is_empty() {
        return Err(left_out.into_iter().map(|problem| Diagnostic { severity: Severity::Error, ..problem }).collect());
    }
    project.warnings.extend(left_out);
    Ok(project)
}
