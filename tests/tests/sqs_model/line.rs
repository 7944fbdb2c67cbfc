//! A client's connection, which outlives the server.

use greenroom_tests::{Client, Reply, Wire};
use serde_json::Value;

use crate::history::Span;
use crate::run::Run;

/// What came of a request.
pub(crate) enum Answer {
    Done(Value),
    /// With the error's code.
    Refused(String),
    /// The connection broke before the answer was there.
    Cut,
}

pub(crate) struct Line<'r> {
    run: &'r Run,
    wire: Option<Wire>,
}

impl<'r> Line<'r> {
    pub(crate) fn new(run: &'r Run) -> Self {
        Self { run, wire: None }
    }

    /// Asks once; where there is no server, once there is one.
    pub(crate) fn ask(&mut self, operation: &str, input: &Value) -> (Answer, Span) {
        let mut wire = self.wire.take().unwrap_or_else(|| self.connected());
        let span = self.run.begin();
        let answer = exchange(&mut wire, operation, input);
        let span = self.run.end(span);
        let Ok(reply) = answer else { return (Answer::Cut, span) };
        self.wire = Some(wire);
        let said = if reply.body.is_empty() { Value::Null } else { reply.json() };
        if reply.status == 200 {
            return (Answer::Done(said), span);
        }
        let code = said["__type"].as_str().and_then(|kind| kind.rsplit('#').next()).unwrap_or_default();
        (Answer::Refused(code.to_owned()), span)
    }

    fn connected(&self) -> Wire {
        let mut gone = None;
        loop {
            let place = self.run.place(gone);
            match Client::new(place.address).try_wire() {
                Ok(wire) => return wire,
                Err(_) => gone = Some(place.generation),
            }
        }
    }
}

/// Whether the result of a batch is that of its entry at this place.
pub(crate) fn is_of(result: &Value, at: usize) -> bool {
    result["Id"].as_str().and_then(|id| id.parse().ok()) == Some(at)
}

fn exchange(wire: &mut Wire, operation: &str, input: &Value) -> std::io::Result<Reply> {
    let body = input.to_string();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-amz-target: AmazonSQS.{operation}\r\ncontent-type: application/x-amz-json-1.0\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    wire.try_send(head + &body)?;
    wire.reply()
}
