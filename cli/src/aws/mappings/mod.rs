//! Event source mappings at work: each that is enabled has a poller, made anew whenever its settings change.

mod sqs;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use greenroom_host::Host;
use greenroom_lambda::{EventSources, LambdaService, MappingWatch};
use greenroom_sqs::Queues;
use greenroom_triggers::event_source::{EventSource, Poller, Problem, Running, Settings, Tell};
use owo_colors::OwoColorize;
use serde_json::json;

use crate::app::place::AbortOnDrop;
use crate::terminal::Terminal;
pub(crate) use sqs::document as record_of_queue;

/// What is behind one service's ARNs.
struct Kind {
    /// The service in the ARN.
    service: &'static str,
    /// Reads from the source of that ARN.
    open: fn(&Sources, &str) -> Option<Arc<dyn EventSource>>,
    /// Why a function that may take so long cannot be fed from it.
    refusal: fn(&Sources, &str, Duration) -> Option<String>,
}

/// Sources that can be read. A new one is a file here and a line.
const KINDS: &[Kind] = &[Kind { service: "sqs", open: sqs::open, refusal: sqs::refusal }];

/// The services of the run that events come from. Cheap to clone.
#[derive(Clone)]
pub(super) struct Sources {
    pub(super) queues: Queues,
}

impl Sources {
    fn kind(arn: &str) -> Option<&'static Kind> {
        let service = arn.split(':').nth(2)?;
        KINDS.iter().find(|kind| kind.service == service)
    }
}

impl EventSources for Sources {
    fn refusal(&self, arn: &str, timeout: Duration) -> Option<String> {
        (Self::kind(arn)?.refusal)(self, arn, timeout)
    }
}

/// Whether mappings from the source of that ARN are worked off.
pub(crate) fn is_read(arn: &str) -> bool {
    Sources::kind(arn).is_some()
}

/// Works mappings off for as long as this is kept.
pub(super) fn start(host: Host, lambda: &Arc<LambdaService>, sources: Sources, terminal: Terminal) -> AbortOnDrop {
    lambda.know_sources(Arc::new(sources.clone()));
    let tell: Tell = Arc::new(move |settings: &Settings, problem| say(&terminal, settings, &problem));
    AbortOnDrop::spawn(keep(host, lambda.watch_mappings(), sources, tell))
}

async fn keep(host: Host, mut watch: MappingWatch, sources: Sources, tell: Tell) {
    let mut busy = Some(host.clock.busy("event source mappings start"));
    let mut pollers: BTreeMap<String, (Settings, Poller)> = BTreeMap::new();
    // Of each mapping, whether it is enabled or not.
    let mut running: BTreeMap<String, Running> = BTreeMap::new();
    loop {
        // A disk that cannot be read is said by whoever asked for the change.
        if let Ok(mappings) = watch.mappings().await {
            let wanted: BTreeMap<_, _> = mappings
                .iter()
                .filter_map(|shown| Settings::read(shown).ok().flatten())
                .map(|settings| (settings.id.clone(), settings))
                .collect();
            pollers.retain(|id, (settings, _)| wanted.get(id) == Some(settings));
            running.retain(|id, _| mappings.iter().any(|shown| shown.get("UUID").is_some_and(|known| known == id.as_str())));
            for (id, settings) in wanted {
                if pollers.contains_key(&id) {
                    continue;
                }
                let source = Sources::kind(&settings.source).and_then(|kind| (kind.open)(&sources, &settings.source));
                if let Some(source) = source {
                    let running = running.entry(id.clone()).or_default().clone();
                    let poller = Poller::start(host.clone(), settings.clone(), source, running, Arc::clone(&tell));
                    pollers.insert(id, (settings, poller));
                }
            }
        }
        drop(busy.take());
        busy = Some(watch.changed().await);
    }
}

fn say(terminal: &Terminal, settings: &Settings, problem: &Problem) {
    let name = settings.function.split(':').nth(6).unwrap_or(&settings.function);
    let queue = settings.source.rsplit(':').next().unwrap_or(&settings.source);
    let text = match problem {
        Problem::SourceGone(why) => format!("{queue} -> {name}: nothing is taken until the source is there again: {why}"),
        Problem::Refused(why) => format!("{queue} -> {name}: nothing is handed over for a while: {why}"),
        Problem::Malformed(why) => format!("{queue} -> {name}: the whole batch counts as failed: {why}"),
    };
    terminal.object("mapping", json!({ "mapping": settings.id, "function": settings.function, "message": text }));
    terminal.timed(&text.yellow().to_string());
}
