//! An account of Flashduty for tests: keeps state as its description says, notes every call, and misbehaves where told.

use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

use crate::support::peer::{Conn, Peer, answer};

/// The key that it lets in.
pub(crate) const KEY: &str = "duty-s3cret";

/// What the account has.
#[derive(Default)]
pub(crate) struct Account {
    pub(crate) incidents: Vec<Value>,
    pub(crate) people: Vec<Value>,
    pub(crate) members: Vec<Value>,
    pub(crate) channels: Vec<Value>,
    pub(crate) alerts: Vec<Value>,
    pub(crate) feed: Vec<Value>,
    pub(crate) comments: Vec<(String, String)>,
}

/// A call as it came.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) body: Value,
    pub(crate) key: String,
}

/// What is done instead of answering.
pub(crate) enum Fault {
    /// These bytes.
    Say(Vec<u8>),
    /// The account does it; nobody hears of it.
    DropAfter,
    /// Nothing is done, and the connection is closed.
    DropBefore,
}

type Script = dyn Fn(&Asked, usize) -> Option<Fault> + Send + Sync;

/// A running account.
pub(crate) struct Duty {
    pub(crate) url: String,
    pub(crate) account: Arc<Mutex<Account>>,
    asked: Arc<Mutex<Vec<Asked>>>,
    _peer: Peer,
}

impl Duty {
    pub(crate) async fn start(account: Account) -> Self {
        Self::scripted(account, |_, _| None).await
    }

    /// `script` is asked before each call with how many of its path came before.
    pub(crate) async fn scripted(
        account: Account,
        script: impl Fn(&Asked, usize) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        let account = Arc::new(Mutex::new(account));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let script: Arc<Script> = Arc::new(script);
        let (state, log) = (Arc::clone(&account), Arc::clone(&asked));
        let peer = Peer::start(move |conn| talk(conn, Arc::clone(&state), Arc::clone(&log), Arc::clone(&script))).await;
        Self { url: peer.url(""), account, asked, _peer: peer }
    }

    /// Every call so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The bodies of the calls of a path.
    pub(crate) fn bodies(&self, path: &str) -> Vec<Value> {
        self.asked().into_iter().filter(|asked| asked.path == path).map(|asked| asked.body).collect()
    }

    /// An incident as it is there now.
    pub(crate) fn incident(&self, id: &str) -> Value {
        self.account.lock().unwrap().find(id).unwrap().clone()
    }
}

async fn talk(mut conn: Conn, account: Arc<Mutex<Account>>, log: Arc<Mutex<Vec<Asked>>>, script: Arc<Script>) {
    loop {
        let request = conn.request().await;
        let Some((head, body)) = request.split_once("\r\n\r\n") else { return };
        let target = head.split(' ').nth(1).unwrap();
        assert!(head.starts_with("POST "), "{head}");
        assert!(head.to_lowercase().contains("content-type: application/json"), "{head}");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let key = query.strip_prefix("app_key=").unwrap_or_default().to_owned();
        let asked = Asked { path: path.to_owned(), body: serde_json::from_str(body).unwrap(), key };
        let before = {
            let mut log = log.lock().unwrap();
            log.push(asked.clone());
            log.iter().filter(|other| other.path == asked.path).count() - 1
        };
        let fault = script(&asked, before);
        if let Some(Fault::Say(bytes)) = fault {
            conn.say(bytes).await;
            return;
        }
        if let Some(Fault::DropBefore) = fault {
            return;
        }
        let answered = account.lock().unwrap().answer(&asked);
        if let Some(Fault::DropAfter) = fault {
            return;
        }
        conn.say(answered).await;
    }
}

/// A vendor's error.
pub(crate) fn error(status: &str, headers: &str, code: &str, message: &str) -> Vec<u8> {
    let body = json!({ "request_id": "01R", "error": { "code": code, "message": message } }).to_string();
    answer(status, headers, &body).into_bytes()
}

/// A vendor's answer.
pub(crate) fn data(data: &Value) -> Vec<u8> {
    answer("200 OK", "", &json!({ "request_id": "01R", "data": data }).to_string()).into_bytes()
}

/// An id as theirs are.
pub(crate) fn id(n: usize) -> String {
    format!("{n:024x}")
}

/// An open incident that began at `start_s`, as theirs are.
pub(crate) fn incident(n: usize, start_s: i64) -> Value {
    json!({
        "incident_id": id(n), "num": format!("N{n}"), "title": format!("cpu {n}"), "incident_severity": "Critical",
        "incident_status": "Warning", "progress": "Triggered", "start_time": start_s, "created_at": start_s,
        "updated_at": start_s, "last_time": start_s, "channel_id": 77, "channel_name": "Payments", "alert_cnt": 2,
        "detail_url": format!("https://console.example/incident/{}", id(n)), "account_name": "Acme",
        "labels": { "host": "web" }, "fields": {}, "responders": [], "creator_id": 0, "closer_id": 0, "owner_id": 0,
    })
}

impl Account {
    fn find(&mut self, id: &str) -> Option<&mut Value> {
        self.incidents.iter_mut().find(|incident| incident["incident_id"] == id)
    }

    fn answer(&mut self, asked: &Asked) -> Vec<u8> {
        if asked.key != KEY {
            return error("401 Unauthorized", "", "Unauthorized", "app_key is invalid.");
        }
        let body = asked.body.as_object().unwrap();
        match asked.path.as_str() {
            "/incident/list" => self.list(body),
            "/incident/list-by-ids" => data(&json!({ "items": self.those(&body["incident_ids"]) })),
            "/incident/info" => match self.find(body["incident_id"].as_str().unwrap()) {
                Some(incident) => data(incident),
                None => missing(),
            },
            "/incident/alert/list" => paged(&self.alerts, body, true),
            "/incident/feed" => paged(&self.feed, body, false),
            "/person/infos" => data(&json!({ "items": those(&self.people, "person_id", &body["person_ids"]) })),
            "/channel/infos" => data(&json!({ "items": those(&self.channels, "channel_id", &body["channel_ids"]) })),
            "/member/list" => {
                let query = body.get("query").and_then(Value::as_str).unwrap_or_default().to_lowercase();
                let found = self.members.iter().filter(|member| member.to_string().to_lowercase().contains(&query));
                data(&json!({ "items": found.collect::<Vec<_>>(), "p": 1, "limit": 100 }))
            }
            _ => self.change(asked),
        }
    }

    fn list(&self, body: &Map<String, Value>) -> Vec<u8> {
        let number = |name: &str| body[name].as_i64().unwrap();
        let (start, end, limit) = (number("start_time"), number("end_time"), number("limit"));
        if end - start > 31 * 86_400 || end <= start || limit > 100 {
            return error("400 Bad Request", "", "InvalidParameter", "The window is too long.");
        }
        let progress = body["progress"].as_str().unwrap();
        let mut found: Vec<&Value> = self
            .incidents
            .iter()
            .filter(|incident| progress.split(',').any(|word| incident["progress"] == word))
            .filter(|incident| (start..end).contains(&incident["start_time"].as_i64().unwrap()))
            .collect();
        found.sort_by_key(|incident| std::cmp::Reverse(incident["start_time"].as_i64()));
        let from = body.get("search_after_ctx").map_or(0, |cursor| cursor.as_str().unwrap()[1..].parse().unwrap());
        let limit = usize::try_from(limit).unwrap();
        let items: Vec<_> = found.iter().skip(from).take(limit).collect();
        let more = from + items.len() < found.len();
        let mut page = json!({ "items": items, "total": found.len(), "has_next_page": more });
        if more {
            page["search_after_ctx"] = format!("c{}", from + items.len()).into();
        }
        data(&page)
    }

    fn those(&self, ids: &Value) -> Vec<Value> {
        those(&self.incidents, "incident_id", ids)
    }

    fn change(&mut self, asked: &Asked) -> Vec<u8> {
        let body = &asked.body;
        let ids: Vec<String> = match body.get("incident_ids") {
            Some(ids) => serde_json::from_value(ids.clone()).unwrap(),
            None => vec![body["incident_id"].as_str().unwrap().to_owned()],
        };
        if ids.is_empty() || ids.len() > 100 || ids.iter().any(|id| self.find(id).is_none()) {
            return missing();
        }
        for id in &ids {
            if asked.path == "/incident/comment" {
                self.comments.push((id.clone(), body["comment"].as_str().unwrap().to_owned()));
            }
            let incident = self.find(id).unwrap();
            match asked.path.as_str() {
                "/incident/ack" => incident["progress"] = "Processing".into(),
                "/incident/unack" | "/incident/reopen" => incident["progress"] = "Triggered".into(),
                "/incident/resolve" => incident["progress"] = "Closed".into(),
                "/incident/snooze" => {
                    let now_s = jiff::Timestamp::now().as_second();
                    incident["snoozed_before"] = (now_s + body["minutes"].as_i64().unwrap() * 60).into();
                }
                "/incident/wake" => incident["snoozed_before"] = 0.into(),
                "/incident/field/reset" => {
                    incident["fields"][body["field_name"].as_str().unwrap()] = body["field_value"].clone();
                }
                _ => {}
            }
        }
        data(&Value::Null)
    }
}

fn missing() -> Vec<u8> {
    error("400 Bad Request", "", "ResourceNotFound", "The incident does not exist.")
}

fn those(of: &[Value], field: &str, ids: &Value) -> Vec<Value> {
    of.iter().filter(|item| ids.as_array().unwrap().contains(&item[field])).cloned().collect()
}

fn paged(items: &[Value], body: &Map<String, Value>, total: bool) -> Vec<u8> {
    let number = |name: &str| usize::try_from(body[name].as_u64().unwrap()).unwrap();
    let (page, limit) = (number("p"), number("limit"));
    let of_page: Vec<_> = items.iter().skip((page - 1) * limit).take(limit).collect();
    if total {
        return data(&json!({ "items": of_page, "total": items.len() }));
    }
    data(&json!({ "items": of_page, "has_next_page": page * limit < items.len() }))
}
