//! `andon action export`: actions as text, without literal secrets.

use super::dispatch::Session;
use super::exit::{Exit, Fault};
use super::find;
use crate::domain::action::{Action, Confirm, DEFAULT_COOLDOWN_MS, DEFAULT_TIMEOUT_MS, Header, MASK, is_plain_header};
use crate::domain::text::clean;
use crate::domain::time::format_duration;

pub(super) async fn run(session: &mut Session<'_>, name: Option<&str>) -> Result<Exit, Fault> {
    let actions = session.opened.store.actions().await?;
    let chosen = match name {
        Some(name) => vec![find::action(&actions, name, None)?],
        None => actions.iter().collect(),
    };
    let texts: Vec<String> = chosen.into_iter().map(to_toml).collect();
    texts.join("\n").lines().for_each(|line| session.out.line(line));
    Ok(Exit::Done)
}

/// One action as TOML: what every action has, then what differs from the defaults.
fn to_toml(action: &Action) -> String {
    let slots: Vec<String> = action
        .slots
        .iter()
        .map(|(channel, slot)| format!("{{ channel = {}, slot = {slot} }}", quoted(channel.as_str())))
        .collect();
    let mut out = String::from("[[action]]\n");
    let mut put = |name: &str, value: String| out.push_str(&format!("{name} = {value}\n"));
    put("id", quoted(&action.id));
    put("name", quoted(&action.name));
    put("channels", format!("[{}]", slots.join(", ")));
    put("endpoint", quoted(&action.shown_endpoint()));
    if !action.description.is_empty() {
        put("description", quoted(&action.description));
    }
    if !action.enabled {
        put("enabled", "false".to_owned());
    }
    if action.timeout_ms != DEFAULT_TIMEOUT_MS {
        put("timeout", quoted(&format_duration(action.timeout_ms)));
    }
    if action.confirm != Confirm::default() {
        put("confirm", quoted(action.confirm.as_str()));
    }
    if action.cooldown_ms != DEFAULT_COOLDOWN_MS {
        put("cooldown", quoted(&format_duration(action.cooldown_ms)));
    }
    if !action.headers.is_empty() {
        out.push_str("\n[action.headers]\n");
        action.headers.iter().for_each(|header| out.push_str(&header_line(header)));
    }
    out
}

fn header_line(header: &Header) -> String {
    // Text around a reference may be a secret as well; what a screen hides is not written.
    let value = if header.shown().contains(MASK) { format!("${{kept:{}}}", header.name) } else { header.exported() };
    let value = quoted(&value);
    if header.is_secret() || is_plain_header(&header.name) {
        format!("{} = {value}\n", key(&header.name))
    } else {
        format!("{} = {{ value = {value}, secret = false }}\n", key(&header.name))
    }
}

fn key(name: &str) -> String {
    let is_bare = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if is_bare && !name.is_empty() { name.to_owned() } else { quoted(name) }
}

/// A TOML string on one line. What a terminal or an eye could be misled by is escaped, so that it reads back the same.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let mut buffer = [0; 4];
    for ch in text.chars() {
        match ch {
            '"' | '\\' => out.extend(['\\', ch]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            _ => {
                let alone: &str = ch.encode_utf8(&mut buffer);
                if clean(alone) == alone {
                    out.push(ch);
                } else if u32::from(ch) <= 0xffff {
                    out.push_str(&format!("\\u{:04X}", u32::from(ch)));
                } else {
                    out.push_str(&format!("\\U{:08X}", u32::from(ch)));
                }
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::ChannelKey;

    #[test]
    fn what_is_written_reads_back_and_holds_no_secret() {
        let mut action = Action::new("Roll \"back\" 队列", "https://ci.example/x");
        action.slots.insert(ChannelKey::new("prod", "a/b"), 2);
        action.description = "two\nlines\u{202e}\u{e0001}\u{1b}[2J".to_owned();
        action.headers = vec![
            Header::new("Authorization", "Bearer ${secret:CI}"),
            Header::new("X.Odd", "s3cret"),
            Header::new("X-Mixed", "s3cret-${env:A}"),
            Header::with_secrecy("X-Env", "prod", false),
            Header::new("Accept", "text/plain"),
        ];
        let text = to_toml(&action);
        assert!(!text.contains("s3cret") && !text.contains('\u{202e}') && !text.contains('\u{1b}'), "{text}");
        let table: toml::Table = text.parse().unwrap();
        let read = &table["action"][0];
        assert_eq!(read["name"].as_str(), Some(action.name.as_str()));
        assert_eq!(read["description"].as_str(), Some(action.description.as_str()));
        assert_eq!(read["channels"][0]["slot"].as_integer(), Some(2));
        assert_eq!(read["headers"]["Authorization"].as_str(), Some("Bearer ${secret:CI}"));
        assert_eq!(read["headers"]["X.Odd"].as_str(), Some("${kept:X.Odd}"));
        assert_eq!(read["headers"]["X-Mixed"].as_str(), Some("${kept:X-Mixed}"));
        assert_eq!(read["headers"]["X-Env"]["secret"].as_bool(), Some(false));
        assert!(read.get("timeout").is_none() && read.get("confirm").is_none());
    }
}
