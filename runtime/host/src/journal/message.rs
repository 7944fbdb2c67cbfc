//! What those who make events happen tell the journal. Telling costs them no more than this takes to write down in memory.

use std::time::Duration;

use super::entry::{Ending, LogLine, ServiceCall};
use crate::event::{Answer, Captured, Event, Outcome};
use crate::ids::EventId;

/// Something about one event.
pub(super) struct Message {
    pub(super) id: EventId,
    pub(super) what: What,
}

pub(super) enum What {
    Append(Box<Event>),
    Body(Captured),
    Call(Box<ServiceCall>),
    Log(LogLine),
    Fault(String),
    Answered(Box<Answer>),
    AnswerBody(Captured),
    Cold(Duration),
    Finish(Outcome, Duration),
    Over(Option<Duration>),
}

impl What {
    /// Adds itself to what became of the event.
    pub(super) fn change(self, ending: &mut Ending) {
        match self {
            Self::Call(call) => {
                let place = ending.calls.iter().rposition(|before| before.order <= call.order).map_or(0, |before| before + 1);
                ending.calls.insert(place, *call);
            }
            Self::Log(line) => ending.logs.push(line),
            Self::Fault(fault) => ending.faults.push(fault),
            Self::Answered(answer) => ending.response = Some(*answer),
            Self::AnswerBody(body) => {
                if let Some(answer) = &mut ending.response {
                    answer.body = Some(body);
                }
            }
            Self::Cold(waited) => ending.cold = Some(waited),
            // These are more than a change of what became of it.
            Self::Append(_) | Self::Body(_) | Self::Finish(..) | Self::Over(_) => {}
        }
    }
}
