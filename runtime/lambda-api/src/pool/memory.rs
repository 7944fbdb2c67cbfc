//! How much memory an instance uses, and what happens when that is more than it may.

use std::time::Duration;

use greenroom_host::{Beyond, Host, Limit, Profile};

use super::Instance;
use crate::process;

const MIB: u64 = 1024 * 1024;
/// How often it is looked at while the handler runs.
pub(super) const EVERY: Duration = Duration::from_millis(100);
/// The most that a function may configure. <https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>: 10,240 MB.
const MEMORY: Limit = Limit {
    name: "lambda.memory",
    of: "MB of memory that a Lambda function is configured with",
    most: 10_240,
    url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html",
};
/// In the relaxed profile a function is stopped only where it would take the machine along: interpreters here may be larger than there.
const RELAXED: u64 = 4;

impl Instance {
    /// The most that it has used, in MiB. No more than it may, as the vendor never sees more.
    pub(super) fn max_memory(&mut self) -> u32 {
        self.remember_memory();
        u32::try_from(self.most.div_ceil(MIB)).unwrap_or(u32::MAX)
    }

    /// Remembers what it has used so far: of a process that has ended nothing is known any more.
    pub(super) fn remember_memory(&mut self) {
        self.most = self.most.max(process::peak(self.id()));
    }

    /// Looks at it now. True: it has passed what it may use, and must be ended.
    pub(super) fn has_too_much(&mut self, host: &Host) -> bool {
        let (now, may) = (process::resident(self.id()), u64::from(self.log.function.memory) * MIB);
        self.most = self.most.max(now);
        if now <= may || host.profile == Profile::Off {
            return false;
        }
        let limit = MEMORY.or(Some(u64::from(self.log.function.memory)));
        host.limits.holds(&limit, Beyond::CutOff) || now > may * RELAXED
    }
}
