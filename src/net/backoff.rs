//! How long to wait before the next try.

use std::time::Duration;

/// Waits that double with each failure.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    pub first: Duration,
    pub longest: Duration,
}

impl Backoff {
    /// The wait after so many doublings.
    pub fn after(self, doublings: u32) -> Duration {
        self.first.saturating_mul(2_u32.saturating_pow(doublings)).min(self.longest)
    }

    /// As [`Backoff::after`] and up to half as long again, so that many do not try together.
    pub fn jittered(self, doublings: u32) -> Duration {
        self.after(doublings).mul_f64(1.0 + fastrand::f64() / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_are_spread() {
        let backoff = Backoff { first: Duration::from_secs(1), longest: Duration::from_mins(1) };
        let waits: Vec<u64> = [0, 1, 2, 5, 6, u32::MAX].map(|times| backoff.after(times).as_secs()).into();
        assert_eq!(waits, [1, 2, 4, 32, 60, 60]);
        let spread: Vec<Duration> = (0..50).map(|_| backoff.jittered(2)).collect();
        assert!(spread.iter().all(|wait| (4.0..6.0).contains(&wait.as_secs_f64())), "{spread:?}");
        assert!(spread.iter().any(|wait| *wait != spread[0]));
    }
}
