//! The flags of an action's fields, made from the field table, and what was typed of them.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Args, Command, FromArgMatches};

use super::fields::Reading;
use crate::domain::action::{Action, Choice, FIELDS, FieldSpec, Fills, Kind, Section};

/// What was typed, in the order of the table.
#[derive(Debug, Default)]
pub(super) struct FieldFlags(Vec<(&'static str, Typed)>);

#[derive(Clone, Debug)]
enum Typed {
    Text(String),
    Switch(bool),
    List(Vec<String>),
}

impl Args for FieldFlags {
    fn augment_args(command: Command) -> Command {
        let follow = flagged().filter(|spec| spec.place().0 == Some("follow")).map(|spec| spec.flag);
        let group = ArgGroup::new("follow").args(follow).multiple(true);
        flagged().fold(command, |command, spec| command.arg(flag(spec))).group(group)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for FieldFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let is_typed = |spec: &&FieldSpec| matches.value_source(spec.flag) == Some(ValueSource::CommandLine);
        Ok(Self(flagged().filter(is_typed).filter_map(|spec| Some((spec.name, typed(spec, matches)?))).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn flagged() -> impl Iterator<Item = &'static FieldSpec> {
    FIELDS.iter().filter(|spec| !spec.flag.is_empty())
}

fn flag(spec: &'static FieldSpec) -> Arg {
    let heading = match spec.section {
        Section::First => None,
        _ if spec.place().0 == Some("follow") => Some("The job that an answer starts"),
        _ => Some("The call"),
    };
    let arg = Arg::new(spec.flag).long(spec.flag).help(help(spec)).help_heading(heading);
    match &spec.kind {
        Kind::Switch { .. } => arg
            .value_name("BOOL")
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_parser(clap::value_parser!(bool)),
        Kind::Choice { options, .. } => {
            let value = |choice: &Choice| {
                let value = PossibleValue::new(choice.word);
                if choice.about.is_empty() { value } else { value.help(choice.about) }
            };
            // What is in capitals may be typed in small letters.
            let is_loud = options.iter().all(|choice| choice.word.to_ascii_uppercase() == choice.word);
            let words = PossibleValuesParser::new(options.iter().map(value));
            arg.value_name(value_name(spec)).value_parser(words).ignore_case(is_loud)
        }
        Kind::List { .. } => arg.value_name(value_name(spec)).action(ArgAction::Append).value_delimiter(','),
        Kind::Pairs { .. } => arg.value_name(value_name(spec)).action(ArgAction::Append),
        _ => arg.value_name(value_name(spec)),
    }
}

/// What it is and, where it has one, the default.
fn help(spec: &FieldSpec) -> String {
    if !spec.flag_about.is_empty() {
        return spec.flag_about.to_owned();
    }
    let about = spec.filled(spec.about);
    let about = match spec.kind {
        Kind::Switch { .. } | Kind::OptionalTime { .. } => return about,
        Kind::Secret { .. } => return format!("{about}; @FILE and @- read it"),
        Kind::List { .. } | Kind::Pairs { .. } => format!("{about}; may be repeated"),
        _ => about,
    };
    match spec.text(&Action::new("", "")) {
        default if default.is_empty() => about,
        default => format!("{about} (default {default})"),
    }
}

fn value_name(spec: &FieldSpec) -> &'static str {
    match spec.kind {
        _ if !spec.value.is_empty() => spec.value,
        Kind::Time { .. } | Kind::OptionalTime { .. } => "TIME",
        Kind::Whole { .. } | Kind::List { .. } => "N",
        _ => match spec.fills {
            Fills::Rule => "RULE",
            Fills::Address => "TEMPLATE",
            Fills::Nothing | Fills::Answer => "TEXT",
        },
    }
}

/// `--no-verify` switches `tls.verify` off.
fn is_off_switch(spec: &FieldSpec) -> bool {
    spec.flag.starts_with("no-")
}

fn typed(spec: &FieldSpec, matches: &ArgMatches) -> Option<Typed> {
    match spec.kind {
        Kind::Switch { .. } => matches.get_one(spec.flag).copied().map(Typed::Switch),
        Kind::List { .. } | Kind::Pairs { .. } => {
            matches.get_many(spec.flag).map(|words| Typed::List(words.cloned().collect()))
        }
        _ => matches.get_one(spec.flag).cloned().map(Typed::Text),
    }
}

impl FieldFlags {
    /// Puts what was typed into the action; what was not stays.
    pub(super) fn put_into(&self, reading: &mut Reading, action: &mut Action) {
        for (name, typed) in &self.0 {
            let Some(spec) = FIELDS.iter().find(|spec| spec.name == *name) else { continue };
            if let Err(sentence) = put(reading, action, spec, typed) {
                reading.fault(spec.name, &sentence);
            }
        }
    }
}

fn put(reading: &mut Reading, action: &mut Action, spec: &FieldSpec, typed: &Typed) -> Result<(), String> {
    match (typed, &spec.kind) {
        (Typed::Switch(on), Kind::Switch { set, .. }) => set(action, *on != is_off_switch(spec)),
        (Typed::List(words), Kind::Pairs { .. }) => return spec.set_text(action, &words.join(";")),
        (Typed::List(words), _) => return spec.set_text(action, &words.join(",")),
        (Typed::Text(text), Kind::Secret { .. }) => {
            let Some(text) = reading.secret(spec.name, &format!("--{}", spec.flag), text) else { return Ok(()) };
            // An empty one would take the signing away.
            return if text.is_empty() { Err("a value is needed".to_owned()) } else { spec.set_text(action, &text) };
        }
        (Typed::Text(text), _) => return spec.set_text(action, text),
        (Typed::Switch(_), _) => {}
    }
    Ok(())
}
