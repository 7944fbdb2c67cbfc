//! `GET /v1/events/tail`: events as they end.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use greenroom_host::{Entry, Journal, Query};

use super::list::Filters;
use crate::Control;
use crate::error::Problem;
use crate::json::Params;

/// How many ends are looked at in one go.
const PIECE: usize = 256;

/// Where a tail is.
struct Tail {
    journal: Journal,
    query: Query,
    position: u64,
    found: VecDeque<Entry>,
    ends: tokio::sync::watch::Receiver<u64>,
}

impl Tail {
    async fn next(&mut self) -> Option<Entry> {
        loop {
            if let Some(entry) = self.found.pop_front() {
                return Some(entry);
            }
            // Before looking, so that what ends meanwhile is seen.
            self.ends.borrow_and_update();
            let before = self.position;
            let (found, position) = self.journal.ended_since(before, &self.query, PIECE);
            (self.found, self.position) = (found.into(), position);
            if self.position == before {
                self.ends.changed().await.ok()?;
            }
        }
    }
}

/// Events as they end
///
/// Server-sent events: `event: event`, each with an event as `/v1/events/{id}` has it, in the order in which they end. With `after`, what
/// ended since that position comes first: take `position` from a list, do what is to make something happen, and nothing is missed.
#[utoipa::path(get, path = "/v1/events/tail", tag = "events", params(Filters),
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 400, body = Problem)))]
pub(super) async fn tail(
    State(control): State<Arc<Control>>,
    Params(filters): Params<Filters>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let query = filters.query()?;
    let journal = control.host.journal.clone();
    let ends = journal.follow();
    let position = filters.after.unwrap_or_else(|| journal.position());
    let tail = Tail { journal, query, position, found: VecDeque::new(), ends };
    let events = futures::stream::unfold(tail, |mut tail| async move {
        let entry = tail.next().await?;
        let event = Event::default().event("event").data(serde_json::to_string(&entry).unwrap_or_default());
        Some((Ok(event), tail))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}
