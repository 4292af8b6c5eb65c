//! Alerts that a list does not have and that are read for a press, so that what is sent has what the screen shows.

use serde_json::Value;

use super::incident::{Alert, Incident};

/// Under this name an incident has when its alerts were read, Unix seconds.
pub const ALERTS_READ_AT: &str = "alerts_read_at";

impl Incident {
    /// Takes the alerts that were read of it.
    pub fn take_alerts(&mut self, alerts: Vec<Alert>, at_s: i64) {
        if self.alerts.is_empty() && !alerts.is_empty() {
            self.alert_cnt = self.alert_cnt.max(i64::try_from(alerts.len()).unwrap_or(i64::MAX));
            self.alerts = alerts;
            self.extra.insert(ALERTS_READ_AT.to_owned(), at_s.into());
        }
    }

    /// When its alerts were read for a press, Unix seconds.
    pub fn alerts_read_at(&self) -> Option<i64> {
        self.extra.get(ALERTS_READ_AT).and_then(Value::as_i64)
    }

    /// As its list has it, with the alerts that were read for `other`: so that the two can be compared.
    #[must_use]
    pub fn with_alerts_of(mut self, other: &Self) -> Self {
        if let Some(at_s) = other.alerts_read_at() {
            self.take_alerts(other.alerts.clone(), at_s);
            self.alert_cnt = self.alert_cnt.max(other.alert_cnt.min(i64::try_from(self.alerts.len()).unwrap_or(0)));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_for_a_press_is_no_difference_and_what_the_list_has_stays() {
        let listed = Incident { alert_cnt: 1, ..Incident::default() };
        let mut pressed = listed.clone();
        pressed.take_alerts(vec![Alert { alert_id: "a".into(), ..Alert::default() }], 77);
        assert_eq!((pressed.alerts_read_at(), pressed.alerts.len()), (Some(77), 1));
        assert!(listed.clone().with_alerts_of(&pressed).differs_in(&pressed).is_empty());
        let worse = Incident { title: "worse".into(), ..listed };
        assert_eq!(worse.with_alerts_of(&pressed).differs_in(&pressed), ["title"]);
        pressed.take_alerts(vec![Alert::default(), Alert::default()], 99);
        assert_eq!((pressed.alerts_read_at(), pressed.alerts.len()), (Some(77), 1));
    }
}
