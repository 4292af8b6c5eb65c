//! `andon source list|test`: what each source can do, and whether it answers.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::args::SourceCommand;
use super::exit::{CommandError, Exit};
use super::output::Output;
use super::session::Session;
use crate::domain::near::did_you_mean;
use crate::domain::operation::{Abilities, Ability, OperationKind};
use crate::domain::time::{age, format_duration};
use crate::source::{Greeting, Source};

/// For the answer of one source.
const PATIENCE: Duration = Duration::from_secs(45);

pub(super) async fn run(command: SourceCommand, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    match command {
        SourceCommand::List => list(session).await,
        SourceCommand::Test { name } => test(session, name.as_deref()).await,
    }
}

async fn list(session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let seen = session.opened.store.sources_seen().await?;
    let now_s = Timestamp::now().as_second();
    let mut rows = Vec::new();
    for source in &session.opened.sources {
        let seen = seen.iter().find(|seen| seen.name == source.name());
        let abilities = Can::of(&source.abilities());
        if session.out.is_json() {
            let mut object = abilities.json();
            object["source"] = source.name().into();
            object["kind"] = source.kind().into();
            object["answered_at"] = seen.map(|seen| seen.answered_at_s).into();
            object["open"] = seen.map(|seen| seen.open).into();
            session.out.object(object);
            continue;
        }
        let state = match seen.map(|seen| (age(seen.answered_at_s, now_s), seen.open)) {
            None => "never answered".to_owned(),
            Some((age, open)) if age == "now" => format!("answered now, {open} open"),
            Some((age, open)) => format!("answered {age} ago, {open} open"),
        };
        rows.push(vec![source.name().to_owned(), source.kind().to_owned(), state, abilities.words()]);
    }
    session.out.table(&rows);
    Ok(Exit::Done)
}

async fn test(session: &mut Session<'_>, name: Option<&str>) -> Result<Exit, CommandError> {
    let all = &session.opened.sources;
    let wanted: Vec<&Arc<dyn Source>> =
        all.iter().filter(|source| name.is_none_or(|name| source.name() == name)).collect();
    if let (Some(name), true) = (name, wanted.is_empty()) {
        let near = did_you_mean(name, all.iter().map(|source| source.name()));
        let near = near.map_or_else(String::new, |near| format!("; {near}"));
        return Err(CommandError::usage(format!("no source is named {name}{near}")));
    }
    let mut exit = Exit::Done;
    for (source, greeted) in join_all(wanted.into_iter().map(|source| greet(source.as_ref()))).await {
        if greeted.is_err() {
            exit = exit.worst(Exit::Failed);
        }
        tell(session.out, source, &greeted);
    }
    Ok(exit)
}

async fn greet(source: &dyn Source) -> (&dyn Source, Result<Greeting, String>) {
    let greeted = match timeout(PATIENCE, source.greet()).await {
        Ok(greeted) => greeted.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    };
    (source, greeted)
}

fn tell(out: &mut Output, source: &dyn Source, greeted: &Result<Greeting, String>) {
    let abilities = source.abilities();
    let can = Can::of(&abilities);
    if out.is_json() {
        let mut object = match greeted {
            Ok(Greeting { who, what, limits }) => json!({"ok": true, "who": who, "what": what, "limits": limits}),
            Err(why) => json!({"ok": false, "error": why}),
        };
        object["source"] = source.name().into();
        object["kind"] = source.kind().into();
        if let (Value::Object(object), Value::Object(can)) = (&mut object, can.json()) {
            object.extend(can);
        }
        return out.object(object);
    }
    let greeting = match greeted {
        Ok(greeting) => greeting,
        Err(why) => return out.line(&format!("✖ {}: {why}", source.name())),
    };
    let who = if greeting.who.is_empty() { String::new() } else { format!(", as {}", greeting.who) };
    out.line(&format!("✔ {}: {}{who}", source.name(), greeting.what));
    for limit in &greeting.limits {
        out.line(&format!("  {limit}"));
    }
    out.line(&format!("  {}", can.words()));
    if let Some(most_s) = abilities.snooze_max_s {
        let most_ms = u64::try_from(most_s).unwrap_or(0).saturating_mul(1_000);
        out.line(&format!("  snoozes for at most {}", format_duration(most_ms)));
    }
    for (_, why) in &can.no {
        out.line(&format!("  {why}"));
    }
}

/// The operations by where they are done.
struct Can {
    there: Vec<&'static str>,
    here: Vec<&'static str>,
    no: Vec<(&'static str, String)>,
}

impl Can {
    fn of(abilities: &Abilities) -> Self {
        let mut out = Self { there: Vec::new(), here: Vec::new(), no: Vec::new() };
        for kind in OperationKind::ALL.iter().copied() {
            match abilities.of(kind) {
                Ability::Source => out.there.push(kind.as_str()),
                Ability::Local(_) => out.here.push(kind.as_str()),
                Ability::No(why) => out.no.push((kind.as_str(), why.clone().into_owned())),
            }
        }
        out
    }

    fn words(&self) -> String {
        let parts = [("can", &self.there), ("kept here only:", &self.here)];
        let parts = parts.into_iter().filter(|(_, names)| !names.is_empty());
        let parts: Vec<String> = parts.map(|(word, names)| format!("{word} {}", names.join(", "))).collect();
        parts.join("; ")
    }

    fn json(&self) -> Value {
        let no: serde_json::Map<String, Value> =
            self.no.iter().map(|(name, why)| ((*name).to_owned(), why.as_str().into())).collect();
        json!({"can": self.there, "kept_here": self.here, "cannot": no})
    }
}
