//! Comments and downtimes: who has taken a problem, who is quiet about it until when, and what happened.

use std::collections::BTreeSet;

use serde_json::Value;

use super::api::{milliseconds, seconds, time};
use crate::domain::operation::whole_s;
use crate::domain::text::clean;
use crate::domain::time::minute_utc;
use crate::domain::timeline::Moment;
use crate::source::lenient::{number, text};

/// When something ends that does not say it in a way that can be read.
const UNSAID: &str = "an unknown time";
/// The kind of comment that an acknowledgement leaves.
const ACKNOWLEDGEMENT: f64 = 4.0;

#[derive(Clone, Debug, Default)]
pub(super) struct Comment {
    host_name: String,
    service_name: String,
    author: String,
    text: String,
    entry_time: f64,
    entry_type: f64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Downtime {
    pub(super) name: String,
    host_name: String,
    service_name: String,
    pub(super) author: String,
    comment: String,
    entry_time: f64,
    start_time: f64,
    end_time: f64,
    /// What stands for its end, where nobody can read it as a time.
    unread_end: Option<Value>,
}

impl Comment {
    /// Those of an answer. Whatever is null or odd costs its own field.
    pub(super) fn all(results: &[Value]) -> Vec<Self> {
        let read = |attrs: &Value| Self {
            host_name: text(attrs, "host_name"),
            service_name: text(attrs, "service_name"),
            author: text(attrs, "author"),
            text: text(attrs, "text"),
            entry_time: number(attrs, "entry_time"),
            entry_type: number(attrs, "entry_type"),
        };
        results.iter().filter_map(|result| result.get("attrs")).map(read).collect()
    }
}

/// What is said of the objects of a list.
#[derive(Clone, Debug, Default)]
pub(super) struct Remarks {
    pub(super) comments: Vec<Comment>,
    pub(super) downtimes: Vec<Downtime>,
}

fn object(host: &str, service: &str) -> String {
    if service.is_empty() { host.to_owned() } else { format!("{host}!{service}") }
}

impl Downtime {
    /// Those of an answer. Whatever is null or odd costs its own field.
    pub(super) fn all(results: &[Value]) -> Vec<Self> {
        let read = |attrs: &Value| {
            let (end_time, unread_end) = time(attrs, "end_time");
            Self {
                name: text(attrs, "__name"),
                host_name: text(attrs, "host_name"),
                service_name: text(attrs, "service_name"),
                author: text(attrs, "author"),
                comment: text(attrs, "comment"),
                entry_time: time(attrs, "entry_time").0,
                start_time: time(attrs, "start_time").0,
                end_time,
                unread_end,
            }
        };
        results.iter().filter_map(|result| result.get("attrs")).map(read).collect()
    }

    pub(super) fn object(&self) -> String {
        object(&self.host_name, &self.service_name)
    }

    /// Whether it holds at this time, Unix seconds. It is not known to be over where nobody can read when it ends.
    pub(super) fn holds(&self, now_s: i64) -> bool {
        seconds(self.start_time) <= now_s && (self.unread_end.is_some() || now_s < seconds(self.end_time))
    }

    /// When it ends, in words; as it was given where nobody can read that.
    fn until(&self) -> String {
        match &self.unread_end {
            Some(Value::String(given)) => given.clone(),
            Some(given) => given.to_string(),
            None if self.end_time > 0.0 => minute_utc(milliseconds(self.end_time)),
            None => UNSAID.to_owned(),
        }
    }

    fn words(&self) -> String {
        clean(&format!("{} until {}: {}", self.author, self.until(), self.comment)).into_owned()
    }
}

impl Remarks {
    /// Those about one object that hold or will hold.
    fn of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Downtime> {
        self.downtimes.iter().filter(move |downtime| downtime.object() == name)
    }

    /// When the last downtime that has begun ends, Unix seconds; 0 where none is known.
    pub(super) fn quiet_until(&self, name: &str) -> i64 {
        let now_s = jiff::Timestamp::now().as_second();
        let holding = self.of(name).filter(|downtime| downtime.holds(now_s));
        holding.map(|downtime| whole_s(milliseconds(downtime.end_time))).max().unwrap_or_default()
    }

    /// The ends of its downtimes that nobody can read.
    pub(super) fn unread_ends<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Value> {
        self.of(name).filter_map(|downtime| downtime.unread_end.as_ref())
    }

    /// Who is quiet about it, until when and why.
    pub(super) fn downtime_words(&self, name: &str) -> String {
        let words: BTreeSet<String> = self.of(name).map(Downtime::words).collect();
        words.into_iter().collect::<Vec<_>>().join("; ")
    }

    /// Who acknowledged it last.
    pub(super) fn acknowledged_by(&self, name: &str) -> Option<&str> {
        let of_object = self.comments.iter().filter(|comment| comment.entry_type >= ACKNOWLEDGEMENT);
        let of_object = of_object.filter(|comment| object(&comment.host_name, &comment.service_name) == name);
        of_object.max_by(|a, b| a.entry_time.total_cmp(&b.entry_time)).map(|comment| comment.author.as_str())
    }

    /// What happened, oldest first.
    pub(super) fn timeline(&self) -> Vec<Moment> {
        let said = self.comments.iter().map(|comment| Moment {
            at_ms: milliseconds(comment.entry_time),
            who: clean(&comment.author).into_owned(),
            what: if comment.entry_type >= ACKNOWLEDGEMENT { "acknowledged" } else { "commented" }.to_owned(),
            text: comment.text.clone(),
            ..Moment::default()
        });
        let quiet = self.downtimes.iter().map(|downtime| Moment {
            at_ms: milliseconds(downtime.entry_time),
            who: clean(&downtime.author).into_owned(),
            what: clean(&format!("in downtime until {}", downtime.until())).into_owned(),
            text: downtime.comment.clone(),
            ..Moment::default()
        });
        let mut out: Vec<Moment> = said.chain(quiet).collect();
        out.sort_by_key(|moment| moment.at_ms);
        out
    }
}
