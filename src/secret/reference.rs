//! References inside text: what they look like.

use std::fmt;

use crate::domain::text::clean;

/// Where a value is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// `${env:NAME}`: an environment variable.
    Env(String),
    /// `${file:PATH}`: a file.
    File(String),
    /// `${cmd:COMMAND}`: what a command prints.
    Cmd(String),
    /// `${secret:NAME}`: one that the configuration names under `[secrets]`.
    Secret(String),
}

impl Reference {
    fn new(kind: &str, name: &str) -> Option<Self> {
        let name = name.to_owned();
        match kind {
            "env" => Some(Self::Env(name)),
            "file" => Some(Self::File(name)),
            "cmd" => Some(Self::Cmd(name)),
            "secret" => Some(Self::Secret(name)),
            _ => None,
        }
    }
}

impl fmt::Display for Reference {
    /// As it is written, clean.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = match self {
            Self::Env(name) => ("env", name),
            Self::File(path) => ("file", path),
            Self::Cmd(command) => ("cmd", command),
            Self::Secret(name) => ("secret", name),
        };
        write!(f, "${{{kind}:{}}}", clean(name))
    }
}

/// A piece of text that may hold references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// As it stands.
    Text(&'a str),
    /// To be read.
    Reference(Reference),
}

/// A `${` that is no reference. Its text tells what is wrong and never repeats what surrounds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadReference {
    /// What is wrong, and what to write.
    pub message: String,
}

impl fmt::Display for BadReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BadReference {}

/// Splits text at its references. Text without any is one [`Part::Text`]; empty text has no part.
///
/// The command of `${cmd:...}` may hold braces in pairs (`${cmd:awk '{print $1}' f}`); the others end at the first `}`.
pub fn parse(text: &str) -> Result<Vec<Part<'_>>, BadReference> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        if start > 0 {
            parts.push(Part::Text(&rest[..start]));
        }
        let inside = &rest[start + 2..];
        let end = end_of(inside).ok_or_else(|| bad("a reference that begins with ${ has no closing }"))?;
        parts.push(Part::Reference(reference(&inside[..end])?));
        rest = &inside[end + 1..];
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    Ok(parts)
}

fn end_of(inside: &str) -> Option<usize> {
    if !inside.starts_with("cmd:") {
        return inside.find('}');
    }
    let mut depth = 0_u32;
    for (at, ch) in inside.char_indices() {
        match ch {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn reference(inside: &str) -> Result<Reference, BadReference> {
    let Some((kind, name)) = inside.split_once(':') else {
        return Err(bad("a reference names its kind: ${env:NAME}, ${file:PATH}, ${cmd:COMMAND} or ${secret:NAME}"));
    };
    if name.trim().is_empty() {
        return Err(bad("a reference is empty; write it like ${env:NAME} or ${file:PATH}"));
    }
    Reference::new(kind, name).ok_or_else(|| bad(&unknown_kind(kind)))
}

/// Only a short plain word is repeated: what is not one may be part of a value.
fn unknown_kind(kind: &str) -> String {
    if (1..=10).contains(&kind.len()) && kind.bytes().all(|byte| byte.is_ascii_lowercase()) {
        format!("${{{kind}:...}} is not a kind of reference; expected env, file, cmd or secret")
    } else {
        "no kind of reference; expected ${env:NAME}, ${file:PATH}, ${cmd:COMMAND} or ${secret:NAME}".to_owned()
    }
}

fn bad(message: &str) -> BadReference {
    BadReference { message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_split_at_its_references() {
        assert_eq!(
            parse("Bearer ${env:TOKEN}!").unwrap(),
            [Part::Text("Bearer "), Part::Reference(Reference::Env("TOKEN".into())), Part::Text("!")]
        );
        assert_eq!(parse("").unwrap(), []);
        assert_eq!(parse("cost $5 {x}").unwrap(), [Part::Text("cost $5 {x}")]);
        assert_eq!(
            parse("${cmd:awk '{print $1}' f}").unwrap(),
            [Part::Reference(Reference::Cmd("awk '{print $1}' f".into()))]
        );
    }

    #[test]
    fn what_is_no_reference_is_told_without_repeating_it() {
        for (text, part) in [
            ("pa${ss", "no closing }"),
            ("${HOME}", "names its kind"),
            ("${env:}", "empty"),
            ("${evn:X}", "${evn:...} is not a kind"),
            ("${S3cretPart:X}", "expected ${env:NAME}"),
        ] {
            let message = parse(text).unwrap_err().message;
            assert!(message.contains(part), "{text}: {message}");
            assert!(!message.contains("S3cret") && !message.contains("HOME"), "{message}");
        }
    }
}
