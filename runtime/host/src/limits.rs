//! Limits profiles: how strictly a vendor's limits are held.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::app::LimitOverrides;

/// How strictly the vendor's limits are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// The vendor's numbers, with the vendor's answers when one is passed.
    Production,
    /// Warn where the vendor would refuse; stop only what would never end or would take the machine along.
    #[default]
    Relaxed,
    /// No limits but the ones that protect the machine.
    Off,
}

/// What one guest may use. Numbers of the profile, changed by what the app's own configuration says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// CPU time after which the isolate is stopped, in milliseconds.
    pub cpu_ms: u64,
    /// Whether that is for all of an invocation, as the vendor counts; else each turn of the event loop may take as much.
    pub cpu_per_invocation: bool,
    /// Heap of one isolate, in bytes.
    pub heap_bytes: usize,
    /// Time for the module's top level at start, in milliseconds of CPU.
    pub startup_cpu_ms: u64,
}

/// <https://developers.cloudflare.com/workers/platform/limits/#memory>: 128 MB for an isolate.
const ISOLATE_HEAP: usize = 128 * 1024 * 1024;
/// <https://developers.cloudflare.com/workers/platform/limits/#cpu-time>: 30 s by default on the paid plan.
const CPU_MS: u64 = 30_000;
/// <https://developers.cloudflare.com/workers/platform/limits/#worker-startup-time>: 1 s.
const STARTUP_CPU_MS: u64 = 1_000;

impl Limits {
    /// The numbers of `profile`, with those that the app's configuration sets over them.
    #[must_use]
    pub fn of(profile: Profile, overrides: LimitOverrides) -> Self {
        let mut limits = match profile {
            Profile::Production => {
                Self { cpu_ms: CPU_MS, cpu_per_invocation: true, heap_bytes: ISOLATE_HEAP, startup_cpu_ms: STARTUP_CPU_MS }
            }
            // A loop that has run for ten seconds will not end, and who wrote it is waiting for an answer.
            Profile::Relaxed => Self { cpu_ms: 10_000, cpu_per_invocation: false, heap_bytes: 4 * ISOLATE_HEAP, startup_cpu_ms: 10_000 },
            Profile::Off => Self { cpu_ms: 300_000, cpu_per_invocation: false, heap_bytes: 16 * ISOLATE_HEAP, startup_cpu_ms: 300_000 },
        };
        if let Some(cpu_ms) = overrides.cpu_ms
            && profile != Profile::Off
        {
            limits.cpu_ms = cpu_ms;
        }
        limits
    }

    /// How long the host waits for a sign of life beyond the CPU limit before it kills the guest's process.
    #[must_use]
    pub fn kill_after(&self) -> Duration {
        Duration::from_millis(self.cpu_ms + 2_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_sets_cpu_time_unless_limits_are_off() {
        let overrides = LimitOverrides { cpu_ms: Some(50), subrequests: Some(5) };
        assert_eq!(Limits::of(Profile::Production, overrides).cpu_ms, 50);
        assert_eq!(Limits::of(Profile::Relaxed, overrides).cpu_ms, 50);
        assert_eq!(Limits::of(Profile::Off, overrides).cpu_ms, 300_000);
    }
}
