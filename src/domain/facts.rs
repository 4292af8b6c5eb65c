//! What lists sort, group and filter by beside a row's columns: who has an incident, and its labels.
//!
//! Read once, when a row is made, so that a list of 100,000 never unpacks the whole of each.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::incident::Progress;

/// Between the parts of the text: who, the people, the labels.
const PART: char = '\u{1e}';
/// Between people.
const UNIT: char = '\u{1f}';

/// Who has an incident, as the list shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner<'a> {
    Nobody,
    /// By whom; empty where the source does not say. As the source wrote it: clean it before it is shown.
    Acknowledged(&'a str),
    /// To whom, here only.
    Assigned(&'a str),
    /// Until when, Unix seconds.
    Snoozed(i64),
    /// Muted or inhibited at the source: nobody need have it.
    Quiet,
    Closed,
}

/// What lists sort, group and filter by beside a row's columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Facts {
    /// Who has it, who was asked, and its labels as JSON without braces: in one text, because 100,000 have one.
    text: Box<str>,
    /// Unix seconds, 0 = not.
    snoozed_before: u32,
    /// Whether nobody need be told of it: it is marked at its source.
    pub quiet: bool,
    /// Whether its acknowledgement or assignment is kept here only.
    pub local: bool,
    holds: Holds,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Holds {
    #[default]
    Nobody,
    Acknowledged,
    Assigned,
}

/// What is read of the whole incident.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Brief<'a> {
    progress: Progress,
    snoozed_before: i64,
    #[serde(borrow)]
    labels: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    #[serde(borrow)]
    responders: Vec<Asked<'a>>,
    local: Option<Value>,
    marks: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked<'a> {
    #[serde(borrow)]
    person_name: Cow<'a, str>,
    #[serde(borrow)]
    email: Cow<'a, str>,
    acknowledged_at: i64,
}

impl Facts {
    /// Reads them of an incident as it is packed and stored. Of a text that cannot be read there are none.
    pub fn read(body: &str) -> Self {
        let Ok(brief) = serde_json::from_str::<Brief<'_>>(body) else {
            return Self::default();
        };
        let kept = |name: &str| brief.local.as_ref().and_then(|local| local.get(name)?.as_str());
        let by_them = brief.responders.iter().filter(|asked| asked.acknowledged_at > 0);
        let by_them = by_them.max_by_key(|asked| asked.acknowledged_at).map(Asked::name);
        let (holds, who) = match (brief.progress, kept("assigned_to")) {
            (Progress::Processing, _) => (Holds::Acknowledged, kept("acknowledged_by").or(by_them).unwrap_or_default()),
            (_, Some(to)) => (Holds::Assigned, to),
            (_, None) => (Holds::Nobody, ""),
        };
        let people = brief.responders.iter().flat_map(|asked| [&*asked.person_name, &*asked.email]);
        let people = people.chain(kept("assigned_to")).filter(|name| !name.is_empty());
        let mut text = part(who).into_owned();
        text.push(PART);
        for (at, name) in people.enumerate() {
            if at > 0 {
                text.push(UNIT);
            }
            text.push_str(&part(name));
        }
        text.push(PART);
        let labels = serde_json::to_string(&brief.labels).unwrap_or_default();
        text.push_str(labels.trim_start_matches('{').strip_suffix('}').unwrap_or_default());
        Self {
            text: text.into(),
            snoozed_before: u32::try_from(brief.snoozed_before.max(0)).unwrap_or(u32::MAX),
            quiet: brief.marks.as_ref().is_some_and(|marks| !words(marks).is_empty()),
            local: kept("acknowledged_by").or(kept("assigned_to")).is_some(),
            holds,
        }
    }

    /// All of it that is text, for whoever packs the rest.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Who has an incident of this progress; `now_s` in Unix seconds.
    pub fn owner(&self, progress: Progress, now_s: i64) -> Owner<'_> {
        if progress == Progress::Closed {
            return Owner::Closed;
        }
        if self.snoozed_before() > now_s {
            return Owner::Snoozed(self.snoozed_before());
        }
        match (self.holds, self.quiet) {
            (Holds::Acknowledged, _) => Owner::Acknowledged(self.parts().0),
            (Holds::Assigned, _) => Owner::Assigned(self.parts().0),
            (Holds::Nobody, true) => Owner::Quiet,
            (Holds::Nobody, false) => Owner::Nobody,
        }
    }

    fn parts(&self) -> (&str, &str, &str) {
        let (who, rest) = self.text.split_once(PART).unwrap_or_default();
        let (people, labels) = rest.split_once(PART).unwrap_or_default();
        (who, people, labels)
    }

    /// Who acknowledged it, or has it here; `None` where nobody does, empty where the source does not say.
    pub fn who(&self) -> Option<&str> {
        (self.holds != Holds::Nobody).then(|| self.parts().0)
    }

    /// Names and addresses of all who were asked to take it.
    pub fn people(&self) -> impl Iterator<Item = &str> {
        self.parts().1.split(UNIT).filter(|name| !name.is_empty())
    }

    /// Until when it is snoozed, Unix seconds, 0 = not.
    pub fn snoozed_before(&self) -> i64 {
        i64::from(self.snoozed_before)
    }

    /// Its labels, by name: name and value.
    pub fn labels(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        let text = self.parts().2;
        let escaped = text.contains('\\');
        // Where nothing is escaped, a quote only ends a text.
        let plain = (!escaped).then(|| text.strip_prefix('"')?.strip_suffix('"')).flatten();
        let plain = plain.into_iter().flat_map(|text| text.split("\",\""));
        let plain = plain.filter_map(|pair| pair.split_once("\":\"")).map(|(name, value)| (name.into(), value.into()));
        let parsed = escaped.then(|| serde_json::from_str::<BTreeMap<String, String>>(&format!("{{{text}}}")).ok());
        let parsed = parsed.flatten().into_iter().flatten().map(|(name, value)| (name.into(), value.into()));
        plain.chain(parsed)
    }

    pub fn label(&self, name: &str) -> Option<Cow<'_, str>> {
        self.labels().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl Asked<'_> {
    fn name(&self) -> &str {
        if self.person_name.is_empty() { &self.email } else { &self.person_name }
    }
}

/// The words that mark an incident at its source.
pub(super) fn words(marks: &Value) -> Vec<&str> {
    marks.as_array().into_iter().flatten().filter_map(Value::as_str).filter(|word| !word.trim().is_empty()).collect()
}

/// A text that may stand between separators.
fn part(text: &str) -> Cow<'_, str> {
    if text.contains([PART, UNIT]) { text.replace([PART, UNIT], " ").into() } else { text.into() }
}
