//! How a list is filtered, sorted, grouped, and changed for another view of it.

use super::command::ListCommand;
use super::effect::Effect;
use super::incidents::around::around;
use super::model::Model;
use super::modes::Mode;
use super::modes::lists::Filter;
use super::modes::shared::Shared;
use super::state::place::Place;
use crate::domain::saved_view::Group;
use crate::domain::text::clean;

/// Opens the filter of the place with its text.
pub(super) fn open(model: &mut Model) {
    let text = match model.place {
        Place::Incidents => {
            model.board.prepare_filter(&model.channels);
            model.board.filter()
        }
        Place::Actions => model.action_list.filter(),
        Place::Log => model.log.text(),
    };
    let filter = Filter::new(text);
    model.modes.replace(Mode::Filter(filter));
}

/// Shows what this filter finds, of all.
pub(super) fn show(model: &mut Model, filter: Option<String>) -> Vec<Effect> {
    model.modes.pop();
    let Some(filter) = filter else {
        return Vec::new();
    };
    // From the detail it goes back to the list, where it is seen.
    if matches!(model.modes.top(), Mode::Detail(_)) {
        model.modes.pop();
    }
    model.filtered.remember(Place::Incidents, &filter);
    model.board.set_view(0, &around!(model));
    model.board.set_filter(&filter, &around!(model));
    Vec::new()
}

/// How the list of incidents is put.
pub(super) fn list(model: &mut Model, command: ListCommand) {
    match command {
        ListCommand::NextView | ListCommand::PrevView => {
            model.board.turn_view(command == ListCommand::NextView, &around!(model));
        }
        ListCommand::Sort => {
            let sort = model.board.sort().next();
            model.board.sort_by(sort, &around!(model));
            model.said = Some(format!("sorted by {}", sort.as_str()));
        }
        ListCommand::Group => {
            let group = next_group(model);
            model.said = Some(match group {
                Group::None => "not grouped".to_owned(),
                _ => format!("grouped by {}", clean(group.as_str())),
            });
            model.board.group_by(group, &around!(model));
        }
        ListCommand::Shares => {
            let items = model.board.shares(&around!(model));
            if items.is_empty() {
                model.said = Some("no incident is selected".to_owned());
            } else {
                model.modes.push(Mode::Shared(Shared { items, at: 0 }));
            }
        }
    }
}

/// The next of the settings' groups; labels that no incident has are passed over.
fn next_group(model: &Model) -> Group {
    let mut all = vec![Group::None];
    all.extend(model.settings.groups.iter().filter(|group| **group != Group::None).cloned());
    let at = all.iter().position(|group| group == model.board.group()).unwrap_or_default();
    let after = all.iter().cycle().skip(at + 1).take(all.len());
    after.into_iter().find(|group| model.board.can_group(group)).cloned().unwrap_or_default()
}
