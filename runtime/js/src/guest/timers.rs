//! The host asks for the timers of the code.

use greenroom_channel::message::TimerList;
use greenroom_channel::{Frame, FrameKind};

use super::Guest;
use crate::isolate::Argument;
use crate::state::Handler;

/// How many timers are told of at once.
const SHOWN: u32 = 64;

/// A question that waits until nothing runs.
pub(super) struct Question {
    id: u32,
    /// How many timers without delay had run by themselves when it came.
    from: u64,
    /// How many more may run before it is answered all the same.
    most: u64,
}

impl Guest {
    pub(super) fn asked_for_timers(&mut self, frame: &Frame) {
        let from = self.shared.timers_at_once();
        match frame.payload.first_chunk() {
            Some(most) => self.asked.push(Question { id: frame.id, from, most: u64::from_le_bytes(*most) }),
            None => self.answer_timers(frame.id, SHOWN, from),
        }
    }

    /// Answers what waits: everything once it is `still`, before that what has waited for too many timers.
    pub(super) fn answer_questions(&mut self, still: bool) {
        let now = self.shared.timers_at_once();
        let ripe: Vec<_> = self.asked.extract_if(.., |asked| still || now - asked.from > asked.most).collect();
        for Question { id, from, .. } in ripe {
            self.answer_timers(id, 1, from);
        }
    }

    fn answer_timers(&mut self, question: u32, most: u32, from: u64) {
        let found = self.isolate.call(Handler::Timers, &[Argument::Number(f64::from(most))]);
        let list: Vec<u64> = found.ok().and_then(|found| self.isolate.read(found)).unwrap_or_default();
        let mut numbers = list.into_iter();
        let count = numbers.next().and_then(|count| u32::try_from(count).ok()).unwrap_or(0);
        let timers = TimerList { count, ran: self.shared.timers_at_once() - from, due: numbers.collect() };
        self.shared.link().send(FrameKind::TimerList, question, |out| timers.encode(out));
    }
}
