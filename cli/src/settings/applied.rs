//! The files of a run, followed.

use std::path::{Path, PathBuf};

use greenroom_host::{Clock, Diagnostic, Host, Timestamp};
use greenroom_outbound::rules::Rules;
use serde_json::json;

use super::{NAME, Said, read};
use crate::app::watch::Watch;
use crate::control::apps::Apps;
use crate::print;
use crate::terminal::Terminal;

/// The files of a run, one for each folder that it serves or was started in.
pub(crate) struct SettingsFiles {
    files: Vec<File>,
    /// When they were last read.
    read_at: Timestamp,
}

struct File {
    path: PathBuf,
    /// For which app its rules are if they name none.
    app: Option<String>,
}

impl SettingsFiles {
    /// The file of each app's folder, whose rules are for that app, and that of `here`, the current folder, whose rules are for all.
    pub(crate) fn of(here: &Path, apps: impl Iterator<Item = (PathBuf, String)>) -> Self {
        let mut files = vec![File { path: here.join(NAME), app: None }];
        for (dir, app) in apps {
            let path = dir.join(NAME);
            if files.iter().all(|known| known.path != path) {
                files.push(File { path, app: Some(app) });
            }
        }
        Self { files, read_at: Timestamp::default() }
    }

    /// Reads all of them, and lets what they say hold.
    ///
    /// # Errors
    /// What is wrong with any of them; then what held before holds on.
    pub(crate) fn apply(&mut self, host: &Host, apps: &Apps) -> Result<(), Vec<Diagnostic>> {
        self.read_at = Clock::wall();
        let (mut all, mut problems) = (Vec::new(), Vec::new());
        for file in &self.files {
            match read(&file.path, file.app.as_deref()) {
                Ok(said) => all.push((file, said)),
                Err(wrong) => problems.extend(wrong),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        for (file, Said { faults, outbound: rules, policy, secrets, engines }) in all {
            let origin = file.path.display().to_string();
            host.faults.replace(&origin, faults);
            host.secrets.replace(&origin, secrets);
            apps.engines.replace(&origin, engines);
            apps.outbound.replace(&origin, rules, file.app.clone(), policy);
        }
        Ok(())
    }

    /// What in them can never hold as things are; to be asked once the apps are there.
    pub(crate) fn doubts(&self, host: &Host, outbound: &Rules) -> Vec<Diagnostic> {
        let is_ours = |origin: &str| self.files.iter().any(|file| file.path.as_os_str() == origin);
        let told = |origin: &str, name: &str, doubt: String| {
            Diagnostic::warning(format!("the rule `{name}` is for nothing: {doubt}")).in_file(origin)
        };
        let faults = host.faults.list();
        let faults = faults.iter().filter(|listed| is_ours(&listed.origin));
        let faults = faults.filter_map(|listed| Some(told(&listed.origin, &listed.rule.name, host.faults.doubt(&listed.rule)?)));
        let rules = outbound.list();
        let rules = rules.iter().filter(|listed| is_ours(&listed.origin)).filter_map(|listed| {
            let doubt = host.faults.doubt_app(listed.rule.app.as_ref()?)?;
            Some(told(&listed.origin, &listed.rule.name, doubt))
        });
        faults.chain(rules).collect()
    }

    /// Reads them again whenever one changes. Never returns.
    pub(crate) async fn keep_current(mut self, here: PathBuf, host: Host, apps: Apps, terminal: Terminal) {
        let say = |problem: &Diagnostic| {
            terminal.object("settings", json!({ "message": problem.to_string() }));
            terminal.text(print::plain(problem, &here));
        };
        let mut watch = match Watch::new() {
            Ok(watch) => watch,
            Err(problem) => {
                say(&problem);
                return std::future::pending().await;
            }
        };
        watch.set(self.files.iter().map(|file| file.path.clone()), false).iter().for_each(say);
        let mut missed = watch.missed(self.read_at);
        loop {
            watch.changed(&host.clock, missed).await;
            missed = false;
            match self.apply(&host, &apps) {
                Ok(()) => self.doubts(&host, &apps.outbound).iter().for_each(say),
                Err(problems) => problems.iter().for_each(say),
            }
        }
    }
}
