//! When an invocation has taken too long.

use std::time::Duration;

use greenroom_host::{Clock, Timestamp};
use tokio::time::Instant;

/// The end of an invocation's time.
pub(super) enum Deadline {
    /// In real time: processes know no other.
    Real {
        /// When it is over.
        at: Instant,
        /// As the process is told it.
        told: Timestamp,
    },
    /// On the run's clock, which isolates follow.
    Clock {
        /// The clock.
        clock: Clock,
        /// When it is over.
        at: Timestamp,
        /// Whose time it is.
        label: String,
    },
}

impl Deadline {
    pub(super) fn real(within: Duration) -> Self {
        Self::Real { at: Instant::now() + within, told: Clock::wall() + within }
    }

    pub(super) fn on(clock: &Clock, within: Duration, function: &str) -> Self {
        Self::Clock { clock: clock.clone(), at: clock.now() + within, label: format!("function {function}: its timeout") }
    }

    /// As the code is told it.
    pub(super) fn told(&self) -> Timestamp {
        match self {
            Self::Real { told, .. } => *told,
            Self::Clock { at, .. } => *at,
        }
    }

    /// Waits until it is over.
    pub(super) async fn passed(&self) {
        match self {
            Self::Real { at, .. } => tokio::time::sleep_until(*at).await,
            Self::Clock { clock, at, label } => drop(clock.sleep_until(*at, label.clone()).await),
        }
    }
}
