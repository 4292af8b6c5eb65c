//! How many incidents came in each of the last hours.

use sqlx::Row;

use super::error::StoreError;
use super::rows::severity;
use super::store::Store;
use crate::domain::arrivals::{Arrivals, HOURS, Hour};

const HOUR_S: i64 = 3_600;

impl Store {
    /// What came in the last hours, the hour that ends at `now_s` (Unix seconds) last.
    pub async fn arrivals(&self, now_s: i64) -> Result<Arrivals, StoreError> {
        let from_s = now_s - i64::try_from(HOURS).unwrap_or(0) * HOUR_S;
        let sql = "SELECT (start_time - 1 - $1) / 3600 AS bucket, count(*), min(severity) FROM incident \
                   WHERE start_time > $1 AND start_time <= $2 GROUP BY bucket";
        let query = sqlx::query(sql).bind(from_s).bind(now_s);
        let found = self
            .read(query, |row| {
                let (hour, count, worst): (i64, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
                Ok((hour, Hour { count: u32::try_from(count).unwrap_or(u32::MAX), worst: Some(severity(worst)) }))
            })
            .await?;
        let mut arrivals = Arrivals::default();
        for (hour, what) in found {
            if let Some(place) = usize::try_from(hour).ok().and_then(|hour| arrivals.0.get_mut(hour)) {
                *place = what;
            }
        }
        Ok(arrivals)
    }
}
