//! Message groups: in FIFO queues what is given in order, one receive at a time; in standard queues what shares fairly.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html>
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html>

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::index::Standing;

/// The place of a group among those of its queue. Messages without a group share the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place(u32);

/// Where messages without a group are.
const NONE: Place = Place(0);

/// How much of a group is in flight, then the number of its first message: the least is given next.
type Rank = (u32, u64);

#[derive(Debug, Default)]
struct Group {
    name: Option<Arc<str>>,
    visible: BTreeSet<u64>,
    delayed: BTreeSet<u64>,
    in_flight: u32,
    /// Which are in flight; FIFO queues alone ask.
    held: BTreeSet<u64>,
    /// Messages that are on their way into it, once they are written: till then it is not forgotten.
    coming: u32,
    rank: Option<Rank>,
}

/// The groups of a queue.
#[derive(Debug)]
pub(crate) struct Groups {
    fifo: bool,
    known: HashMap<Place, Group>,
    places: HashMap<Arc<str>, Place>,
    /// Groups that can give a message.
    order: BTreeSet<(Rank, Place)>,
    last: u32,
}

impl Groups {
    pub(super) fn new(fifo: bool) -> Self {
        Self { fifo, known: HashMap::new(), places: HashMap::new(), order: BTreeSet::new(), last: 0 }
    }

    /// The place of the group into which a message is to come.
    pub(super) fn place(&mut self, name: Option<&str>) -> Place {
        let Some(name) = name else {
            self.known.entry(NONE).or_default();
            return NONE;
        };
        if let Some(place) = self.places.get(name).copied() {
            self.known.entry(place).or_default().coming += 1;
            return place;
        }
        self.last += 1;
        let (place, name) = (Place(self.last), Arc::<str>::from(name));
        self.places.insert(Arc::clone(&name), place);
        self.known.insert(place, Group { name: Some(name), coming: 1, ..Group::default() });
        place
    }

    pub(super) fn name(&self, place: Place) -> Option<Arc<str>> {
        self.known.get(&place)?.name.clone()
    }

    /// The message for which the place was asked has come.
    pub(super) fn arrived(&mut self, place: Place) {
        if let Some(group) = self.known.get_mut(&place) {
            group.coming = group.coming.saturating_sub(1);
        }
    }

    pub(super) fn enter(&mut self, place: Place, number: u64, standing: Standing) {
        let group = self.known.entry(place).or_default();
        match standing {
            Standing::Visible => drop(group.visible.insert(number)),
            Standing::Delayed(_) => drop(group.delayed.insert(number)),
            Standing::InFlight(_) => {
                group.in_flight += 1;
                if self.fifo {
                    group.held.insert(number);
                }
            }
        }
        self.sort_in(place);
    }

    pub(super) fn leave(&mut self, place: Place, number: u64, standing: Standing) {
        let Some(group) = self.known.get_mut(&place) else { return };
        match standing {
            Standing::Visible => drop(group.visible.remove(&number)),
            Standing::Delayed(_) => drop(group.delayed.remove(&number)),
            Standing::InFlight(_) => {
                group.in_flight -= 1;
                group.held.remove(&number);
            }
        }
        self.sort_in(place);
    }

    /// Forgets a group that has no messages.
    pub(super) fn forget(&mut self, place: Place) {
        let is_empty = |group: &Group| group.visible.is_empty() && group.delayed.is_empty() && group.in_flight == 0 && group.coming == 0;
        if self.known.get(&place).is_some_and(is_empty)
            && let Some(name) = self.known.remove(&place).and_then(|group| group.name)
        {
            self.places.remove(&name);
        }
    }

    pub(super) fn next(&self) -> Option<u64> {
        self.order.first().map(|((_, number), _)| *number)
    }

    pub(super) fn last(&self) -> Option<u64> {
        let ((_, first), place) = self.order.last()?;
        let last = self.known.get(place)?.visible.last()?;
        Some(if self.fifo { *first } else { *last })
    }

    /// The message that a FIFO queue gives after `number` of the same group: none where that one is not to be seen.
    pub(super) fn next_of(&self, place: Place, number: u64) -> Option<u64> {
        let group = self.known.get(&place)?;
        self.fifo.then(|| in_order(group, number + 1)).flatten()
    }

    /// Whether the message of that number, which is visible, is the next of its group; in standard queues all are.
    pub(super) fn is_next(&self, place: Place, number: u64) -> bool {
        !self.fifo || self.known.get(&place).is_some_and(|group| in_order(group, 0) == Some(number))
    }

    fn sort_in(&mut self, place: Place) {
        let Some(group) = self.known.get_mut(&place) else { return };
        let rank = match (self.fifo, place) {
            (true, _) => in_order(group, 0).map(|first| (0, first)),
            // Nobody is kept waiting for what belongs to no group.
            (false, NONE) => group.visible.first().map(|first| (0, *first)),
            (false, _) => group.visible.first().map(|first| (group.in_flight, *first)),
        };
        if group.rank == rank {
            return;
        }
        if let Some(before) = std::mem::replace(&mut group.rank, rank) {
            self.order.remove(&(before, place));
        }
        if let Some(rank) = rank {
            self.order.insert((rank, place));
        }
    }
}

/// The first message of a group from `number` on, if it is visible: what is delayed or in flight holds up what was sent after it.
fn in_order(group: &Group, number: u64) -> Option<u64> {
    let first = |numbers: &BTreeSet<u64>| numbers.range(number..).next().copied();
    let next = first(&group.visible)?;
    let is_first = |hidden: &BTreeSet<u64>| first(hidden).is_none_or(|hidden| next < hidden);
    (is_first(&group.delayed) && is_first(&group.held)).then_some(next)
}
