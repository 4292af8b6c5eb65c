//! Incidents from and to JSON, what their source says in numbers as it wrote them.

use serde_json::{Map, Value};

use super::exact;
use super::incident::Incident;

impl Incident {
    /// The incident of its JSON text.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        let mut out: Self = serde_json::from_str(text)?;
        if !exact::keeps_numbers(text) {
            out.write_as(&exact::value(text)?);
        }
        Ok(out)
    }

    /// Takes the numbers of the value that it was read from, as they are written there.
    pub fn write_as(&mut self, whole: &Value) {
        write_as(&mut self.extra, Some(whole));
        write_as(&mut self.fields, whole.get("fields"));
        for (person, name) in [(&mut self.creator, "creator"), (&mut self.closer, "closer")] {
            if let Some(person) = person {
                write_as(&mut person.extra, whole.get(name));
            }
        }
        for (responder, written) in self.responders.iter_mut().zip(items(whole, "responders")) {
            write_as(&mut responder.extra, Some(written));
        }
        for (alert, written) in self.alerts.iter_mut().zip(items(whole, "alerts")) {
            write_as(&mut alert.extra, Some(written));
        }
    }

    /// As JSON.
    pub(super) fn to_exact(&self) -> Option<Value> {
        let people = [&self.creator, &self.closer].into_iter().flatten().map(|person| &person.extra);
        let people = people.chain(self.responders.iter().map(|responder| &responder.extra));
        let parts =
            [&self.extra, &self.fields].into_iter().chain(people).chain(self.alerts.iter().map(|alert| &alert.extra));
        if parts.flat_map(Map::values).all(exact::is_plain) {
            return serde_json::to_value(self).ok();
        }
        exact::value(&serde_json::to_string(self).ok()?).ok()
    }
}

fn items<'a>(whole: &'a Value, name: &str) -> &'a [Value] {
    whole.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn write_as(own: &mut Map<String, Value>, written: Option<&Value>) {
    for (name, value) in own {
        if let Some(written) = written.and_then(|written| written.get(name)) {
            value.clone_from(written);
        }
    }
}
