//! The vendor's numbers, of the paid plan where plans differ: <https://developers.cloudflare.com/workers/platform/limits/>.

use greenroom_host::Limit;

use crate::VendorLimits;

const KB: u64 = 1024;
const MB: u64 = 1024 * KB;

/// What an invocation, a request and an upload may have.
pub(super) const LIMITS: VendorLimits = VendorLimits {
    // 50 on the free plan, which `limits.subrequests` can say.
    subrequests: Limit {
        name: "subrequests",
        of: "subrequests in one invocation",
        most: 10_000,
        url: "https://developers.cloudflare.com/workers/platform/limits/#subrequests",
    },
    // Since 2026-04-09 a connection counts until the head of its answer is there, no longer until it is closed:
    // https://developers.cloudflare.com/changelog/2026-04-09-relaxed-connection-limiting
    connections: Limit {
        name: "connections",
        of: "connections in one invocation that wait for the head of an answer",
        most: 6,
        url: "https://developers.cloudflare.com/workers/platform/limits/#simultaneous-open-connections",
    },
    wait_until: Limit {
        name: "wait_until",
        of: "seconds of work after the answer",
        most: 30,
        url: "https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil",
    },
    url: Limit {
        name: "request.url",
        of: "bytes of a request's URL",
        most: 16 * KB,
        url: "https://developers.cloudflare.com/workers/platform/limits/#request-and-response-limits",
    },
    request_headers: Limit {
        name: "request.headers",
        of: "bytes of a request's headers",
        most: 128 * KB,
        url: "https://developers.cloudflare.com/workers/platform/limits/#request-and-response-limits",
    },
    // Of Cloudflare's own plans, Free and Pro have the least.
    request_body: Limit {
        name: "request.body",
        of: "bytes of a request's body",
        most: 100 * MB,
        url: "https://developers.cloudflare.com/workers/platform/limits/#request-and-response-limits",
    },
    response_headers: Limit {
        name: "response.headers",
        of: "bytes of a response's headers",
        most: 128 * KB,
        url: "https://developers.cloudflare.com/workers/platform/limits/#request-and-response-limits",
    },
    // Without compression; the limits after compression, 3 and 10 MB, are gone.
    code: Limit {
        name: "code.size",
        of: "bytes of a Worker's code",
        most: 64 * MB,
        url: "https://developers.cloudflare.com/workers/platform/limits/#worker-size",
    },
    // 64 on the free plan.
    vars: Limit {
        name: "vars.count",
        of: "environment variables and secrets of a Worker",
        most: 128,
        url: "https://developers.cloudflare.com/workers/platform/limits/#environment-variables",
    },
    var: Limit {
        name: "vars.size",
        of: "bytes of an environment variable",
        most: 5 * KB,
        url: "https://developers.cloudflare.com/workers/platform/limits/#environment-variables",
    },
    // 5 on the free plan.
    crons: Limit {
        name: "crons",
        of: "cron triggers of an account",
        most: 250,
        url: "https://developers.cloudflare.com/workers/platform/limits/#account-plan-limits",
    },
};
