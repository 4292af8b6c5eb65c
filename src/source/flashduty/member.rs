//! Somebody to assign to: found by address or by name.

use serde_json::{Value, json};

use super::connection::Connection;
use crate::domain::text::clean;
use crate::source::{SourceError, SourceErrorKind};

/// How many pages of members are looked through for an exact match.
const PAGES: usize = 5;
/// How many members a page has at most.
const PAGE: usize = 100;
/// How many near ones an error names.
const NEAR: usize = 3;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) email: String,
}

/// The member with this e-mail address, or with this name where it is no address. Where there is none, or more than
/// one, the error names those that are near.
pub(super) async fn find(connection: &Connection, to: &str) -> Result<Member, SourceError> {
    let to = to.trim();
    if to.is_empty() {
        return Err(refused("nobody was named to assign to; give an e-mail address"));
    }
    let found = search(connection, to, PAGES).await?;
    let mut exact: Vec<&Member> = found.iter().filter(|member| member.is(to)).collect();
    exact.dedup_by_key(|member| member.id);
    match exact.as_slice() {
        [one] => return Ok((*one).clone()),
        [] => {}
        several => {
            let names = listed(several.iter().copied());
            return Err(refused(&format!("{} people are called {to}: {names}; give an e-mail address", several.len())));
        }
    }
    Err(refused(&near(connection, to, found).await?))
}

/// Says that nobody is called so, and who may be meant.
async fn near(connection: &Connection, to: &str, mut found: Vec<Member>) -> Result<String, SourceError> {
    if found.is_empty() {
        let name = to.split('@').next().unwrap_or(to);
        found = search(connection, name, 1).await?;
    }
    if found.is_empty() {
        found = search(connection, "", 1).await?;
        // Of everybody only those that look alike.
        found.retain(|member| member.likeness(to) > 0.25);
    }
    found.sort_by(|left, right| right.likeness(to).total_cmp(&left.likeness(to)));
    found.truncate(NEAR);
    if found.is_empty() {
        return Ok(format!("nobody in Flashduty is called {to}"));
    }
    Ok(format!("nobody in Flashduty is called {to}; near: {}", listed(&found)))
}

async fn search(connection: &Connection, query: &str, pages: usize) -> Result<Vec<Member>, SourceError> {
    let mut out: Vec<Member> = Vec::new();
    for page in 1..=pages {
        let mut body = json!({ "p": page, "limit": PAGE });
        if !query.is_empty() {
            body["query"] = query.into();
        }
        let answer = connection.ask("/member/list", &body).await?;
        let items = answer.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let before = out.len();
        for member in items.iter().filter_map(read) {
            if !out.contains(&member) {
                out.push(member);
            }
        }
        if items.len() < PAGE || out.len() == before {
            break;
        }
    }
    Ok(out)
}

/// A member; not one who was removed.
fn read(item: &Value) -> Option<Member> {
    let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let id = item.get("member_id").and_then(Value::as_i64)?;
    (text("status") != "deleted").then(|| Member { id, name: text("member_name"), email: text("email") })
}

impl Member {
    fn is(&self, to: &str) -> bool {
        let own = if to.contains('@') { &self.email } else { &self.name };
        own.to_lowercase() == to.to_lowercase()
    }

    /// As errors and notes show it.
    pub(super) fn shown(&self) -> String {
        let name = if self.name.is_empty() { self.id.to_string() } else { self.name.clone() };
        if self.email.is_empty() { name } else { format!("{name} <{}>", self.email) }
    }

    /// From 0 to 1: how many pairs of letters the address or the name shares with `to`.
    fn likeness(&self, to: &str) -> f64 {
        let local = |address: &str| address.split('@').next().unwrap_or_default().to_owned();
        let to = local(to);
        dice(&self.name, &to).max(dice(&local(&self.email), &to))
    }
}

fn dice(left: &str, right: &str) -> f64 {
    let pairs = |text: &str| {
        let letters: Vec<char> = text.to_lowercase().chars().collect();
        letters.windows(2).map(<[char]>::to_vec).collect::<Vec<_>>()
    };
    let (left, mut right) = (pairs(left), pairs(right));
    let whole = left.len() + right.len();
    let shared = left.iter().filter(|pair| {
        let at = right.iter().position(|other| other == *pair);
        at.map(|at| right.swap_remove(at)).is_some()
    });
    let shared = u32::try_from(shared.count()).unwrap_or(u32::MAX);
    2.0 * f64::from(shared) / f64::from(u32::try_from(whole.max(1)).unwrap_or(u32::MAX))
}

fn listed<'a>(members: impl IntoIterator<Item = &'a Member>) -> String {
    members.into_iter().take(NEAR).map(Member::shown).collect::<Vec<_>>().join(", ")
}

fn refused(message: &str) -> SourceError {
    SourceError::new(SourceErrorKind::Refused, clean(message))
}
