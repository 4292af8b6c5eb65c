//! Reading the log: pages of it, and everything about one run.

use std::pin::pin;

use futures_util::future::{Either, select};
use serde_json::{Map, Value as Json};
use sqlx::{AssertSqlSafe, Row};

use super::error::StoreError;
use super::rows::{self, num_key, plain, text};
use super::store::Store;
use crate::domain::activity::{Activity, Seq};
use crate::domain::exact;
use crate::domain::run::RunDetail;

/// So many lines are searched in halves.
const LONG: i64 = 50_000;

/// Which lines of the log, in which order. The default is everything, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogQuery {
    pub before: Option<Seq>,
    pub after: Option<Seq>,
    /// At most so many, counted in the order asked for.
    pub limit: Option<u32>,
    /// Only lines that hold this text, in any case: in the action's name, the incident's number or title, the
    /// message or summary, the operator's name, the outcome, the failure class or the word `test`.
    pub text: Option<String>,
    /// Only lines about the incident of this id or number (in any case).
    pub incident: Option<String>,
    /// Only the runs of this group, and what was learned of them later.
    pub group: Option<String>,
    /// Only lines from this time on, Unix milliseconds.
    pub since_ms: Option<i64>,
    pub oldest_first: bool,
}

/// Everything about one run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRecord {
    pub activity: Activity,
    pub detail: RunDetail,
    /// What was learned after it had ended, oldest first.
    pub corrections: Vec<Activity>,
}

enum Value {
    Number(i64),
    Text(String),
}

/// Collects conditions and their parameters, so that the two stay in step.
#[derive(Default)]
struct Conditions {
    sql: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    /// Adds a parameter and gives its place, `$1`.
    fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }
}

impl LogQuery {
    fn build(&self) -> (String, Vec<Value>) {
        let mut conditions = Conditions::default();
        let (from, seq) = match self.text.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => {
                let wanted = conditions.bind(Value::Text(holding(&text.to_lowercase())));
                // SQLite's LIKE reads a million lines in half the time of its instr().
                conditions.sql.push(format!("text LIKE {wanted} ESCAPE '\\'"));
                conditions.sql.push("seq = line".to_owned());
                // A cross join in this order has SQLite read the narrow table first.
                ("activity_search CROSS JOIN activity", "line")
            }
            None => ("activity", "seq"),
        };
        for (bound, sign) in [(self.before, "<"), (self.after, ">")] {
            if let Some(bound) = bound {
                let place = conditions.bind(Value::Number(bound));
                conditions.sql.push(format!("{seq} {sign} {place}"));
            }
        }
        if let Some(since) = self.since_ms {
            let place = conditions.bind(Value::Number(since));
            // The first line of that time bounds the search; `+seq` has it looked up in the index by time.
            conditions.sql.push(format!("{seq} >= (SELECT min(+seq) FROM activity WHERE at_ms >= {place})"));
            conditions.sql.push(format!("at_ms >= {place}"));
        }
        if let Some(incident) = &self.incident {
            let id = conditions.bind(Value::Text(plain(incident)));
            let num = conditions.bind(Value::Text(num_key(incident)));
            conditions.sql.push(format!(
                "(incident_id = {id} OR num_key = {num} \
                 OR incident_id IN (SELECT known.id FROM incident AS known WHERE known.num_key = {num}))"
            ));
        }
        if let Some(group) = &self.group {
            let group = conditions.bind(Value::Text(plain(group)));
            conditions.sql.push(format!("run_group = {group}"));
        }
        let limit = conditions.bind(Value::Number(self.limit.map_or(i64::MAX, i64::from)));
        let filter = if conditions.sql.is_empty() { "1 = 1".to_owned() } else { conditions.sql.join(" AND ") };
        let order = if self.oldest_first { "ASC" } else { "DESC" };
        let sql = format!("SELECT {} FROM {from} WHERE {filter} ORDER BY {seq} {order} LIMIT {limit}", rows::ACTIVITY);
        (sql, conditions.values)
    }
}

/// The pattern of whatever holds this text, letter by letter.
fn holding(text: &str) -> String {
    let letters = text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    plain(&format!("%{letters}%"))
}

impl Store {
    /// A page of the log.
    pub async fn log(&self, query: &LogQuery) -> Result<Vec<Activity>, StoreError> {
        let Some(middle) = self.middle(query).await? else { return self.page(query).await };
        let newer = LogQuery { after: query.after.max(Some(middle)), ..query.clone() };
        let older =
            LogQuery { before: Some(query.before.map_or(middle + 1, |end| end.min(middle + 1))), ..query.clone() };
        let (first, second) = if query.oldest_first { (older, newer) } else { (newer, older) };
        let (first, second) = (self.page(&first), self.page(&second));
        let (first, second) = (pin!(first), pin!(second));
        let limit = query.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let (mut lines, more) = match select(first, second).await {
            // Nothing of the other half belongs to the page.
            Either::Left((lines, _)) if lines.as_ref().is_ok_and(|lines| lines.len() >= limit) => return lines,
            Either::Left((lines, second)) => (lines?, second.await?),
            Either::Right((more, first)) => (first.await?, more?),
        };
        lines.extend(more);
        lines.truncate(limit);
        Ok(lines)
    }

    /// Where a long log is parted for a search in it: every line is read, and two connections read a half each. `None`
    /// where one is enough.
    async fn middle(&self, query: &LogQuery) -> Result<Option<Seq>, StoreError> {
        if query.text.as_deref().is_none_or(str::is_empty) {
            return Ok(None);
        }
        let ends = sqlx::query("SELECT (SELECT min(seq) FROM activity), (SELECT max(seq) FROM activity)");
        let ends = self.read(ends, |row| Ok((row.try_get::<Option<i64>, _>(0)?, row.try_get::<Option<i64>, _>(1)?)));
        let Some((Some(begin), Some(end))) = ends.await?.pop() else { return Ok(None) };
        let begin = query.after.map_or(begin, |after| after.max(begin));
        let end = query.before.map_or(end, |before| before.min(end));
        Ok((end.saturating_sub(begin) > LONG).then(|| begin + (end - begin) / 2))
    }

    async fn page(&self, query: &LogQuery) -> Result<Vec<Activity>, StoreError> {
        let (sql, values) = query.build();
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for value in values {
            query = match value {
                Value::Number(number) => query.bind(number),
                Value::Text(text) => query.bind(text),
            };
        }
        self.read(query, rows::activity).await
    }

    /// Everything about one run; `None` where there is none of that id.
    pub async fn run_record(&self, run_id: &str) -> Result<Option<RunRecord>, StoreError> {
        let mut lines = self.lines_of(run_id, "run").await?;
        let Some(activity) = lines.pop() else { return Ok(None) };
        let query =
            sqlx::query("SELECT request, attempts, answer, inputs, payload, masked FROM run_detail WHERE run_id = $1")
                .bind(run_id);
        let details = self
            .read(query, |row| {
                // A part that a later version wrote in another way is left out; the rest still shows.
                Ok(RunDetail {
                    request: serde_json::from_str(&text(row, 0)?).unwrap_or_default(),
                    attempts: serde_json::from_str(&text(row, 1)?).unwrap_or_default(),
                    answer: serde_json::from_str(&text(row, 2)?).unwrap_or_default(),
                    inputs: members(&text(row, 3)?),
                    payload: exact::value(&text(row, 4)?).ok(),
                    masked: row.try_get::<i64, _>(5)? != 0,
                })
            })
            .await?;
        let corrections = self.lines_of(run_id, "correction").await?;
        Ok(Some(RunRecord { activity, detail: details.into_iter().next().unwrap_or_default(), corrections }))
    }

    async fn lines_of(&self, run_id: &str, kind: &'static str) -> Result<Vec<Activity>, StoreError> {
        // The kind is written out: a parameter would not match the partial indexes.
        let sql = format!("SELECT {} FROM activity WHERE run_id = $1 AND kind = '{kind}' ORDER BY seq", rows::ACTIVITY);
        self.read(sqlx::query(AssertSqlSafe(sql)).bind(run_id), rows::activity).await
    }
}

/// An object as it was written down; empty where it is none.
fn members(text: &str) -> Map<String, Json> {
    match exact::value(text) {
        Ok(Json::Object(members)) => members,
        _ => Map::new(),
    }
}
