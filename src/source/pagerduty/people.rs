//! Who we are there, and who somebody else is.

use serde_json::Value;

use super::super::{Greeting, SourceError, SourceErrorKind};
use super::connection::Connection;
use super::incident::text;
use super::list::no_list;
use crate::domain::text::clean;

/// How many near ones are named.
const NEAR: usize = 5;

/// A read that proves the key. A key of the account has no user: then the incidents are read.
pub(super) async fn greet(connection: &Connection) -> Result<Greeting, SourceError> {
    let (who, what) = match connection.get(&["users", "me"], &[]).await {
        Ok(answer) if answer["user"].is_object() => {
            (called(&answer["user"]), "PagerDuty, by a key of your own".to_owned())
        }
        Ok(_) => return Err(no_list("user")),
        Err(error) if may_be_an_accounts_key(&error) => {
            connection.get(&["incidents"], &[("limit", "1")]).await?;
            (String::new(), "PagerDuty, by a key of the account".to_owned())
        }
        Err(error) => return Err(error),
    };
    Ok(Greeting { who, what, limits: limits(&connection.limits()) })
}

/// `GET /users/me` "will not work if the request is made with an account-level access token", as the vendor says;
/// a key that is not known is refused with 401 everywhere.
fn may_be_an_accounts_key(error: &SourceError) -> bool {
    let refused = matches!(error.kind, SourceErrorKind::Refused | SourceErrorKind::Missing);
    refused || (error.kind == SourceErrorKind::Unauthorised && error.message.contains("HTTP 403"))
}

fn limits(told: &[(String, String)]) -> Vec<String> {
    let of = |end: &str| told.iter().find(|(name, _)| name.ends_with(end)).map(|(_, value)| clean(value.trim()));
    let mut out = Vec::new();
    match (of("ratelimit-limit"), of("ratelimit-remaining")) {
        (Some(limit), Some(left)) => out.push(format!("{left} of {limit} calls a minute are left")),
        (Some(limit), None) => out.push(format!("{limit} calls a minute")),
        (None, _) => {}
    }
    out.push("andon asks at most 900 times a minute and 20 times a second".to_owned());
    out
}

/// The id of the one user that `wanted` names: an e-mail address, a name or an id. An unknown one lists near ones.
pub(super) async fn user(connection: &Connection, wanted: &str) -> Result<String, SourceError> {
    let wanted = wanted.trim();
    let found = users(connection, wanted).await?;
    let is = |user: &&Value| {
        let same = |name: &str| text(user, name).eq_ignore_ascii_case(wanted);
        same("email") || same("name") || same("id")
    };
    let exact: Vec<&Value> = found.iter().filter(is).collect();
    match exact.as_slice() {
        [one] if !text(one, "id").is_empty() => Ok(text(one, "id").to_owned()),
        [_, _, ..] => {
            let message = format!("PagerDuty knows several people called {}: {}", clean(wanted), list(&exact));
            Err(SourceError::new(SourceErrorKind::Refused, format!("{message}; name one by the e-mail address")))
        }
        _ => Err(unknown(connection, wanted, &found).await),
    }
}

async fn unknown(connection: &Connection, wanted: &str, found: &[Value]) -> SourceError {
    let mut near: Vec<Value> = found.to_vec();
    for word in wanted.split(['@', '.', '_', '-', '+', ' ']).take(3).filter(|word| word.chars().count() > 1) {
        if near.len() >= NEAR || wanted.split('@').nth(1) == Some(word) {
            break;
        }
        near.extend(users(connection, word).await.unwrap_or_default());
    }
    let mut seen = std::collections::HashSet::new();
    near.retain(|user| seen.insert(text(user, "id").to_owned()));
    near.truncate(NEAR);
    let message = format!("PagerDuty knows nobody called {}", clean(wanted));
    let near = list(&near.iter().collect::<Vec<_>>());
    let hint = if near.is_empty() { String::new() } else { format!("; near it are {near}") };
    SourceError::new(SourceErrorKind::Refused, format!("{message}{hint}"))
}

async fn users(connection: &Connection, query: &str) -> Result<Vec<Value>, SourceError> {
    let mut answer = connection.get(&["users"], &[("query", query), ("limit", "100")]).await?;
    match answer["users"].take() {
        Value::Array(users) => Ok(users),
        _ => Err(no_list("users")),
    }
}

fn list(users: &[&Value]) -> String {
    users.iter().map(|user| called(user)).collect::<Vec<_>>().join(", ")
}

/// `Ada Lovelace <ada@example.com>`, or as much of that as is known. Clean.
fn called(user: &Value) -> String {
    let name =
        [text(user, "name"), text(user, "summary")].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let called = match (name, text(user, "email")) {
        (name, "") => name.to_owned(),
        ("", email) => email.to_owned(),
        (name, email) => format!("{name} <{email}>"),
    };
    clean(&called).into_owned()
}
