//! What is judged when an action is saved: every field, and whether its expressions are ones.

use crate::domain::action::{Action, Body, FIELDS, Fills, Header, Success, masked_query};
use crate::domain::validate::{self, Field, FieldFault};
use crate::template::{self, TemplateError};

/// Everything that is wrong with `action`, given the other actions of its file or store. Empty means that it can be
/// saved.
pub fn faults(action: &Action, others: &[Action]) -> Vec<FieldFault> {
    let mut out = validate::faults(action, others);
    for (field, checked) in expressions(action) {
        if let Err(TemplateError { message, .. }) = checked
            && !out.iter().any(|fault| fault.field == field)
        {
            out.push(FieldFault { field, message });
        }
    }
    out
}

type Checked = (Field, Result<(), TemplateError>);

fn expressions(action: &Action) -> Vec<Checked> {
    let mut out = vec![(Field::BODY, body(&action.body))];
    if action.kind.source_kind().is_none() {
        out.insert(0, (Field::ENDPOINT, template::check_url(&action.endpoint)));
    }
    for (at, header) in action.headers.iter().enumerate() {
        out.push((Field::HeaderValue(at), template::check_text(header.expose())));
    }
    for (at, input) in action.inputs.iter().enumerate().filter(|(_, input)| input.is_filled()) {
        let checked = template::check_default(&input.default_text());
        out.push((
            Field::Input(at),
            checked.map_err(|mut error| {
                error.message = format!("its default: {}", error.message);
                error
            }),
        ));
    }
    for (_, value) in &action.keep {
        out.push((Field::Of("keep"), template::check_rule(value)));
    }
    for spec in FIELDS {
        let text = spec.text(action);
        match spec.fills {
            Fills::Rule if !text.is_empty() && Success::new(&text).codes().is_none() => {
                out.push((spec.field(), template::check_rule(&text)));
            }
            Fills::Address if !text.is_empty() => out.push((spec.field(), template::check_follow(&text))),
            Fills::Answer if !text.is_empty() => out.push((spec.field(), template::check_answer_text(&text))),
            Fills::Nothing | Fills::Rule | Fills::Address | Fills::Answer => {}
        }
    }
    out
}

fn body(body: &Body) -> Result<(), TemplateError> {
    match body {
        Body::Contract => Ok(()),
        Body::Json(document) => template::check_json(document),
        Body::Form(pairs) => pairs.iter().try_for_each(|(_, value)| template::check_text(value)),
        Body::Text(text) => template::check_text(text),
    }
}

/// The action as it is judged before the stored values are put in: they were judged when they were stored.
pub(super) fn with_kept_values(action: &Action) -> Action {
    const STORED: &str = "${secret:STORED}";
    let mut out = action.clone();
    for header in &mut out.headers {
        if is_kept(header.expose()) {
            *header = Header::with_secrecy(header.name.clone(), STORED, header.is_secret());
        }
    }
    out.endpoint = masked_query(&action.endpoint, |_, value| if is_kept(value) { STORED } else { value }.to_owned());
    for spec in FIELDS.iter().filter(|spec| spec.hides.is_kept() && is_kept(&spec.text(action))) {
        // It stands in a place that is there.
        let _ = spec.set_text(&mut out, STORED);
    }
    out
}

/// Whether a value says that the stored one is kept.
pub(super) fn is_kept(text: &str) -> bool {
    text.starts_with("${kept:")
}

/// What is wrong with a value that may say so: it stands alone, under its own name.
pub(super) fn kept_fault(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once("${kept:")?;
    let is_whole = is_kept(text) && rest.strip_suffix('}').is_some_and(|kept| kept.eq_ignore_ascii_case(name));
    (!is_whole).then(|| format!("${{kept:{name}}} stands for the stored value, alone and under this name"))
}
