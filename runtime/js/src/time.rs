//! What time it is for the code of a guest.
//!
//! `Date`, `Intl` and whatever else of an engine knows the time ask the C library. Its functions are defined here in its place, so that both
//! engines see a time that stands still without being changed, and so that nothing of it can be told apart from a real clock by the code.
//! Only the calendar is turned; the monotonic clock, by which the event loop and the limits count, goes on.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

use libc::{c_int, c_void, clockid_t, time_t, timespec, timeval};

/// Time runs.
const RUNS: i64 = i64::MIN;

/// Where time stands still, in milliseconds since 1970.
static STANDS_AT: AtomicI64 = AtomicI64::new(RUNS);

/// Lets time stand still at `milliseconds` since 1970, or run.
pub(crate) fn set(milliseconds: Option<u64>) {
    let at = milliseconds.map_or(RUNS, |at| i64::try_from(at).unwrap_or(i64::MAX));
    STANDS_AT.store(at, Ordering::Relaxed);
}

/// Seconds and milliseconds, where time stands still.
fn standing() -> Option<(time_t, i64)> {
    let at = STANDS_AT.load(Ordering::Relaxed);
    (at != RUNS).then(|| (at.div_euclid(1000), at.rem_euclid(1000)))
}

type ClockGettime = unsafe extern "C" fn(clockid_t, *mut timespec) -> c_int;

/// The C library's own.
fn real() -> ClockGettime {
    static REAL: OnceLock<ClockGettime> = OnceLock::new();
    *REAL.get_or_init(|| {
        // SAFETY: the name is a C string; the symbol is there in every C library that this runs on, with that type.
        unsafe {
            let found = libc::dlsym(libc::RTLD_NEXT, c"clock_gettime".as_ptr());
            std::mem::transmute::<*mut c_void, Option<ClockGettime>>(found).unwrap_or(by_system_call)
        }
    })
}

unsafe extern "C" fn by_system_call(clock: clockid_t, out: *mut timespec) -> c_int {
    // SAFETY: the caller's pointer is handed on as it is.
    let result = unsafe { libc::syscall(libc::SYS_clock_gettime, clock, out) };
    c_int::try_from(result).unwrap_or(-1)
}

/// In place of the C library's.
///
/// # Safety
/// `out` is valid for a write, as for the C library's own.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn clock_gettime(clock: clockid_t, out: *mut timespec) -> c_int {
    if matches!(clock, libc::CLOCK_REALTIME | libc::CLOCK_REALTIME_COARSE)
        && let Some((seconds, milliseconds)) = standing()
    {
        // SAFETY: the caller's promise.
        unsafe { out.write(timespec { tv_sec: seconds, tv_nsec: milliseconds * 1_000_000 }) };
        return 0;
    }
    // SAFETY: the caller's promise.
    unsafe { real()(clock, out) }
}

/// In place of the C library's. The time zone is obsolete and left alone.
///
/// # Safety
/// `out` is valid for a write, as for the C library's own.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn gettimeofday(out: *mut timeval, _zone: *mut c_void) -> c_int {
    let mut now = timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is valid for the call; `out` by the caller's promise.
    unsafe {
        let result = clock_gettime(libc::CLOCK_REALTIME, &raw mut now);
        if !out.is_null() {
            out.write(timeval { tv_sec: now.tv_sec, tv_usec: now.tv_nsec / 1000 });
        }
        result
    }
}

/// In place of the C library's.
///
/// # Safety
/// `out` is null or valid for a write, as for the C library's own.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn time(out: *mut time_t) -> time_t {
    let mut now = timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is valid for the call; `out` by the caller's promise.
    unsafe {
        clock_gettime(libc::CLOCK_REALTIME, &raw mut now);
        if !out.is_null() {
            out.write(now.tv_sec);
        }
    }
    now.tv_sec
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_stands_where_it_is_set_and_the_rest_goes_on() {
        set(Some(1_700_000_000_123));
        let mut now = timespec { tv_sec: 0, tv_nsec: 0 };
        let mut since_boot = now;
        // SAFETY: both are valid for the calls.
        let (calendar, monotonic) =
            unsafe { (clock_gettime(libc::CLOCK_REALTIME, &raw mut now), clock_gettime(libc::CLOCK_MONOTONIC, &raw mut since_boot)) };
        // SAFETY: null is allowed.
        let seconds = unsafe { time(std::ptr::null_mut()) };
        set(None);
        assert_eq!((calendar, monotonic, now.tv_sec, now.tv_nsec, seconds), (0, 0, 1_700_000_000, 123_000_000, 1_700_000_000));
        // SAFETY: `now` is valid for the call.
        unsafe { clock_gettime(libc::CLOCK_REALTIME, &raw mut now) };
        assert!(now.tv_sec > 1_700_000_000 && since_boot.tv_sec < 1_700_000_000);
    }
}
