//! Reading a project again when one of its files is saved: only functions that are touched get new instances, and what is under way ends
//! as it began.

use std::time::Duration;

use greenroom_host::{Clock, Diagnostic};
use owo_colors::OwoColorize;

use super::{Functions, load};
use crate::app::started::milliseconds;
use crate::app::watch::{Touched, Watch};
use crate::print;

impl Functions {
    /// Reloads whenever something changes. Never returns.
    pub(crate) async fn keep_current(mut self) {
        let mut watch = match Watch::new() {
            Ok(watch) => watch,
            Err(problem) => {
                self.terminal.says(&print::plain(&problem, &self.dir));
                return std::future::pending().await;
            }
        };
        let mut asked = self.settings.apps.asked_to_reload(&self.project.stack_name);
        let mut broken = !self.serves();
        loop {
            let files = self.project.watch_files.iter().chain(self.declared.inputs()).cloned().collect::<Vec<_>>();
            for problem in watch.set(files.into_iter(), broken) {
                self.terminal.says(&print::plain(&problem, &self.dir));
            }
            let missed = watch.missed(self.read_at);
            let asks = tokio::select! {
                _ = watch.changed(&self.host.clock, missed) => None,
                asks = asked.next() => Some(asks),
            };
            // What was written just now may not have been seen yet.
            self.walked.forget(&if asks.is_some() { Touched::Anything } else { watch.touched() });
            let before = self.declared.revisions();
            broken = !self.reload().await;
            let reloaded = if broken { Err(self.said.clone()) } else { Ok(self.declared.revisions() != before) };
            if let Some(asks) = asks {
                // He may have gone.
                drop(asks.send(reloaded));
            }
        }
    }

    /// False: something is wrong with it.
    async fn reload(&mut self) -> bool {
        let started = self.host.clock.uptime();
        self.read_at = Clock::wall();
        let before = self.declared.revisions();
        let (environment, endpoint) = (self.environment.as_deref(), self.aws.url());
        let problems = match load(&self.dir, environment, &self.host.clock, &self.settings.templates, &endpoint) {
            Ok(project) => self.take(project).await,
            Err(problems) => problems,
        };
        for warning in self.fresh_warnings(&problems) {
            self.terminal.says(&print::plain(&warning, &self.dir).yellow().to_string());
        }
        let errors: Vec<_> = problems.iter().filter(|problem| problem.severity == greenroom_host::Severity::Error).collect();
        let text = errors.iter().map(|problem| print::plain(problem, &self.dir)).collect::<Vec<_>>().join("\n\n");
        if !text.is_empty() && text != self.said {
            self.terminal.says(&text.red().to_string());
            self.terminal.says(&"what was there before serves on".yellow().to_string());
        }
        let mended = std::mem::replace(&mut self.said, text);
        let took = self.host.clock.uptime().saturating_sub(started);
        self.tell_reloaded(&before, took, !mended.is_empty());
        self.said.is_empty()
    }

    async fn take(&mut self, project: greenroom_lambda_projects::LambdaProject) -> Vec<Diagnostic> {
        if let Err(problem) = self.settings.neighbours.check(&project.stack_name, &self.dir) {
            return vec![problem];
        }
        self.project = project;
        let mut problems = self.declare().await;
        problems.extend(self.open_doors().await.err());
        problems
    }

    fn tell_reloaded(&self, before: &[(String, String)], took: Duration, mended: bool) {
        let after = self.declared.revisions();
        let changed: Vec<_> = after.iter().filter(|now| !before.contains(now)).map(|(name, _)| name.as_str()).collect();
        if !changed.is_empty() {
            self.terminal.says(&format!("{} {} in {}", "reloaded".green(), changed.join(", "), milliseconds(took)));
        } else if mended && self.said.is_empty() {
            self.terminal.says(&"mended; the functions are the same".green().to_string());
        }
    }
}
