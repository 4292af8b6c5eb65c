//! What is asked at the press: names, choices, bounds, and a default that would be taken.

use regex_lite::Regex;
use serde_json::Value;

use super::super::action::{Input, InputKind};
use super::super::text::clean;
use super::text::mask_fault;

/// What is wrong with input number `at`. The sentence never holds a secret's default.
pub(super) fn input_fault(inputs: &[Input], at: usize) -> Option<String> {
    let input = inputs.get(at)?;
    name_fault(&input.name)
        .or_else(|| twice_fault(inputs, at))
        .or_else(|| choices_fault(input))
        .or_else(|| bounds_fault(input))
        .or_else(|| pattern_fault(input))
        .or_else(|| default_fault(input))
        .or_else(|| mask_fault(&input.help))
}

fn name_fault(name: &str) -> Option<String> {
    let mut letters = name.chars();
    let first = |ch: char| ch.is_ascii_alphabetic() || ch == '_';
    let fine = letters.next().is_some_and(first) && letters.all(|ch| first(ch) || ch.is_ascii_digit());
    match (name.is_empty(), fine) {
        (true, _) => Some("an input needs a name".to_owned()),
        (false, true) => None,
        (false, false) => Some("an input's name has only letters, digits and _, and no digit first".to_owned()),
    }
}

fn twice_fault(inputs: &[Input], at: usize) -> Option<String> {
    let name = &inputs.get(at)?.name;
    let first = inputs.iter().position(|input| input.name == *name)?;
    (first < at).then(|| format!("{name} is there twice; input {} has it", first + 1))
}

fn choices_fault(input: &Input) -> Option<String> {
    if input.kind != InputKind::Choice {
        return None;
    }
    let twice = input.choices.iter().enumerate().find(|(at, choice)| input.choices[..*at].contains(choice));
    if input.choices.is_empty() || input.choices.iter().any(|choice| choice.trim().is_empty()) {
        Some("a choice needs its choices, such as v41, v42".to_owned())
    } else if let Some((_, choice)) = twice {
        Some(format!("the choice {} is there twice", clean(choice)))
    } else {
        input.choices.iter().find_map(|choice| mask_fault(choice))
    }
}

fn bounds_fault(input: &Input) -> Option<String> {
    let numbers = [input.min, input.max];
    if numbers.iter().flatten().any(|bound| !bound.is_finite()) {
        return Some("a bound is a number".to_owned());
    }
    match numbers {
        [Some(min), Some(max)] if min > max => Some(format!("the least, {min}, is above the greatest, {max}")),
        _ => None,
    }
}

fn pattern_fault(input: &Input) -> Option<String> {
    let compiles = input.pattern.is_empty() || Regex::new(&format!("^(?:{})$", input.pattern)).is_ok();
    (!compiles).then(|| "its pattern is not a regular expression".to_owned())
}

fn default_fault(input: &Input) -> Option<String> {
    let default = input.default.as_ref()?;
    if matches!(default, Value::Array(_) | Value::Object(_) | Value::Null) {
        return Some("a default is a text, a number, or true or false".to_owned());
    }
    let text = input.default_text();
    if text.is_empty() {
        return None;
    }
    mask_fault(&text)
        .or_else(|| input.accept(&text).err().map(|fault| format!("its default would be refused: {fault}")))
}
