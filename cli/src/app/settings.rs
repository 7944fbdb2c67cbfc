//! What an app is started with.

use std::net::IpAddr;
use std::path::PathBuf;

use greenroom_gateway::Origins;
use greenroom_host::geo::Edge;
use greenroom_host::{Diagnostic, Profile};
use greenroom_platforms::GivenVars;

use crate::app::neighbours::Neighbours;
use crate::args::{Given, Serving};
use crate::aws::{AwsOnce, AwsSettings};
use crate::control::apps::Apps;

/// What an app is started with.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) address: IpAddr,
    pub(crate) port: Option<u16>,
    pub(crate) ephemeral: bool,
    pub(crate) migrate: bool,
    pub(crate) several: bool,
    pub(crate) profile: Profile,
    pub(crate) neighbours: Neighbours,
    /// All apps of the run, as the control API sees them.
    pub(crate) apps: Apps,
    /// Options of the vendor's local server by which it has more paths.
    pub(crate) test_options: &'static [&'static str],
    pub(crate) geo: Geo,
    /// What the command line says of variables of this app.
    pub(crate) given: GivenVars,
    /// What templates are read with.
    pub(crate) templates: Templates,
    /// The AWS side of the run.
    pub(crate) aws: AwsOnce,
}

impl Settings {
    /// For the first app of a run: on this machine, at any free port, with its state kept.
    pub(crate) fn of(serving: &Serving, apps: Apps, aws: AwsSettings) -> Self {
        if let Some(engine) = serving.engine {
            apps.engines.all(engine);
        }
        Self {
            address: IpAddr::from([127, 0, 0, 1]),
            port: Some(0),
            ephemeral: false,
            migrate: !serving.no_migrate,
            several: false,
            profile: serving.profile.into(),
            neighbours: Neighbours::default(),
            apps,
            test_options: if serving.test_scheduled { &["--test-scheduled"] } else { &[] },
            templates: Templates {
                parameters: serving.parameter.clone(),
                strict: serving.strict,
                python_path: serving.python_path.iter().map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone())).collect(),
            },
            aws: AwsOnce::new(aws),
            given: serving.given.clone().into(),
            geo: Geo { place: serving.geo.clone(), location_headers: serving.location_headers },
        }
    }
}

impl From<Given> for GivenVars {
    fn from(given: Given) -> Self {
        Self { files: given.env_file, vars: given.var }
    }
}

/// What is wrong where variables are given to an app of functions.
pub(crate) fn no_functions(given: &GivenVars) -> Result<(), Diagnostic> {
    if given.is_empty() {
        return Ok(());
    }
    let message = "`--env-file` and `--var` are for Workers, and this is an app of functions";
    Err(Diagnostic::error(message).hint("leave them out; `--parameter` sets a parameter of the template"))
}

/// What templates are read with.
#[derive(Clone, Default)]
pub(crate) struct Templates {
    /// `--parameter`
    pub(crate) parameters: Vec<(String, String)>,
    /// `--strict`
    pub(crate) strict: bool,
    /// `--python-path`
    pub(crate) python_path: Vec<PathBuf>,
}

/// Where requests come from, as far as the code is told.
#[derive(Clone, Default)]
pub(crate) struct Geo {
    /// `--geo`
    pub(crate) place: Option<String>,
    /// `--location-headers`
    pub(crate) location_headers: bool,
}

impl Geo {
    /// For apps of a platform with that edge.
    pub(crate) fn origins(&self, edge: &'static dyn Edge) -> Result<Origins, Diagnostic> {
        Origins::new(edge, self.place.as_deref(), self.location_headers).map_err(|why| {
            Diagnostic::error(format!("`--geo` names no place: {why}"))
                .hint("write a country, `--geo DE`, or fields, `--geo country=DE,city=Bonn`")
        })
    }
}
