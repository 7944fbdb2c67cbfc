//! What a vendor allows beside CPU time and memory, which [`greenroom_host::Limits`] has.

use greenroom_host::Limit;

/// The limits of a platform. Sizes are in bytes.
#[derive(Debug, Clone, Copy)]
pub struct VendorLimits {
    /// Requests to the outside and calls to services in one invocation.
    pub subrequests: Limit,
    /// Requests of one invocation that wait for the head of their answer at the same time.
    pub connections: Limit,
    /// How long work may go on after an answer, in seconds.
    pub wait_until: Limit,
    /// A request's URL.
    pub url: Limit,
    /// A request's headers together.
    pub request_headers: Limit,
    /// A request's body.
    pub request_body: Limit,
    /// A response's headers together.
    pub response_headers: Limit,
    /// All modules of a version together.
    pub code: Limit,
    /// Variables and secrets of a version.
    pub vars: Limit,
    /// One variable or secret.
    pub var: Limit,
    /// Cron triggers of one account: those of all apps of a run.
    pub crons: Limit,
}
