//! Recorded events, once more.

use std::sync::Arc;

use futures::StreamExt;
use greenroom_host::{Clock, Content, Event, EventId, Outcome, Payload, Recipient};

use crate::deliver::{CallRecord, pack};
use crate::door::{Finish, FrontDoor};
use crate::parcel;
use crate::record::{self, Recorded};

impl FrontDoor {
    /// Delivers an event like `recorded` to the code as it is now: a trace of its own begins. Returns when the answer is over; what
    /// came of it is in the journal.
    pub async fn again(&self, recorded: &Event) -> EventId {
        let (kind, summary) = (recorded.kind, recorded.summary.clone());
        let (head, body) = pack(parcel::of(&self.app, kind, &recorded.payload));
        let payload = match &recorded.payload {
            Payload::Data(data) => Payload::Data(data.clone()),
            Payload::None | Payload::Request(_) | Payload::Call(_) => record::payload(&head),
        };
        let event = Event::new(&self.host, kind, &Arc::from("replay"), &self.app, summary.clone(), None).carrying(payload);
        let id = event.id;
        self.host.journal.append(event);
        let started = self.host.clock.uptime();
        let mut finish = Finish { door: self, id, started, outcome: Outcome::Canceled };
        let to = Recipient::App(self.app.to_string());
        let (outcome, answer) = self.ask_packed(Some(id), &to, head, body).await;
        // What scripts say of a trigger is not the code's answer, and is not kept of the first time either.
        let answers = !matches!(recorded.payload, Payload::Data(_));
        if let Some(reply) = answer.ok().filter(|_| answers) {
            self.host.journal.answered(id, record::reply(&reply));
            if let Some(Content::Stream(body)) = reply.body {
                let body = Recorded::answer(body, &self.host.journal, id);
                Clock::waiting(body.for_each(|_| std::future::ready(()))).await;
            }
        }
        finish.outcome = outcome.clone();
        let took = self.host.clock.uptime().saturating_sub(started);
        self.log.call(&CallRecord { app: &self.app, event: id, cause: None, depth: 0, summary: &summary, outcome: &outcome, took });
        id
    }
}
