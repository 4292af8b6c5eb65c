//! The field table: what every row must have, and that every field reads back what was written, by every way in and out.

use std::collections::BTreeSet;

use andon::config::actions::{read, write};
use andon::domain::action::{Action, FIELDS, FieldSpec, Hides, Item, Kind, Listed, Scope, in_file, listed};
use andon::domain::channel::ChannelKey;
use andon::domain::validate::faults;

use crate::action_schema;
use crate::cli::support::Home;

/// What is typed into a field; `None` for those that are no text, and for those that only another kind of action has.
fn sample(spec: &FieldSpec) -> Option<String> {
    let text = match &spec.kind {
        Kind::Text { .. } | Kind::Secret { .. } => match spec.name {
            "name" => "Roll back",
            "endpoint" => "https://ci.example/hooks/{{ incident.num }}",
            "starts" => return None,
            "sign.key" => "${secret:NEW}",
            "sign.previous_key" => "${secret:OLD}",
            "tls.ca" => "/etc/ca.pem",
            "tls.cert" => "/etc/me.pem",
            "tls.key" => "/etc/me.key",
            "proxy" => "http://proxy.example:3128",
            "success" => "status == 200 and body.ok",
            "follow.url" => "{{ answer.headers.location }}api/json",
            "follow.next" => "{{ body.executable.url }}",
            "follow.done" => "body.done",
            "follow.failed" => "body.failed",
            "follow.progress" => "body.percent",
            "follow.cancelled" => "body.state == 'gone'",
            "follow.message" => "body.stage",
            "message" => "body.result.text",
            "auth.user" => "ops",
            "auth.password" => "${secret:PW}",
            "cancel.endpoint" => "https://ci.example/job/{{ answer.body.id }}",
            "cancel.body" => "{\"by\":\"{{ incident.num }}\"}",
            other => panic!("a sample for {other}"),
        },
        Kind::Prose { .. } => "what it does",
        Kind::Pairs { .. } => "ticket = body.key; url = body.links[0]",
        Kind::Switch { get, .. } => return Some((!get(&Action::new("", ""))).to_string()),
        Kind::Choice { options, .. } => return (spec.name != "kind").then(|| options.last().unwrap().word.to_owned()),
        Kind::Whole { range, .. } => return Some(range.1.to_string()),
        Kind::Time { .. } | Kind::OptionalTime { .. } => match spec.name {
            "timeout" | "follow.limit" => "9m",
            "attempt_timeout" => "5s",
            _ => "3s500ms",
        },
        Kind::List { item: Item::Text { .. }, .. } => "same, https://ci2.example",
        Kind::List { item: Item::Whole { range, .. }, .. } => return Some(format!("{}, {}", range.0 + 9, range.1)),
        Kind::Table { .. } | Kind::Channels | Kind::Headers | Kind::Body | Kind::Inputs => return None,
    };
    Some(text.to_owned())
}

fn sampled() -> impl Iterator<Item = (&'static FieldSpec, String)> {
    FIELDS.iter().filter_map(|spec| Some((spec, sample(spec)?)))
}

/// An action with a sample in every field of text.
fn whole() -> Action {
    let mut action = Action::new("", "");
    "roll-back".clone_into(&mut action.id);
    action.slots.insert(ChannelKey::new("lab", "platform"), 1);
    for (spec, text) in sampled() {
        spec.set_text(&mut action, &text).unwrap_or_else(|fault| panic!("{}: {fault}", spec.name));
        assert_eq!(spec.text(&action), text, "{}", spec.name);
        assert!(!spec.is_default(&action), "{}: its sample is the default", spec.name);
    }
    assert_eq!(faults(&action, &[]), []);
    action
}

fn assert_same(action: &Action, wanted: &Action, way: &str) {
    for (spec, text) in sampled() {
        assert_eq!(spec.text(action), text, "{} through {way}", spec.name);
    }
    assert!(FIELDS.iter().all(|spec| !spec.differs(action, wanted)), "{way}");
}

#[test]
fn every_row_has_its_names_and_its_help() {
    let unique = |of: fn(&FieldSpec) -> &'static str| {
        let all: Vec<&str> = FIELDS.iter().map(of).filter(|name| !name.is_empty()).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{all:?}");
    };
    unique(|spec| spec.name);
    unique(|spec| spec.label);
    unique(|spec| spec.flag);
    for spec in FIELDS {
        assert!(!spec.about.is_empty(), "{}", spec.name);
        assert_eq!(spec.label.is_empty(), spec.help.is_empty(), "{}", spec.name);
        for text in [spec.about, spec.help, spec.range_fault] {
            let filled = spec.filled(text);
            assert!(
                !filled.contains("{least}") && !filled.contains("{most}") && !filled.contains("{default}"),
                "{filled}"
            );
        }
        let has_range = matches!(
            spec.kind,
            Kind::Whole { .. }
                | Kind::Time { .. }
                | Kind::OptionalTime { .. }
                | Kind::List { item: Item::Whole { .. }, .. }
        );
        assert_eq!(has_range, !spec.range_fault.is_empty(), "{}: what is said out of its range", spec.name);
        // Everything but what is ticked, has rows of its own or is switched by two flags can be typed as a flag.
        let has_flag = sample(spec).is_some() && !["name", "endpoint", "enabled"].contains(&spec.name);
        assert!(!has_flag || !spec.flag.is_empty(), "{} has no flag", spec.name);
        if let Some(table) = spec.place().0 {
            let is_table = |other: &FieldSpec| other.name == table && matches!(other.kind, Kind::Table { .. });
            assert!(FIELDS.iter().any(is_table), "{}: there is no table {table}", spec.name);
        }
    }
    for ordered in [in_file(), listed()] {
        let names: BTreeSet<&str> = ordered.iter().map(|spec| spec.name).collect();
        assert_eq!((ordered.len(), names.len()), (FIELDS.len(), FIELDS.len()));
    }
}

#[test]
fn every_field_reads_back_from_a_file_and_from_the_store() {
    let action = whole();
    let text = write("", std::slice::from_ref(&action));
    let read = read(&text, "export").unwrap_or_else(|error| panic!("{error}\n{text}")).actions.remove(0);
    assert_same(&read, &action, "a file");
    assert_eq!(action_schema::check(&text), [""; 0], "{text}");
    let stored = serde_json::to_string(&action).unwrap();
    let kept: Action = serde_json::from_str(&stored).unwrap();
    assert_same(&Action { name: action.name.clone(), slots: action.slots.clone(), ..kept }, &action, "the store");
}

#[test]
fn every_field_is_typed_as_a_flag_and_shown_and_exported() {
    let home = Home::new();
    let mut args: Vec<String> = ["action", "add", "--channel", "lab/platform", "--slot", "1"].map(str::to_owned).into();
    for (spec, text) in sampled() {
        match (&spec.kind, spec.name) {
            (_, "enabled") => args.push("--disabled".to_owned()),
            (_, "name" | "endpoint") => args.extend([format!("--{}", spec.name), text]),
            // One says the contrary of its field.
            (Kind::Switch { .. }, _) if spec.flag.starts_with("no-") => args.push(format!("--{}", spec.flag)),
            _ => args.push(format!("--{}={text}", spec.flag)),
        }
    }
    home.done(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let wanted = whole();
    let exported = home.done(&["action", "export"]).out;
    let mut action = read(&exported, "export").unwrap_or_else(|error| panic!("{error}\n{exported}")).actions.remove(0);
    action.origin.clone_from(&wanted.origin);
    assert_same(&action, &wanted, "flags and export");
    let shown = home.done(&["action", "show", "Roll back"]).out;
    let object = home.done(&["action", "show", "Roll back", "--json"]).object();
    for (spec, text) in sampled() {
        let row = shown.lines().find(|line| line.split_whitespace().next() == Some(spec.name));
        let is_told = spec.listed != Listed::Never && !matches!(spec.kind, Kind::Prose { .. });
        assert_eq!(row.is_some(), is_told, "{} in\n{shown}", spec.name);
        if matches!(spec.kind, Kind::Text { .. }) && spec.hides == Hides::Nothing && is_told {
            assert!(row.unwrap().ends_with(&text), "{} in\n{shown}", spec.name);
        }
        let inside = match spec.place() {
            (Some(table), key) => &object[table][key],
            (None, key) => &object[key],
        };
        let said = match (&spec.kind, inside) {
            (Kind::List { .. }, list) => {
                let item = |item: &serde_json::Value| item.as_str().map_or_else(|| item.to_string(), str::to_owned);
                list.as_array().unwrap().iter().map(item).collect::<Vec<_>>().join(", ")
            }
            (Kind::Pairs { .. }, pairs) => {
                let pair =
                    |(name, value): (&String, &serde_json::Value)| format!("{name} = {}", value.as_str().unwrap());
                pairs.as_object().unwrap().iter().map(pair).collect::<Vec<_>>().join("; ")
            }
            (_, value) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        };
        assert_eq!(said, text, "{} in JSON", spec.name);
    }
}

#[test]
fn what_an_edit_changed_is_told_in_the_words_of_its_row() {
    for (spec, text) in sampled() {
        let before = Action::new("", "");
        let mut after = before.clone();
        if let Some(table) = spec.place().0
            && let Some(Kind::Table { set, .. }) = FIELDS.iter().find(|row| row.name == table).map(|row| &row.kind)
        {
            set(&mut after, true);
        }
        spec.set_text(&mut after, &text).unwrap();
        assert_eq!(before.differs_in(&after), [spec.changed_words()], "{}", spec.name);
    }
}

#[test]
fn what_a_started_action_cannot_have_is_told() {
    let mut action = whole();
    action.kind = andon::domain::action::ActionKind::Flashduty;
    action.vendor_action = "7".to_owned();
    let told = faults(&action, &[]);
    for (spec, _) in sampled().filter(|(spec, _)| spec.scope == Scope::Webhook) {
        let message = format!("has no {} of its own", spec.changed_words());
        assert!(told.iter().any(|fault| fault.message.contains(&message)), "{}: {told:?}", spec.name);
    }
}

#[test]
fn statuses_to_send_again_are_bounded_each_once_and_need_retries() {
    let home = Home::new();
    home.done(&["action", "add", "--name", "Go", "--channel", "lab/platform", "--endpoint", "https://x/y"]);
    let many: Vec<String> = (400..417).map(|status| status.to_string()).collect();
    for (statuses, retries, said) in [
        ("409,503", "0", "nothing is sent again while retries is 0: set it to 1 or more"),
        ("399", "1", "a status after which it is sent again is from 400 to 599"),
        ("409,409", "1", "409 is there twice"),
        ("locked", "1", "write a number from 400 to 599"),
        (&many.join(","), "1", "17 of them; 16 at most"),
    ] {
        let ran = home.andon(&["action", "edit", "Go", "--retries", retries, "--retries-on", statuses]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains(&format!("error: retries_on: {said}")), "{}", ran.err);
    }
    let edited = home.done(&["action", "edit", "Go", "--retries", "1", "--retries-on", "409,503", "--json"]).object();
    assert_eq!(edited["retries_on"], serde_json::json!([409, 503]));
    assert!(home.done(&["log"]).out.contains("changed Go: retries, retries on"));
    let exported = home.done(&["action", "export"]).out;
    assert!(exported.contains("retries = 1\nretries_on = [409, 503]\n"), "{exported}");
    let file = exported.replace("[409, 503]", "[423]");
    let told = home.with_input(&["action", "apply", "-", "--dry-run"], &file).out;
    assert!(told.contains("retries_on  409, 503 -> 423"), "{told}");
    let edited = home.done(&["action", "edit", "Go", "--retries-on", "", "--json"]).object();
    assert_eq!(edited["retries_on"], serde_json::json!([]));
}
