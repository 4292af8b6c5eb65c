//! How often an account may be asked: shared by everything of this process that asks as it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroU32;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota};

/// The accounts that are asked now, by a hash of who they are: their keys are kept nowhere.
static ACCOUNTS: LazyLock<Mutex<HashMap<u64, Weak<Limits>>>> = LazyLock::new(Mutex::default);

/// The turns of an account.
#[derive(Clone)]
pub(super) struct Budget {
    limits: Arc<Limits>,
}

struct Limits {
    limiters: Vec<DefaultDirectRateLimiter>,
}

/// How a limit is kept in every stretch of its length, not only on average: what comes at once and what flows in after
/// it are together no more than the limit.
struct Share {
    rate: NonZeroU32,
    burst: NonZeroU32,
}

impl Share {
    /// One part in `parts` comes at once.
    fn of(limit: NonZeroU32, parts: u32) -> Self {
        let burst = NonZeroU32::new(limit.get() / parts).unwrap_or(NonZeroU32::MIN);
        let rate = NonZeroU32::new(limit.get().saturating_sub(burst.get())).unwrap_or(NonZeroU32::MIN);
        Self { rate, burst }
    }
}

impl Budget {
    /// The account that `who` names (address and key), which may be asked so many times a second and a minute.
    pub(super) fn of(who: &[&str], per_second: NonZeroU32, per_minute: NonZeroU32) -> Self {
        let mut hasher = DefaultHasher::new();
        who.hash(&mut hasher);
        let account = hasher.finish();
        let mut accounts = ACCOUNTS.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.retain(|_, limits| limits.strong_count() > 0);
        let known = accounts.get(&account).and_then(Weak::upgrade);
        let limits = known.unwrap_or_else(|| {
            let (second, minute) = (Share::of(per_second, 2), Share::of(per_minute, 10));
            let quotas = [
                Quota::per_second(second.rate).allow_burst(second.burst),
                Quota::per_minute(minute.rate).allow_burst(minute.burst),
            ];
            Arc::new(Limits { limiters: quotas.map(DefaultDirectRateLimiter::direct).into() })
        });
        accounts.insert(account, Arc::downgrade(&limits));
        Self { limits }
    }

    /// Waits until the account may be asked once more, and counts that.
    pub(super) async fn turn(&self) {
        for limiter in &self.limits.limiters {
            while let Err(wait) = limiter.check() {
                tokio::time::sleep(wait.wait_time_from(DefaultClock::default().now())).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUR: NonZeroU32 = NonZeroU32::new(4).unwrap();
    const MANY: NonZeroU32 = NonZeroU32::new(1_000).unwrap();

    #[tokio::test]
    async fn one_account_has_one_budget_and_another_has_its_own() {
        let (first, same) = (Budget::of(&["a", "key"], FOUR, MANY), Budget::of(&["a", "key"], FOUR, MANY));
        first.turn().await;
        same.turn().await;
        assert!(first.limits.limiters[0].check().is_err(), "both are spent");
        assert!(Budget::of(&["a", "other"], FOUR, MANY).limits.limiters[0].check().is_ok());
    }

    #[test]
    fn no_stretch_of_a_limits_length_has_more_than_the_limit() {
        for limit in [2, 50, 960, 1_000, 1_001] {
            let limit = NonZeroU32::new(limit).unwrap();
            for parts in [2, 10] {
                let share = Share::of(limit, parts);
                assert_eq!(share.rate.get() + share.burst.get(), limit.get());
            }
        }
    }
}
