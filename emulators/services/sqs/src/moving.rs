//! Move tasks: messages of a dead letter queue go back, or to another queue.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use greenroom_aws_wire::{ApiError, uuid};
use greenroom_host::EventId;
use serde::{Deserialize, Serialize};

use crate::due::Due;
use crate::journal::{Entry, Moved};
use crate::key::QueueKey;
use crate::queue::{Row, Standing};
use crate::service::{Inner, Queues};
use crate::state::State;
use crate::store::{Change, Content, key};
use crate::{error, limits};

/// Messages of one step of a task that no rate holds back.
const STEP: usize = 100;
/// How long a step of a task with a rate is, in milliseconds.
const SECOND: u64 = 1000;

/// How a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TaskStatus {
    /// It moves messages.
    Running,
    /// It has moved them.
    Completed,
    /// It was stopped.
    Cancelled,
    /// It could not go on.
    Failed,
}

/// A move task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// In the order in which tasks were started.
    pub id: u64,
    /// What clients call it.
    pub handle: String,
    /// The queue whose messages are moved.
    pub source: QueueKey,
    /// Where to; none: where each came from.
    pub target: Option<QueueKey>,
    /// Messages of a second, at most.
    pub rate: Option<u64>,
    /// How it stands.
    pub status: TaskStatus,
    /// How many messages it has moved.
    pub moved: u64,
    /// How many there were when it was started.
    pub to_move: u64,
    /// Messages after this one are not its own.
    pub until: u64,
    /// Why it failed.
    pub failure: Option<String>,
    /// When it was started, in milliseconds.
    pub started: u64,
    /// When it goes on, in milliseconds.
    pub next: Option<u64>,
}

impl Queues {
    /// Starts moving messages of the dead letter queue `source` to `target`, or to where each came from. Gives the task's handle.
    ///
    /// # Errors
    /// What the service refuses.
    pub async fn start_move(&self, source: &QueueKey, target: Option<&QueueKey>, rate: Option<u64>) -> Result<Task, ApiError> {
        let write = {
            let mut state = self.inner.lock();
            check(&state, source, target)?;
            let (visible, until) = {
                let queue = self.inner.find(&mut state, source)?;
                (queue.index.counts().visible, queue.newest())
            };
            let now = self.inner.now();
            let id = state.tasks.last_key_value().map_or(1, |(last, _)| last + 1);
            let task = Task {
                id,
                handle: handle(&uuid(&self.inner.host), source),
                source: source.clone(),
                target: target.cloned(),
                rate,
                status: TaskStatus::Running,
                moved: 0,
                to_move: visible as u64,
                until,
                failure: None,
                started: now,
                next: Some(now),
            };
            let changes = vec![put(&task)];
            self.inner.submit(&state, changes, true, move |inner, state, result| {
                result?;
                inner.due(state, Due::Task(id), None, Some(now));
                state.tasks.insert(id, task.clone());
                Ok::<_, error::Fault>(task)
            })
        };
        Ok(write.await??)
    }

    /// The tasks of a queue, newest first.
    ///
    /// # Errors
    /// No such queue.
    pub fn moves(&self, source: &QueueKey) -> Result<Vec<Task>, ApiError> {
        let state = self.inner.lock();
        if state.id(source).is_none() {
            return Err(missing("SourceArn"));
        }
        Ok(state.tasks.values().rev().filter(|task| task.source == *source).take(limits::TASKS).cloned().collect())
    }

    /// Stops a task. Gives how many messages it has moved.
    ///
    /// # Errors
    /// What is no handle, no such task, or one that does not run.
    pub async fn cancel_move(&self, handle: &str) -> Result<u64, ApiError> {
        let source = source_of(handle).ok_or_else(|| error::invalid("Value for parameter TaskHandle is invalid."))?;
        let write = {
            let mut state = self.inner.lock();
            if QueueKey::of_arn(&source).and_then(|source| state.id(&source)).is_none() {
                return Err(missing("SourceArn"));
            }
            let task = state.tasks.values_mut().find(|task| task.handle == handle);
            let task = task.ok_or_else(|| error::no_resource("Task does not exist."))?;
            if task.status != TaskStatus::Running {
                return Err(error::unsupported("Only active tasks can be cancelled."));
            }
            let (id, next, moved) = (task.id, task.next.take(), task.moved);
            task.status = TaskStatus::Cancelled;
            let change = put(task);
            self.inner.due(&mut state, Due::Task(id), next, None);
            self.inner.submit(&state, vec![change], true, move |_, _, result| result.map(|_| moved))
        };
        Ok(write.await??)
    }
}

impl Inner {
    /// One step of a task.
    pub(crate) async fn go_on(self: &Arc<Self>, id: u64) {
        let write = {
            let mut state = self.lock();
            let Some(task) = state.tasks.get(&id).filter(|task| task.status == TaskStatus::Running).cloned() else { return };
            let step = self.step(&mut state, &task);
            self.submit(&state, step.changes, true, move |inner, state, result| inner.stepped(state, id, step.taken, &result))
        };
        // Where it cannot be written it is said by the task.
        let _ = write.await;
    }

    fn step(self: &Arc<Self>, state: &mut State, task: &Task) -> Step {
        let most = task.rate.map_or(STEP, |rate| usize::try_from(rate).unwrap_or(STEP));
        let mut step = Step { changes: Vec::new(), taken: Vec::new() };
        let Some(source) = state.id(&task.source) else { return step };
        self.current(state, source);
        while step.taken.len() < most {
            let Some(queue) = state.queue(source) else { break };
            let Some(number) = queue.index.next_up_to(task.until) else { break };
            let Some(row) = queue.index.remove(number) else { break };
            step.changes.push(Change::Read(key(source, number)));
            step.taken.push((source, number, row));
        }
        step
    }

    /// What a step has read goes where it belongs.
    fn stepped(self: &Arc<Self>, state: &mut State, id: u64, taken: Vec<Placed>, read: &Result<Vec<Content>, error::Fault>) {
        let Some(task) = state.tasks.get(&id).cloned() else { return };
        let contents = read.as_ref().map(Vec::as_slice).unwrap_or_default();
        let now = self.now();
        let (mut changes, mut entered, mut failure) = (Vec::new(), Vec::new(), read.as_ref().err().map(ToString::to_string));
        let targets: Vec<_> = contents.iter().map(|content| target(state, &task, content)).collect();
        let told = self.tell(state, &task.source, contents, &targets);
        for (place, (source, number, row)) in taken.iter().copied().enumerate() {
            let Some((target, content)) = targets.get(place).zip(contents.get(place)) else {
                self.back(state, source, number, row);
                continue;
            };
            let target = match *target {
                Ok(target) => target,
                Err(reason) => {
                    failure.get_or_insert_with(|| reason.to_owned());
                    self.back(state, source, number, row);
                    continue;
                }
            };
            let message = uuid(&self.host);
            let Some(event) = told.get(&(target, content.event)).map(|entry| entry.id) else { continue };
            let Some(queue) = state.queue(target) else { continue };
            let (new, reserve) = queue.number();
            if reserve {
                changes.push(Change::Reserve { queue: target, reserved: queue.reserved });
            }
            let group = queue.index.group(content.group.as_deref());
            let arrived = Row { sent: now, standing: Standing::Visible, first: 0, last: 0, count: 0, before: 0, nonce: 0, group };
            // A message that goes back is a new one.
            changes.push(Change::Move {
                from: key(source, number),
                to: key(target, new),
                id: Some(message),
                sent: now,
                keeps_age: false,
                source: None,
                row: None,
                event,
            });
            entered.push((target, new, arrived));
        }
        let told = told.into_values().collect();
        self.finish_step(state, &task, (taken, entered), (changes, told), failure);
    }

    /// The journal is told what is about to move: by where to, and by what has sent it, so that every message stays in its own trace.
    fn tell(&self, state: &mut State, source: &QueueKey, contents: &[Content], targets: &[Target]) -> BTreeMap<Way, Entry> {
        let mut ways: BTreeMap<Way, Vec<&Content>> = BTreeMap::new();
        for (content, target) in contents.iter().zip(targets) {
            if let Ok(target) = target {
                ways.entry((*target, content.event)).or_default().push(content);
            }
        }
        let app = state.id(source).and_then(|id| state.queue(id)?.app.clone());
        let entry = |(way, messages): (Way, Vec<&Content>)| {
            let to = state.queue(way.0)?.key.clone();
            let moved = Moved { how: "redrive", from: source, to: &to, app: app.as_deref() };
            Some((way, Entry::moved(&self.host, &moved, &messages, None)))
        };
        ways.into_iter().filter_map(entry).collect()
    }

    fn finish_step(
        self: &Arc<Self>,
        state: &mut State,
        task: &Task,
        (taken, entered): (Vec<Placed>, Vec<Placed>),
        (mut changes, told): (Vec<Change>, Vec<Entry>),
        failure: Option<String>,
    ) {
        let most = task.rate.map_or(STEP, |rate| usize::try_from(rate).unwrap_or(STEP));
        let now = self.now();
        let mut after = task.clone();
        after.moved += entered.len() as u64;
        (after.status, after.next) = match failure {
            Some(_) => (TaskStatus::Failed, None),
            None if taken.len() < most => (TaskStatus::Completed, None),
            None => (TaskStatus::Running, Some(now + if task.rate.is_some() { SECOND } else { 0 })),
        };
        after.failure = failure;
        changes.push(put(&after));
        let written = self.submit(state, changes, true, move |inner, state, result| {
            let failed = result.as_ref().err().map(ToString::to_string);
            for entry in told {
                entry.moved_on(failed.clone());
            }
            match result {
                Ok(_) => {
                    for (source, _, row) in taken {
                        state.queue(source).into_iter().for_each(|queue| queue.index.forget(row.group));
                    }
                    inner.arrive(state, after, entered);
                }
                Err(fault) => {
                    for (source, number, row) in taken {
                        inner.back(state, source, number, row);
                    }
                    let failed = Task { status: TaskStatus::Failed, failure: Some(fault.to_string()), next: None, ..after };
                    state.tasks.insert(failed.id, failed);
                }
            }
        });
        drop(written);
    }

    fn arrive(self: &Arc<Self>, state: &mut State, mut task: Task, entered: Vec<Placed>) {
        for (target, number, row) in entered {
            if let Some(queue) = state.queue(target) {
                queue.arrive(number, row, false);
            }
            self.settle(state, target);
        }
        // It may have been stopped meanwhile.
        if state.tasks.get(&task.id).is_some_and(|known| known.status != TaskStatus::Running) {
            (task.status, task.next) = (TaskStatus::Cancelled, None);
        }
        self.due(state, Due::Task(task.id), None, task.next);
        state.tasks.insert(task.id, task);
    }

    /// Puts a message back that could not be moved.
    pub(crate) fn back(self: &Arc<Self>, state: &mut State, queue: u32, number: u64, row: Row) {
        if let Some(known) = state.queue(queue) {
            known.put_back(number, row, true);
        }
        self.settle(state, queue);
    }
}

struct Step {
    changes: Vec<Change>,
    taken: Vec<Placed>,
}

/// Where messages go, and the event that has sent them.
type Way = (u32, Option<EventId>);

/// A queue, the number of a message in it, and what is known of that.
type Placed = (u32, u64, Row);

/// A queue, or why there is none.
type Target = Result<u32, &'static str>;

/// Where a message goes: to the task's target, or to the queue that gave it up. Else, why it goes nowhere.
fn target(state: &State, task: &Task, content: &Content) -> Target {
    let origin = || QueueKey::of_arn(content.source.as_deref()?);
    let target = task.target.clone().or_else(origin).ok_or("CouldNotDetermineMessageSource")?;
    state.id(&target).ok_or("AWS.SimpleQueueService.NonExistentQueue")
}

fn put(task: &Task) -> Change {
    Change::Task { id: task.id, body: serde_json::to_string(task).unwrap_or_default() }
}

fn handle(id: &str, source: &QueueKey) -> String {
    let document = serde_json::json!({ "taskId": id, "sourceArn": source.arn() });
    STANDARD.encode(document.to_string())
}

/// The ARN that a handle has; none where it is no handle.
fn source_of(handle: &str) -> Option<String> {
    let document: serde_json::Value = serde_json::from_slice(&STANDARD.decode(handle).ok()?).ok()?;
    document.get("taskId")?.as_str()?;
    Some(document.get("sourceArn")?.as_str()?.to_owned())
}

fn missing(which: &str) -> ApiError {
    error::no_resource(format!("The resource that you specified for the {which} parameter doesn't exist."))
}

/// What cannot be moved, or not there.
fn check(state: &State, source: &QueueKey, target: Option<&QueueKey>) -> Result<(), ApiError> {
    if state.id(source).is_none() {
        return Err(missing("SourceArn"));
    }
    let is_dead_letter = state.all().any(|queue| queue.settings.redrive.as_ref().is_some_and(|redrive| redrive.target == *source));
    if !is_dead_letter {
        return Err(error::invalid("Source queue must be configured as a Dead Letter Queue."));
    }
    if let Some(target) = target {
        if state.id(target).is_none() {
            return Err(missing("DestinationArn"));
        }
        if target == source {
            return Err(error::invalid("Source queue arn and destination queue arn should not be same."));
        }
        if target.is_fifo() != source.is_fifo() {
            return Err(error::invalid("Source queue and destination queue must be of the same type."));
        }
    }
    if state.tasks.values().any(|task| task.source == *source && task.status == TaskStatus::Running) {
        return Err(error::invalid(
            "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
        ));
    }
    Ok(())
}
