//! Lines of Lambda's log as it prints them.

use std::time::Duration;

use greenroom_host::InvokeReport;

use crate::telemetry::Status;

/// `1.23`
pub(crate) fn millis(took: Duration) -> String {
    format!("{:.2}", took.as_secs_f64() * 1000.0)
}

/// Whole milliseconds, upwards.
pub(crate) fn billed(took: Duration) -> Duration {
    Duration::from_millis(u64::try_from(took.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX))
}

/// `Status: error\tError Type: Runtime.ExitError`
pub(crate) fn status(status: Status, error: Option<&str>) -> String {
    let error = error.map_or_else(String::new, |error| format!("\tError Type: {error}"));
    format!("Status: {}{error}", status.word())
}

/// The line that begins with `REPORT`, and the one of its trace behind it.
pub(crate) fn line(request_id: &str, report: &InvokeReport, how: Status, error: Option<&str>, trace: Option<&str>) -> String {
    let mut line = format!(
        "REPORT RequestId: {request_id}\tDuration: {} ms\tBilled Duration: {} ms\tMemory Size: {} MB\tMax Memory Used: {} MB\t",
        millis(report.duration),
        report.billed.as_millis(),
        report.memory,
        report.max_memory
    );
    if let Some(init) = report.init {
        line.push_str(&format!("Init Duration: {} ms\t", millis(init)));
    }
    if let Some(restore) = report.restore {
        line.push_str(&format!("Restore Duration: {} ms\tBilled Restore Duration: {} ms\t", millis(restore), billed(restore).as_millis()));
    }
    if how != Status::Success {
        line.push_str(&status(how, error));
        line.push('\t');
    }
    if let Some(trace) = trace {
        line.push_str(&traced(trace));
    }
    line
}

/// `\nXRAY TraceId: 1-…\tSegmentId: …\tSampled: true\t`
fn traced(trace: &str) -> String {
    let part = |name: &str| trace.split(';').find_map(|part| part.trim().strip_prefix(name)).unwrap_or_default();
    let sampled = part("Sampled=") == "1";
    format!("\nXRAY TraceId: {}\tSegmentId: {}\tSampled: {sampled}\t", part("Root="), part("Parent="))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> InvokeReport {
        let duration = Duration::from_micros(1_234);
        InvokeReport { duration, billed: billed(duration), memory: 128, max_memory: 64, init: None, restore: None }
    }

    #[test]
    fn reports_read_as_the_vendor_prints_them() {
        let plain = "REPORT RequestId: r\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\t";
        assert_eq!(line("r", &report(), Status::Success, None, None), plain);
        let cold = InvokeReport { init: Some(Duration::from_millis(150)), ..report() };
        assert_eq!(line("r", &cold, Status::Success, None, None), format!("{plain}Init Duration: 150.00 ms\t"));
        let failed = line("r", &report(), Status::Error, Some("Runtime.ExitError"), None);
        assert_eq!(failed, format!("{plain}Status: error\tError Type: Runtime.ExitError\t"));
        let traced = line("r", &report(), Status::Success, None, Some("Root=1-a-b;Parent=c;Sampled=1"));
        assert_eq!(traced, format!("{plain}\nXRAY TraceId: 1-a-b\tSegmentId: c\tSampled: true\t"));
    }

    #[test]
    fn what_is_begun_is_paid_for() {
        assert_eq!(billed(Duration::from_micros(2_000)), Duration::from_millis(2));
        assert_eq!(billed(Duration::from_micros(2_001)), Duration::from_millis(3));
    }
}
