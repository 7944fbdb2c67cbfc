//! Randomness for `Math.random`, from the operating system. Without it the engine seeds itself from the time of day, and guests that
//! start together would draw the same numbers.

use std::cell::Cell;

thread_local! {
    static STATE: Cell<[u64; 2]> = const { Cell::new([0; 2]) };
}

/// Fills `buffer`; what the engine asks for as its entropy source.
pub(crate) fn fill(buffer: &mut [u8]) -> bool {
    let mut state = STATE.get();
    if state == [0; 2] {
        let mut seed = [0_u8; 16];
        // SAFETY: `seed` is valid for writes of its whole length for the duration of the call.
        let read = unsafe { libc::getrandom(seed.as_mut_ptr().cast(), seed.len(), 0) };
        if read != 16 {
            return false;
        }
        let (a, b) = seed.split_at(8);
        let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        state = [number(a), number(b) | 1];
    }
    for chunk in buffer.chunks_mut(8) {
        let bytes = xorshift(&mut state).to_le_bytes();
        chunk.copy_from_slice(&bytes[..chunk.len()]);
    }
    STATE.set(state);
    true
}

/// xorshift128+: fast, and all that `Math.random` promises. `crypto.getRandomValues` does not come this way.
fn xorshift(state: &mut [u64; 2]) -> u64 {
    let [mut a, b] = *state;
    let sum = a.wrapping_add(b);
    a ^= a << 23;
    *state = [b, a ^ b ^ (a >> 18) ^ (b >> 5)];
    sum
}

#[cfg(test)]
mod tests {
    #[test]
    fn two_draws_differ_and_fill_any_length() {
        let (mut a, mut b) = ([0; 13], [0; 13]);
        assert!(super::fill(&mut a) && super::fill(&mut b));
        assert_ne!(a, b);
        assert_ne!(a[8..], [0; 5]);
    }
}
