//! How many invocations run at once, and how many may.
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html>

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use greenroom_aws_wire::ApiError;
use greenroom_host::Limit;

use crate::arn::Key;
use crate::error::throttled;
use crate::limits;
use crate::record::FunctionRecord;

/// What an account has in a region.
pub(crate) const ACCOUNT: Limit = Limit {
    name: "lambda.concurrency",
    of: "concurrent invocations of Lambda functions in one account and region",
    most: limits::CONCURRENCY as u64,
    url: "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#compute-and-storage",
};

/// Which room an invocation takes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Room {
    /// What is reserved for a function.
    Reserved(Key),
    /// What is kept ready for a version or an alias of a function.
    Provisioned(Key, String),
    /// What all others of an account share in a region.
    Shared(String, String),
}

/// Counts invocations. Cheap to clone; all clones count together.
#[derive(Clone, Default)]
pub(crate) struct Concurrency(Arc<Mutex<HashMap<Room, u32>>>);

/// Room for one invocation, until it is dropped.
pub(crate) struct Permit {
    rooms: Vec<Room>,
    counts: Concurrency,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut counts = self.counts.lock();
        for room in &self.rooms {
            if let Some(count) = counts.get_mut(room) {
                *count -= 1;
            }
            if counts.get(room) == Some(&0) {
                counts.remove(room);
            }
        }
    }
}

impl Concurrency {
    /// Takes room for an invocation of `record` by `qualifier`. `shared` says how many may run that have nothing reserved; `refuses`
    /// whether one more than that is refused.
    ///
    /// # Errors
    /// 429 with its reason.
    pub(crate) fn enter(
        &self,
        record: &FunctionRecord,
        qualifiers: [Option<&str>; 2],
        shared: u32,
        refuses: impl FnOnce() -> bool,
    ) -> Result<Permit, ApiError> {
        let key = record.key();
        let mut counts = self.lock();
        let count = |counts: &HashMap<Room, u32>, room: &Room| counts.get(room).copied().unwrap_or(0);
        let mut rooms = Vec::new();
        if let Some(reserved) = record.reserved {
            let room = Room::Reserved(key.clone());
            if count(&counts, &room) >= reserved {
                return Err(throttled("ReservedFunctionConcurrentInvocationLimitExceeded"));
            }
            rooms.push(room);
        }
        let provisioned = qualifiers.into_iter().flatten().find_map(|name| record.provisioned.get_key_value(name));
        let ready = provisioned.and_then(|(name, provisioned)| {
            let room = Room::Provisioned(key.clone(), name.clone());
            (count(&counts, &room) < provisioned.requested).then_some(room)
        });
        match ready {
            Some(room) => rooms.push(room),
            None if record.reserved.is_some() => {}
            None => {
                let room = Room::Shared(key.account, key.region);
                if count(&counts, &room) >= shared && refuses() {
                    return Err(throttled("ConcurrentInvocationLimitExceeded"));
                }
                rooms.push(room);
            }
        }
        for room in &rooms {
            *counts.entry(room.clone()).or_default() += 1;
        }
        drop(counts);
        Ok(Permit { rooms, counts: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Room, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
