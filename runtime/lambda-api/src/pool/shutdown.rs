//! The end of an instance. Where there are extensions, they are told and given time; else all processes end at once, as in production.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html#runtimes-extensions-api-lcycle>

use std::time::Duration;

use bytes::Bytes;
use greenroom_host::Clock;
use serde_json::json;

use super::Instance;
use crate::api::{Party, Signal};

/// How much of the time for all of them the runtime has.
const OF_RUNTIME: Duration = Duration::from_millis(500);

impl Instance {
    /// It is no longer wanted. `reason`: `spindown`, `timeout`, `failure`.
    pub(crate) fn end(self, reason: &'static str) {
        if !self.has_extensions() {
            return;
        }
        let busy = self.shop.host.clock.busy(format!("function {}: extensions end", self.log.function.name));
        tokio::spawn(async move {
            let _busy = busy;
            self.shut_down(reason).await;
        });
    }

    async fn shut_down(mut self, reason: &str) {
        let within = self.shop.options.shutdown;
        let deadline = tokio::time::Instant::now() + within;
        self.terminate_runtime();
        let mut runtime_ended = reason == "failure";
        let of_runtime = tokio::time::sleep(OF_RUNTIME);
        tokio::pin!(of_runtime);
        while !runtime_ended {
            tokio::select! {
                signal = self.signals.recv() => runtime_ended = self.heard(signal),
                () = &mut of_runtime => break,
            }
        }
        self.kill_runtime();
        let deadline_ms = (Clock::wall() + within).0;
        let event = json!({ "eventType": "SHUTDOWN", "deadlineMs": deadline_ms, "shutdownReason": reason });
        self.log.telemetry.flush().await;
        self.api.extensions.publish("SHUTDOWN", &Bytes::from(event.to_string()));
        while !self.api.extensions.have_exited() {
            tokio::select! {
                signal = self.signals.recv() => { self.heard(signal); }
                () = tokio::time::sleep_until(deadline) => break,
            }
        }
        self.drain();
        self.log.telemetry.flush().await;
    }

    /// Takes in that processes end. True: the runtime has, or nothing more will be heard.
    fn heard(&self, signal: Option<Signal>) -> bool {
        match signal {
            Some(Signal::Exited(Party::Extension(name), _)) => {
                self.api.extensions.exited(&name);
                false
            }
            Some(Signal::Exited(Party::Runtime, _)) | None => true,
            Some(_) => false,
        }
    }
}
