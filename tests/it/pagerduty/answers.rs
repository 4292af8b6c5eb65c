//! What the account answers when nothing else is wanted: the part of the API that is used, with its state.

use serde_json::{Value, json};

use crate::pagerduty::KEY;
use crate::pagerduty::account::{Reply, Request, State};

pub(crate) fn answer(state: &mut State, request: &Request) -> Reply {
    if request.header("authorization") != format!("Token token={KEY}") {
        return refusal(401, "Unauthorized");
    }
    if request.method != "GET" && !request.header("from").contains('@') {
        return refusal(400, "Requester User Not Found");
    }
    let path: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
    match (request.method.as_str(), path.as_slice()) {
        ("GET", ["incidents"]) => list(state, request),
        ("PUT", ["incidents"]) => update(state, &request.body),
        ("GET", ["incidents", id]) => match find(state, id) {
            Some(item) => Reply::Json(200, json!({"incident": item})),
            None => refusal(404, "Not Found"),
        },
        ("POST", ["incidents", id, "snooze"]) => match find(state, id) {
            Some(item) => {
                item["status"] = "acknowledged".into();
                let wakes_s = jiff::Timestamp::now().as_second() + request.body["duration"].as_i64().unwrap();
                let wakes = jiff::Timestamp::from_second(wakes_s).unwrap().to_string();
                item["pending_actions"] = json!([{"type": "unacknowledge", "at": wakes}]);
                Reply::Json(201, json!({"incident": item}))
            }
            None => refusal(404, "Not Found"),
        },
        ("POST", ["incidents", _, "notes"]) => {
            state.notes.push(request.body["note"].clone());
            Reply::Json(200, json!({"note": request.body["note"]}))
        }
        ("GET", ["incidents", _, "notes"]) => Reply::Json(200, json!({"notes": state.notes})),
        ("GET", ["incidents", _, "custom_fields", "values"]) => {
            Reply::Json(200, json!({"custom_fields": state.fields}))
        }
        ("PUT", ["incidents", _, "custom_fields", "values"]) => Reply::Json(201, request.body.clone()),
        ("GET", ["users"]) => {
            let query = request.one("query").unwrap_or_default();
            let found: Vec<&Value> = state.users.iter().filter(|user| user.to_string().contains(query)).collect();
            Reply::Json(200, json!({"users": found, "more": false}))
        }
        ("GET", ["users", "me"]) => {
            Reply::Json(200, json!({"user": {"name": "Ada Lovelace", "email": "ada@example.com"}}))
        }
        _ => refusal(404, "Not Found"),
    }
}

pub(crate) fn refusal(status: u16, message: &str) -> Reply {
    Reply::Json(status, json!({"error": {"message": message, "code": 2001}}))
}

fn find<'a>(state: &'a mut State, id: &str) -> Option<&'a mut Value> {
    state.incidents.iter_mut().find(|item| item["id"] == id)
}

fn list(state: &State, request: &Request) -> Reply {
    let number = |name: &str, default: usize| request.one(name).map_or(default, |text| text.parse().unwrap());
    let (limit, offset) = (number("limit", 25), number("offset", 0));
    if limit > 100 || offset + limit > 10_000 {
        return refusal(400, "Invalid Input Provided");
    }
    let is_one_of = |name: &str, value: &Value| {
        let wanted = request.all(name);
        wanted.is_empty() || wanted.contains(&value.as_str().unwrap_or_default())
    };
    let made = |item: &Value| item["created_at"].as_str().unwrap().to_owned();
    let mut found: Vec<&Value> = state
        .incidents
        .iter()
        .filter(|item| is_one_of("statuses[]", &item["status"]) && is_one_of("urgencies[]", &item["urgency"]))
        .filter(|item| is_one_of("service_ids[]", &item["service"]["id"]))
        .filter(|item| request.one("since").is_none_or(|since| made(item).as_str() >= since))
        .filter(|item| request.one("until").is_none_or(|until| made(item).as_str() < until))
        .collect();
    found.sort_by_key(|item| made(item));
    if request.one("sort_by") == Some("created_at:desc") {
        found.reverse();
    }
    let page: Vec<&Value> = found.iter().skip(offset).take(limit).copied().collect();
    let more = offset + page.len() < found.len();
    let total = request.one("total").map(|_| found.len());
    Reply::Json(200, json!({"incidents": page, "limit": limit, "offset": offset, "more": more, "total": total}))
}

/// All or nothing, as the vendor does it.
fn update(state: &mut State, body: &Value) -> Reply {
    let changes = body["incidents"].as_array().unwrap();
    if changes.len() > 250 {
        return refusal(413, "Request Entity Too Large");
    }
    for change in changes {
        let unknown = find(state, change["id"].as_str().unwrap()).is_none_or(|item| item["title"] == "locked");
        if unknown {
            return refusal(400, "Invalid Input Provided");
        }
    }
    let mut out = Vec::new();
    for change in changes {
        let item = find(state, change["id"].as_str().unwrap()).unwrap();
        for name in ["status", "title", "assignments", "priority"] {
            if let Some(value) = change.get(name) {
                item[name] = value.clone();
            }
        }
        if change["status"] == "triggered" {
            item["pending_actions"] = json!([]);
        }
        out.push(item.clone());
    }
    Reply::Json(200, json!({"incidents": out}))
}
