//! Group commit: all changes that wait are written in one transaction, and none is acknowledged before it is on the disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use greenroom_host::Busy;
use greenroom_host::storage::Storage;
use rusqlite::Connection;
use tokio::sync::mpsc;

use super::change::{Change, Content};
use crate::error::Fault;

/// The most jobs that share a transaction, so that the first of them does not wait for ever.
const GROUP: usize = 1024;

type Done = Box<dyn FnOnce(Result<Vec<Content>, Fault>) + Send>;

/// Changes that are made together or not at all.
pub(crate) struct Job {
    /// Which content of the database they are for.
    pub(crate) generation: u64,
    pub(crate) changes: Vec<Change>,
    /// Whether they have to outlive the machine's sudden end. Others outlive that of the process.
    pub(crate) durable: bool,
    /// Time is not moved on until it is over.
    pub(crate) busy: Busy,
    /// Hears what became of it, in the order in which jobs were handed in.
    pub(crate) done: Done,
}

/// The way to the disk. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Committer {
    jobs: mpsc::UnboundedSender<Job>,
}

/// What is written together, and whether it has to be durable.
type Works = (Vec<Work>, bool);

struct Work {
    generation: u64,
    changes: Vec<Change>,
}

impl Committer {
    /// Starts the task that writes. It ends when nobody can hand in anything any more.
    pub(crate) fn start(storage: Storage, generation: Arc<AtomicU64>) -> Self {
        let (jobs, mut inbox) = mpsc::unbounded_channel::<Job>();
        tokio::spawn(async move {
            let mut group = Vec::new();
            while inbox.recv_many(&mut group, GROUP).await > 0 {
                gather(&mut inbox, &mut group).await;
                let (works, ends) = taken_apart(&mut group);
                let generation = Arc::clone(&generation);
                let written =
                    storage.read(move |connection| Ok::<_, Fault>(write(connection, works, generation.load(Ordering::SeqCst)))).await;
                let results: Vec<_> = written.unwrap_or_else(|fault| ends.iter().map(|_| Err(fault.clone())).collect());
                for ((done, _busy), result) in ends.into_iter().zip(results) {
                    done(result);
                }
            }
        });
        Self { jobs }
    }

    /// Hands in a job.
    pub(crate) fn submit(&self, job: Job) {
        if let Err(mpsc::error::SendError(job)) = self.jobs.send(job) {
            (job.done)(Err(Fault::swapped()));
        }
    }
}

/// Takes along what is handed in by requests that have arrived already: what is left behind waits for a sync of its own.
async fn gather(inbox: &mut mpsc::UnboundedReceiver<Job>, group: &mut Vec<Job>) {
    let mut before = 0;
    while group.len() > before && group.len() < GROUP {
        before = group.len();
        tokio::task::yield_now().await;
        while let Ok(job) = inbox.try_recv() {
            group.push(job);
        }
    }
}

/// What there is to write, each with whether it has to be durable, and who is told of it.
fn taken_apart(group: &mut Vec<Job>) -> (Works, Vec<(Done, Busy)>) {
    let durable = group.iter().any(|job| job.durable);
    let (works, ends) =
        group.drain(..).map(|job| (Work { generation: job.generation, changes: job.changes }, (job.done, job.busy))).unzip();
    ((works, durable), ends)
}

fn write(connection: &mut Connection, (works, durable): Works, generation: u64) -> Vec<Result<Vec<Content>, Fault>> {
    // Between transactions this can be set; `FULL` is what waits for the disk.
    let _ = connection.pragma_update(None, "synchronous", if durable { "FULL" } else { "NORMAL" });
    let count = works.len();
    match in_savepoints(connection, works, generation) {
        Ok(results) => results,
        Err(fault) => (0..count).map(|_| Err(fault.clone())).collect(),
    }
}

/// Makes all changes; what fails takes no others along.
fn in_savepoints(connection: &mut Connection, works: Vec<Work>, generation: u64) -> Result<Vec<Result<Vec<Content>, Fault>>, Fault> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let mut results = Vec::with_capacity(works.len());
    for work in works {
        transaction.prepare_cached("SAVEPOINT work")?.execute([])?;
        let result = apply(&transaction, work, generation);
        if let Err(fault) = &result {
            // Some failures end the whole transaction, as a full disk does: then nothing of it is there.
            if transaction.is_autocommit() {
                return Err(fault.clone());
            }
            transaction.prepare_cached("ROLLBACK TO work")?.execute([])?;
        }
        transaction.prepare_cached("RELEASE work")?.execute([])?;
        results.push(result);
    }
    transaction.commit()?;
    Ok(results)
}

fn apply(connection: &Connection, work: Work, generation: u64) -> Result<Vec<Content>, Fault> {
    if work.generation != generation {
        return Err(Fault::swapped());
    }
    let mut read = Vec::new();
    for change in work.changes {
        change.apply(connection, &mut read)?;
    }
    Ok(read)
}
