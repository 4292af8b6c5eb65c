//! `andon source list`: what each source can do, and when it last answered.

mod can;
mod test;

use super::args::SourceCommand;
use super::exit::{CommandError, Exit};
use super::session::Session;
use crate::domain::time::age;
use can::Can;
use jiff::Timestamp;

pub(super) async fn run(command: SourceCommand, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    match command {
        SourceCommand::List => list(session).await,
        SourceCommand::Test { name } => test::test(session, name.as_deref()).await,
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
