//! What a confirm says of a press beside the request itself: one list for the screen and the command line.

use super::action::{Action, shown_url};
use super::address::is_plain_http_text;
use super::incident::Progress;
use super::request::Prepared;
use super::text::clean;
use super::time::{age, format_duration};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Unsafe: said also where nobody is asked.
    Unsafe,
    /// Deserves a second look.
    Warning,
    /// Good to know.
    Note,
}

/// Something to know before a press is confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risk {
    pub weight: Weight,
    /// In a sentence. Clean.
    pub text: String,
}

impl Risk {
    fn new(weight: Weight, text: impl Into<String>) -> Self {
        Self { weight, text: text.into() }
    }
}

/// About the way that these requests go, of one action or of several of one name; `undo` says from when one is held, and
/// how it is taken back.
pub fn of_way<'a>(presses: impl IntoIterator<Item = &'a Prepared>, undo: &str) -> Vec<Risk> {
    let presses: Vec<&Prepared> = presses.into_iter().collect();
    let Some(first) = presses.first() else { return Vec::new() };
    let mut actions: Vec<&Action> = Vec::new();
    for prepared in &presses {
        if !actions.iter().any(|known| known.id == prepared.action.id) {
            actions.push(&prepared.action);
        }
    }
    let mut out = Vec::new();
    if first.test {
        let text = "a test: the payload says \"test\": true; whether that matters is the receiver's choice";
        out.push(Risk::new(Weight::Warning, text));
    }
    if presses.iter().any(|prepared| is_plain_http_text(&prepared.endpoint)) {
        out.push(Risk::new(Weight::Unsafe, "plain http: the request can be read on the way"));
    }
    if actions.iter().any(|action| !action.tls.verify) {
        let text = "verification is off: whoever stands between can read and change everything";
        out.push(Risk::new(Weight::Unsafe, text));
    }
    if let Some(proxy) = actions
        .iter()
        .map(|action| action.proxy.trim())
        .find(|proxy| !proxy.is_empty() && !proxy.eq_ignore_ascii_case("none"))
    {
        let text = format!("through the proxy {}; only host lists hold there", clean(&shown_url(proxy)));
        out.push(Risk::new(Weight::Warning, text));
    }
    if let Some(proxy) = presses.iter().find_map(|prepared| prepared.through.as_deref()) {
        let text = format!("through the environment's proxy {}; only host lists hold there", clean(proxy));
        out.push(Risk::new(Weight::Warning, text));
    }
    if let Some(retries) = actions.iter().map(|action| action.retries).max().filter(|retries| *retries > 0) {
        let text = format!("sent again up to {retries} times, also after the receiver may have got it");
        out.push(Risk::new(Weight::Warning, text));
    }
    if let Some(holds_ms) = actions.iter().map(|action| action.holds_ms()).max().filter(|holds_ms| *holds_ms > 0) {
        let text = format!("held for {} {undo}", format_duration(holds_ms));
        out.push(Risk::new(Weight::Note, text));
    }
    out
}

/// About the incident; `as_of` is when its source last gave it, in words, where that is known.
pub fn of_incident(prepared: &Prepared, as_of: Option<&str>) -> Vec<Risk> {
    let mut out = Vec::new();
    if let Some(stale_ms) = prepared.stale_ms {
        let since = age(0, stale_ms.div_euclid(1_000)).replace("now", "less than a minute");
        let as_of = as_of.map_or_else(String::new, |as_of| format!(": this incident is as of {as_of}"));
        let text = format!("{} has not answered for {since}{as_of}", clean(&prepared.incident.source));
        out.push(Risk::new(Weight::Warning, text));
    }
    if prepared.incident.progress == Progress::Closed {
        out.push(Risk::new(Weight::Warning, "this incident is closed"));
    }
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn what_is_unsafe_is_told_apart_from_what_is_good_to_know() {
        let mut action = Action::new("Restart", "http://ci.example/");
        action.tls.verify = false;
        action.proxy = "http://proxy.example:3128".to_owned();
        action.retries = 2;
        let near = prepared(action.clone());
        let far = Prepared { endpoint: "http://ci.example/".to_owned(), ..near.clone() };
        let weights = |presses: &[&Prepared]| -> Vec<Weight> {
            of_way(presses.iter().copied(), "u").iter().map(|risk| risk.weight).collect()
        };
        assert_eq!(weights(&[&near]), [Weight::Unsafe, Weight::Warning, Weight::Warning]);
        assert_eq!(weights(&[&near, &far])[..2], [Weight::Unsafe; 2]);
        assert!(of_incident(&near, None).is_empty());
        let through = Prepared { through: Some("proxy.corp:3128".to_owned()), ..near.clone() };
        assert!(of_way([&through], "u").iter().any(|risk| risk.text.contains("environment's proxy proxy.corp:3128")));
        let stale = Prepared { stale_ms: Some(7_200_000), ..near };
        assert_eq!(
            of_incident(&stale, Some("16:00"))[0].text,
            " has not answered for 2h: this incident is as of 16:00"
        );
    }

    fn prepared(action: Action) -> Prepared {
        Prepared {
            run_id: String::new(),
            event_id: String::new(),
            event_time_ms: 0,
            action: Arc::new(action),
            incident: Arc::default(),
            operator: Arc::default(),
            method: "POST",
            endpoint: "https://ci.example/".to_owned(),
            headers: Vec::new(),
            body: "".into(),
            credentials: None,
            masked: false,
            through: None,
            references: Vec::new(),
            payload: Arc::default(),
            inputs: crate::domain::request::Inputs::default(),
            resend_of: None,
            group: None,
            test: false,
            stale_ms: None,
        }
    }
}
