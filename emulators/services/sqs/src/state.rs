//! All queues in memory.

use std::collections::{BTreeMap, HashMap};

use greenroom_host::Busy;
use tokio::sync::oneshot;

use crate::due::Due;
use crate::key::QueueKey;
use crate::moving::Task;
use crate::queue::Queue;
use crate::service::Calendar;
use crate::store::{Loaded, Range};

/// What is known of the queues; the disk has the same, and what messages say.
#[derive(Default)]
pub(crate) struct State {
    /// Counts how often the content was swapped for another.
    pub(crate) generation: u64,
    /// It was swapped in just now, and the clock may not be yet: nothing of it is brought to now.
    pub(crate) swapped: bool,
    queues: HashMap<u32, Queue>,
    ids: BTreeMap<QueueKey, u32>,
    /// When queues were deleted whose names are not free yet.
    pub(crate) deleted: HashMap<QueueKey, u64>,
    /// Move tasks, oldest first.
    pub(crate) tasks: BTreeMap<u64, Task>,
    /// What falls due.
    pub(crate) due: Calendar,
    /// Messages on the disk that belong to nobody.
    pub(crate) left: Vec<Range>,
    last: u32,
    /// Who waits for a queue that is not there.
    missed: Vec<oneshot::Sender<Busy>>,
}

impl State {
    /// Takes on another content.
    pub(crate) fn swap(&mut self, loaded: Loaded, generation: u64) {
        let Loaded { queues, deleted, tasks, left } = loaded;
        let ids = queues.values().map(|queue| ((*queue.key).clone(), queue.id)).collect();
        let last = queues.keys().copied().chain(left.iter().map(Range::queue)).max().unwrap_or_default();
        let tasks: BTreeMap<u64, Task> = tasks.into_iter().map(|task| (task.id, task)).collect();
        // What a run finds when it starts goes with the clock that there is.
        let swapped = generation > 1;
        *self = Self { generation, swapped, queues, ids, deleted, tasks, left, last, due: Calendar::new(), missed: Vec::new() };
        for queue in self.queues.values_mut() {
            queue.timer = queue.index.next_due();
            self.due.extend(queue.timer.map(|due| (due, Due::Queue(queue.id))));
        }
        self.due.extend(self.tasks.values().filter_map(|task| Some((task.next?, Due::Task(task.id)))));
    }

    pub(crate) fn id(&self, key: &QueueKey) -> Option<u32> {
        self.ids.get(key).copied()
    }

    pub(crate) fn queue(&mut self, id: u32) -> Option<&mut Queue> {
        self.queues.get_mut(&id)
    }

    pub(crate) fn peek(&self, id: u32) -> Option<&Queue> {
        self.queues.get(&id)
    }

    /// The id of a queue that is to be made.
    pub(crate) fn new_id(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    /// The id of the queue that was made last.
    pub(crate) fn newest(&self) -> u32 {
        self.last
    }

    pub(crate) fn insert(&mut self, queue: Queue) {
        self.ids.insert((*queue.key).clone(), queue.id);
        self.queues.insert(queue.id, queue);
    }

    /// Told of the queue that is made next, whichever it is.
    pub(crate) fn next_made(&mut self) -> oneshot::Receiver<Busy> {
        self.missed.retain(|waiter| !waiter.is_closed());
        let (waiter, made) = oneshot::channel();
        self.missed.push(waiter);
        made
    }

    /// Tells those who wait for a queue that one was made.
    pub(crate) fn made(&mut self, busy: impl Fn() -> Busy) {
        for waiter in self.missed.drain(..) {
            drop(waiter.send(busy()));
        }
    }

    pub(crate) fn remove(&mut self, id: u32) -> Option<Queue> {
        let queue = self.queues.remove(&id)?;
        self.ids.remove(&queue.key);
        if let Some(due) = queue.timer {
            self.due.remove(&(due, Due::Queue(id)));
        }
        Some(queue)
    }

    /// All queues in the order of their names.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Queue> {
        self.ids.values().filter_map(|id| self.queues.get(id))
    }
}
