//! How many incidents came lately: is it growing, and since when.

use super::incident::Severity;

/// So many hours are counted.
pub const HOURS: usize = 24;

/// What came in an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    pub count: u32,
    /// The worst of them; `None` where none came.
    pub worst: Option<Severity>,
}

/// What came in each of the last [`HOURS`], oldest first. Closed incidents count as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrivals(pub [Hour; HOURS]);

impl Default for Arrivals {
    fn default() -> Self {
        Self([Hour { count: 0, worst: None }; HOURS])
    }
}

/// The heights of a cell, lowest first.
const CELLS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

impl Arrivals {
    /// Whether none came at all.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|hour| hour.count == 0)
    }

    /// The last `hours` as cells as high as the square root of what came: a storm does not hide what came before it.
    pub fn cells(&self, hours: usize) -> String {
        let last = &self.0[HOURS.saturating_sub(hours)..];
        let most = last.iter().map(|hour| hour.count).max().unwrap_or(0).max(1);
        let height = |hour: &Hour| (f64::from(hour.count) / f64::from(most)).sqrt() * 7.0;
        last.iter().map(|hour| CELLS.into_iter().nth(rounded(height(hour))).unwrap_or('█')).collect()
    }

    /// The worst of what came in the last hour.
    pub fn worst_now(&self) -> Option<Severity> {
        self.0.last().and_then(|hour| hour.worst)
    }
}

/// At least 1 where anything came: an hour with one incident is not an hour with none.
// A height is 0 to 7.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn rounded(height: f64) -> usize {
    if height > 0.0 { (height.round() as usize).max(1) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_with_one_is_seen_beside_a_storm() {
        let mut arrivals = Arrivals::default();
        assert!(arrivals.is_empty());
        arrivals.0[HOURS - 1] = Hour { count: 400, worst: Some(Severity::Critical) };
        arrivals.0[HOURS - 2] = Hour { count: 1, worst: Some(Severity::Info) };
        arrivals.0[HOURS - 3] = Hour { count: 100, worst: Some(Severity::Warning) };
        assert_eq!(arrivals.cells(4), "▁▅▂█");
        assert_eq!(arrivals.worst_now(), Some(Severity::Critical));
    }
}
