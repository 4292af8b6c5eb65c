//! The body as the form shows it: its kind, and a text for each kind.

use crate::domain::action::{Action, Body};

/// What the kinds are called, in order.
pub(super) const KINDS: &[&str] = &["the incident", "JSON", "form", "text"];

pub(super) fn kind(action: &Action) -> usize {
    match action.body {
        Body::Contract => 0,
        Body::Json(_) => 1,
        Body::Form(_) => 2,
        Body::Text(_) => 3,
    }
}

/// Puts an empty body of the kind into the action; the text is put there after it.
pub(super) fn set_kind(action: &mut Action, kind: usize) {
    action.body = match kind {
        1 => Body::Json(serde_json::Value::Null),
        2 => Body::Form(Vec::new()),
        3 => Body::Text(String::new()),
        _ => Body::Contract,
    };
}

pub(super) fn text(action: &Action) -> String {
    match &action.body {
        Body::Contract => String::new(),
        Body::Json(document) => serde_json::to_string_pretty(document).unwrap_or_default(),
        Body::Form(pairs) => {
            let line = |(name, value): &(String, String)| format!("{}={}", escape(name, true), escape(value, false));
            pairs.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        Body::Text(text) => text.clone(),
    }
}

/// Puts the text into the body; what is wrong where it cannot be read. The text itself is never repeated.
pub(super) fn set_text(action: &mut Action, typed: &str) -> Option<String> {
    match &mut action.body {
        Body::Contract => {}
        Body::Json(_) if typed.trim().is_empty() => {
            return Some("a JSON document is needed, such as {\"text\": \"{{ incident.title }}\"}".to_owned());
        }
        Body::Json(document) => match serde_json::from_str(typed) {
            Ok(read) => *document = read,
            Err(error) => return Some(format!("not JSON: {error}")),
        },
        Body::Form(pairs) => match typed.lines().filter(|line| !line.trim().is_empty()).map(pair).collect() {
            Some(read) => *pairs = read,
            None => return Some("each line of a form is written like name=value".to_owned()),
        },
        Body::Text(text) => typed.clone_into(text),
    }
    None
}

/// What a line cannot hold, and in a name its end, are written with a backslash.
fn escape(text: &str, name: bool) -> String {
    let text = text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
    if name { text.replace('=', "\\=") } else { text }
}

fn pair(line: &str) -> Option<(String, String)> {
    let (mut name, mut value, mut in_value) = (String::new(), String::new(), false);
    let mut letters = line.chars();
    while let Some(ch) = letters.next() {
        let out = if in_value { &mut value } else { &mut name };
        match ch {
            '=' if !in_value => in_value = true,
            '\\' => match letters.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some(ch @ ('\\' | '=')) => out.push(ch),
                other => {
                    out.push('\\');
                    out.extend(other);
                }
            },
            ch => out.push(ch),
        }
    }
    in_value.then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_body_reads_back_what_it_wrote() {
        let pairs = [("a=b\\", "1\n2\r= \\n"), ("", "x"), ("payload", "{\"a\": \"{{ b }}\"}")];
        for body in [
            Body::Json(serde_json::json!({ "b": [1, 2.5, null], "a": "{{ incident.num }}\n" })),
            Body::Form(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()),
            Body::Text("<a>\r\n\t</a>\n".to_owned()),
            Body::Contract,
        ] {
            let before = Action { body, ..Action::new("x", "") };
            let mut after = Action::new("x", "");
            set_kind(&mut after, kind(&before));
            assert_eq!(set_text(&mut after, &text(&before)), None);
            assert_eq!(after.body, before.body);
        }
    }

    #[test]
    fn what_cannot_be_read_says_where_and_not_what() {
        let mut action = Action::new("x", "");
        set_kind(&mut action, 1);
        let said = set_text(&mut action, "{\"a\": s3cret}").unwrap_or_default();
        assert!(said.contains("line 1 column") && !said.contains("s3cret"), "{said}");
        set_kind(&mut action, 2);
        assert!(set_text(&mut action, "a=1\nb").is_some_and(|said| said.contains("name=value")));
    }
}
