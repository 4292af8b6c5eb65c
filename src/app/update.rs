//! What each event changes, and what has to be done outside. Routes only: the work is in each screen's file.

use std::sync::Arc;

use crossterm::event::{KeyEvent, KeyEventKind};

use super::command::{Command, GlobalCommand, PlaceCommand};
use super::effect::Effect;
use super::event::{Event, Now, SaveRefusal, Snapshot, SourceState};
use super::incidents::around::around;
use super::keymap::Context;
use super::model::Model;
use super::modes::Mode;
use super::{layers, log_lines, notifications, operation, press, send};
use crate::domain::action::Action;
use crate::domain::activity::{Activity, Entry};
use crate::domain::channel::Channel;
use crate::domain::run::Outcome;
use crate::domain::text::clean;

/// Takes one event: changes the model and says what has to be done outside.
pub fn update(model: &mut Model, now: Now, event: Event) -> Vec<Effect> {
    model.now = now;
    let spoken = model.said.clone();
    let mut effects = on_event(model, now, event);
    if model.said != spoken {
        model.said_ms = now.mono_ms;
    }
    model.fit_list();
    model.board.count_views(&around!(model), now);
    effects.extend(notifications::title(model));
    model.enrichments.follow(model.board.selected().map(|entry| &entry.row.key), now);
    let open = model.modes.iter().any(|mode| matches!(mode, Mode::Detail(_)));
    effects.extend(model.incident_detail.follow(model.board.selected(), open, now.mono_ms));
    effects
}

fn on_event(model: &mut Model, now: Now, event: Event) -> Vec<Effect> {
    match event {
        Event::Key(key) => return on_key(model, key),
        Event::Paste(text) => return layers::paste(model, &text),
        Event::Resized(columns, rows) => model.resize((columns, rows)),
        Event::Background(background) => model.background = background,
        Event::Focus(focus) => model.watched.focus = Some(focus),
        Event::Tick => return tick(model),
        Event::Loaded(snapshot) => return loaded(model, *snapshot),
        Event::MoreRows(rows) => model.board.more(rows, &around!(model)),
        Event::Changed(delta) => {
            add_channels(model, &delta.channels);
            // The first list of a source only brings up to date what was known from before.
            let tells = model.source(&delta.source).is_some_and(|source| source.fresh);
            let worse = model.board.apply(*delta, &around!(model), now, tells);
            return notifications::critical(model, worse.0, &worse.1).into_iter().collect();
        }
        Event::Source(state) => put_source(model, state),
        Event::Actions(actions) => set_actions(model, actions),
        Event::Activity(lines) => return on_activity(model, lines),
        Event::Progress { run, stage } => model.recent.progress(run, stage, now),
        Event::Prepared { ticket, results } => {
            let presses = press::prepared(model, ticket, results);
            return send::run(model, presses, false);
        }
        Event::AskAgain { prepared, action } => return send::ask_again(model, &prepared, action),
        Event::Ended { activity, not_recorded } => return ended(model, *activity, not_recorded),
        Event::Log(page) => {
            model.trouble = None;
            model.log.page(page);
        }
        Event::RunDetail { seq, detail } => {
            let zone = &model.settings.zone;
            if let Some(open) = model.modes.find(Mode::log_detail)
                && open.activity.seq == seq
            {
                open.fill(detail, zone);
            }
        }
        Event::Saved(result) => saved(model, result),
        Event::Removed(result) => removed(model, result),
        Event::Said(words) => said(model, &words),
        Event::StoreTrouble(words) => model.trouble = (!words.is_empty()).then(|| clean(&words).into_owned()),
        Event::GroupEnded { group } => {
            send::group_ended(model, &group);
            return notifications::group_ended(model).into_iter().collect();
        }
        Event::Checked { action, findings } => {
            if let Some(open) = model.modes.find(Mode::findings) {
                open.fill(&action, &findings);
            }
        }
        Event::Buttons(facts) => {
            model.facts = facts.into_iter().map(|facts| (facts.action_id.clone(), facts)).collect();
        }
        Event::Arrivals(arrivals) => model.arrivals = *arrivals,
        Event::LastRuns(runs) => {
            model.last_runs.load(runs);
            model.board.recount_views();
        }
        Event::Enriched { incident, added } => model.enrichments.fill(&incident, added),
        Event::Operated { ticket, results } => return operation::operated(model, ticket, results),
        Event::History { incident, history } => model.incident_detail.fill(&incident, history),
        Event::Edited(result) => operation::edited(model, result),
        Event::Previewed { ticket, filled } => return layers::previewed(model, ticket, filled),
        Event::Terminate => {
            model.leaving = true;
            return vec![Effect::Quit];
        }
    }
    Vec::new()
}

fn on_key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    model.said = None;
    model.watched.key_ms = Some(model.now.mono_ms);
    model.board.hand(model.now);
    let context = model.context();
    let command = model.settings.keys.resolve(context, key);
    // Where nothing can be shown nothing may be pressed: only ways out work.
    if model.layout().is_none()
        && !matches!(
            command,
            Some(Command::Back | Command::Place(PlaceCommand::Global(GlobalCommand::Quit | GlobalCommand::Redraw)))
        )
    {
        return Vec::new();
    }
    let Some(command) = command else {
        return layers::key(model, key);
    };
    layers::command(model, command)
}

fn tick(model: &mut Model) -> Vec<Effect> {
    if model.said_until().is_some_and(|until| model.now.mono_ms >= until) {
        model.said = None;
    }
    model.board.tick(&around!(model), model.now);
    let now = model.now;
    if let Some((_, form)) = model.form() {
        form.tick(now);
    }
    model.enrichments.tick(now).into_iter().collect()
}

fn loaded(model: &mut Model, snapshot: Snapshot) -> Vec<Effect> {
    model.loaded = true;
    model.trouble = None;
    for channel in snapshot.channels {
        put_channel(&mut model.channels, channel);
    }
    for source in snapshot.sources {
        put_source(model, source);
    }
    model.recent.load(snapshot.activity);
    model.board.load(snapshot.rows, snapshot.whole, snapshot.open_total, &around!(model));
    model.operations.drafts = snapshot.drafts;
    set_actions(model, snapshot.actions);
    vec![Effect::LoadButtons]
}

fn add_channels(model: &mut Model, channels: &[Channel]) {
    if channels.is_empty() {
        return;
    }
    let mut renamed = false;
    for channel in channels {
        renamed |= put_channel(&mut model.channels, channel.clone());
    }
    if renamed {
        model.board.rename_channels();
    }
    model.action_list.rebuild(&model.actions, &model.channels);
}

/// Takes a channel; whether it has another name than before.
fn put_channel(channels: &mut Vec<Channel>, channel: Channel) -> bool {
    match channels.binary_search_by(|known| known.key.cmp(&channel.key)) {
        Ok(at) => {
            let before = std::mem::replace(&mut channels[at], channel);
            channels[at].name != before.name
        }
        Err(at) => {
            channels.insert(at, channel);
            true
        }
    }
}

fn put_source(model: &mut Model, state: SourceState) {
    if let Some(source) = model.sources.iter_mut().find(|source| source.name == state.name) {
        *source = state;
    } else {
        model.source_names.push(state.name.clone());
        model.sources.push(state);
    }
}

fn set_actions(model: &mut Model, actions: Vec<Action>) {
    model.actions = actions.into_iter().map(Arc::new).collect();
    model.action_list.rebuild(&model.actions, &model.channels);
}

fn on_activity(model: &mut Model, lines: Vec<Activity>) -> Vec<Effect> {
    model.log.update(&lines);
    model.incident_detail.heard(&lines);
    let effects = log_lines::follow(model, &lines);
    lines.iter().filter_map(|line| line.entry.run()).for_each(|run| model.last_runs.take(run));
    model.recent.update(lines);
    model.board.recount_views();
    effects
}

fn ended(model: &mut Model, line: Activity, not_recorded: Option<String>) -> Vec<Effect> {
    let lines = [line];
    let call = notifications::ended(model, &lines[0]);
    let mut effects = Vec::new();
    if lines[0].seq > 0 && not_recorded.is_none() {
        model.trouble = None;
        model.log.update(&lines);
        model.incident_detail.heard(&lines);
        effects = log_lines::follow(model, &lines);
    }
    let [line] = lines;
    if let Entry::Run(run) = &line.entry {
        model.last_runs.take(run);
    }
    if let Entry::Run(run) = &line.entry
        && run.outcome == Some(Outcome::Refused)
        // Of a press on many the row of the group says how many.
        && run.group.is_none()
    {
        let (name, num, why) = (clean(&run.action), clean(&run.incident_num), clean(&run.message));
        model.said = Some(format!("{name} on {num} was refused: {why}"));
    }
    model.recent.end(line, not_recorded);
    model.board.recount_views();
    effects.extend(call);
    effects
}

fn saved(model: &mut Model, result: Result<Box<Action>, Box<SaveRefusal>>) {
    match result {
        Ok(action) => {
            model.trouble = None;
            model.said = Some(format!("saved {}", clean(&action.name)));
            if model.form().is_some() {
                model.modes.clear();
            }
            model.actions.retain(|known| known.id != action.id);
            model.actions.push(Arc::new(*action));
            model.action_list.rebuild(&model.actions, &model.channels);
        }
        Err(refusal) => match model.form() {
            Some((_, form)) => form.refused(*refusal),
            None => model.said = Some(format!("not saved: {}", clean(&refusal.message))),
        },
    }
}

fn removed(model: &mut Model, result: Result<Box<Action>, Box<SaveRefusal>>) {
    match result {
        Ok(action) => {
            model.said = Some(format!("deleted {}", clean(&action.name)));
            model.actions.retain(|known| known.id != action.id);
            model.action_list.rebuild(&model.actions, &model.channels);
        }
        Err(refusal) => model.said = Some(format!("not deleted: {}", clean(&refusal.message))),
    }
}

fn said(model: &mut Model, words: &str) {
    let words = clean(words).into_owned();
    if words.is_empty() {
        return;
    }
    let sends = model.settings.keys.hint(Context::Confirm, "<send> sends");
    if let Mode::Confirm(confirm) = model.modes.top_mut() {
        confirm.notice = Some(format!("{words}; nothing was sent; {sends}"));
    } else {
        model.said = Some(words);
    }
}
