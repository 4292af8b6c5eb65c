//! `andon action presets`: the actions that `add --preset` begins with.

use serde_json::{Map, Value, json};

use super::exit::Exit;
use super::output::Output;
use crate::config::actions::{placeholders, presets};

pub(super) fn run(out: &mut Output) -> Exit {
    for preset in presets() {
        let places = placeholders(&preset.name);
        if out.is_json() {
            let place = |place: &crate::config::actions::Placeholder| json!({ "name": place.name, "example": place.example, "help": place.help });
            let mut object = Map::new();
            object.insert("name".to_owned(), preset.name.into());
            object.insert("title".to_owned(), preset.title.into());
            object.insert("about".to_owned(), preset.about.into());
            object.insert("set".to_owned(), places.iter().map(place).collect::<Vec<Value>>().into());
            out.object(object);
            continue;
        }
        out.line(&format!("{}: {}", preset.name, preset.title));
        out.line(&format!("  {}", preset.about));
        let row = |place: crate::config::actions::Placeholder| {
            vec![format!("  --set '{}={}'", place.name, place.example), place.help]
        };
        let rows: Vec<Vec<String>> = places.into_iter().map(row).collect();
        out.table(&rows);
    }
    Exit::Done
}
