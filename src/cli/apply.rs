//! `andon action apply`: the actions of a file become those of the store, all or none.

pub(super) mod files;
mod plan;

use std::collections::BTreeMap;

use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::action_args::ApplyArgs;
use super::action_edit::warn_of_channels;
use super::action_rows::{Difference, places};
use super::exit::{CommandError, Exit};
use super::fields::Reading;
use super::output::warn;
use super::session::Session;
use crate::domain::action::Action;
use crate::domain::text::clean;
use crate::secret::{Part, Reference, parse};
use plan::{Change, ChangeKind, Plan};

pub(super) async fn run(args: &ApplyArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    if !args.dry_run {
        session.may_change()?;
    }
    let files = files::read(&args.path)?;
    if args.prune && files.iter().all(|file| file.read.origin.is_empty()) {
        return Err(CommandError::usage(
            "--prune removes the actions of a file's origin, and none is named: add origin = \"...\"",
        ));
    }
    let stored = session.opened.store.actions().await?;
    let mut plan = plan::make(&files, &stored, args.prune, session.opened.config.max_per_channel)?;
    warn_of(&plan, session).await?;
    if !args.dry_run && !plan.changes.is_empty() {
        let now_ms = Timestamp::now().as_millisecond();
        let opened = &session.opened;
        let changes = plan.changes.iter().map(Change::for_store).collect();
        let max = opened.config.max_per_channel;
        let saved = opened.store.apply_actions(changes, max, &opened.operator, now_ms).await?;
        plan = plan.saved(saved);
    }
    print(session, &plan, args.dry_run);
    let differs = args.exit_code && !plan.changes.is_empty();
    Ok(if differs { Exit::Failed } else { Exit::Done })
}

async fn warn_of(plan: &Plan, session: &Session<'_>) -> Result<(), CommandError> {
    let mut reading = Reading::default();
    for change in plan.changes.iter().filter(|change| change.kind != ChangeKind::Removed) {
        warn_of_channels(&mut reading, &change.action, session).await?;
        reading.warnings.extend(undefined(&change.action, &session.opened.config.secrets));
    }
    reading.warnings.sort();
    reading.warnings.dedup();
    plan.warnings.iter().chain(&reading.warnings).for_each(|warning| warn(warning));
    Ok(())
}

/// Names of `${secret:NAME}` that this machine's configuration does not have: a press from here would be refused.
fn undefined(action: &Action, known: &BTreeMap<String, Reference>) -> Vec<String> {
    let mut texts: Vec<String> = action.headers.iter().map(|header| header.expose().to_owned()).collect();
    let keys = action.sign.iter().flat_map(|sign| std::iter::once(&sign.key).chain(&sign.previous_key));
    texts.extend(keys.map(|key| key.expose_secret().to_owned()));
    texts.extend([action.endpoint.clone(), action.proxy.clone()]);
    texts.extend(serde_json::to_string(&action.body));
    let names = texts.iter().flat_map(|text| parse(text).unwrap_or_default()).filter_map(|part| match part {
        Part::Reference(Reference::Secret(name)) if !known.contains_key(&name) => Some(name),
        _ => None,
    });
    let warning = |name: String| {
        let (action, name) = (clean(&action.name), clean(&name).into_owned());
        format!("{action} names ${{secret:{name}}}, which is not under [secrets] of this machine's configuration")
    };
    names.map(warning).collect()
}

fn print(session: &mut Session<'_>, plan: &Plan, dry_run: bool) {
    if session.out.is_json() {
        for change in &plan.changes {
            session.out.object(to_json(change, dry_run));
        }
        return;
    }
    for change in &plan.changes {
        let words = if dry_run { change.kind.would() } else { change.kind.word() };
        session.out.line(&format!("{words} {} ({})", change.action.name, places(&change.action)));
        if change.kind == ChangeKind::Changed {
            let rows: Vec<Vec<String>> = change.differences.iter().map(row).collect();
            session.out.table(&rows);
        }
    }
    if plan.changes.is_empty() {
        session.out.line(&format!("nothing to change in {}", count(plan.unchanged)));
    } else if plan.unchanged > 0 {
        session.out.line(&format!("nothing to change in {} more", count(plan.unchanged)));
    }
}

fn count(actions: usize) -> String {
    crate::domain::text::counted(actions, "action")
}

fn row(difference: &Difference) -> Vec<String> {
    let text = match (&difference.before, &difference.after) {
        (Some(before), Some(after)) => format!("{before} -> {after}"),
        (None, Some(after)) => format!("now {after}"),
        (Some(before), None) => format!("no longer {before}"),
        (None, None) => "in another order".to_owned(),
    };
    vec![format!("  {}", difference.field), text]
}

fn to_json(change: &Change, dry_run: bool) -> Value {
    let field = |difference: &Difference| json!({ "field": difference.field, "before": difference.before, "after": difference.after });
    json!({
        "change": change.kind.word(),
        "id": change.action.id,
        "name": change.action.name,
        "fields": change.differences.iter().map(field).collect::<Vec<_>>(),
        "dry_run": dry_run,
    })
}
