//! A request as a command that a person can paste into a shell.
//!
//! Nothing of the request can break out of its quotes, in whichever usual shell (sh, dash, bash, zsh, fish), and nothing in
//! it can act on the terminal it is pasted into.
//! Secrets are not in it: a mask becomes a shell variable to be set first, a reference stays as written.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::action::{MASK, shown_url};
use super::request::Prepared;
use super::run::SentRequest;
use super::text::clean;

/// Names that mean something in every shell: a mask must not be filled from them.
const TAKEN: [&str; 10] = ["PATH", "HOME", "USER", "SHELL", "PWD", "TERM", "IFS", "LANG", "LOGNAME", "HOST"];
/// What curl writes itself, by the body and the address.
const CURLS_OWN: [&str; 3] = ["host", "content-length", "connection"];

/// The request that a confirm shows, as a `curl` command.
pub fn of_prepared(prepared: &Prepared) -> String {
    curl(&SentRequest {
        method: prepared.method.to_owned(),
        endpoint: shown_url(&prepared.endpoint),
        headers: prepared.headers.iter().map(|header| (header.name.clone(), header.shown())).collect(),
        body: prepared.body.to_string(),
    })
}

/// A request as the log keeps it, as a `curl` command of several lines.
///
/// ```
/// use andon::domain::run::SentRequest;
/// let request = SentRequest {
///     method: "POST".to_owned(),
///     endpoint: "https://ci.example/restart".to_owned(),
///     headers: vec![("Authorization".to_owned(), "••••••".to_owned())],
///     body: "it's".to_owned(),
/// };
/// assert_eq!(
///     andon::domain::curl::curl(&request),
///     "curl -X POST 'https://ci.example/restart' \\\n  -H 'Authorization: '\"$AUTHORIZATION\" \\\n  --data-raw 'it'\\''s'\n"
/// );
/// ```
pub fn curl(request: &SentRequest) -> String {
    let mut masks = 0;
    let mut other = || {
        masks += 1;
        if masks == 1 { "SECRET".to_owned() } else { format!("SECRET_{masks}") }
    };
    // Writing to a String cannot fail.
    let mut out = "curl".to_owned();
    if request.endpoint.contains(['[', ']', '{', '}']) {
        // Else curl takes brackets for a pattern of many addresses.
        out.push_str(" --globoff");
    }
    if request.method != "GET" || !request.body.is_empty() {
        let plain = !request.method.is_empty() && request.method.bytes().all(|byte| byte.is_ascii_alphabetic());
        out.push_str(" -X ");
        out.push_str(&if plain { request.method.clone() } else { quoted(&request.method, &mut other) });
    }
    let _ = write!(out, " {}", quoted(&request.endpoint, &mut other));
    for (name, value) in &request.headers {
        if CURLS_OWN.iter().any(|own| name.eq_ignore_ascii_case(own)) {
            continue;
        }
        // An empty value would take the header away.
        let text = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        let _ = write!(out, " \\\n  -H {}", quoted(&text, &mut || variable(name)));
    }
    if !request.body.is_empty() {
        let _ = write!(out, " \\\n  --data-raw {}", quoted(&request.body, &mut other));
    }
    out.push('\n');
    out
}

/// The variable that stands for a header's hidden value: `X-Api-Key` is `X_API_KEY`.
fn variable(header: &str) -> String {
    let name: String =
        header.chars().map(|ch| if ch.is_ascii_alphanumeric() { ch.to_ascii_uppercase() } else { '_' }).collect();
    let odd = name.is_empty() || name.starts_with(|ch: char| ch.is_ascii_digit());
    if odd || TAKEN.contains(&name.as_str()) { format!("SECRET_{name}") } else { name }
}

/// The text as one word of the shell; each mask as a variable that `name` names.
fn quoted(text: &str, name: &mut dyn FnMut() -> String) -> String {
    let mut out = String::new();
    for (at, piece) in text.split(MASK).enumerate() {
        if at > 0 {
            let _ = write!(out, "\"${}\"", name());
        }
        if !piece.is_empty() {
            push_quoted(&mut out, piece);
        }
    }
    if out.is_empty() { "''".to_owned() } else { out }
}

/// Quoted for every usual shell at once. Inside of single quotes a POSIX shell reads nothing, but fish reads a backslash
/// before a quote or a backslash: so both stand outside, where all read them alike. What a terminal could act on when it is
/// pasted is written by `printf`; `$'...'` would be plain text to some.
fn push_quoted(out: &mut String, text: &str) {
    let mut inside = Inside::Nothing;
    for ch in text.chars() {
        match ch {
            '\'' | '\\' => {
                inside.to(Inside::Nothing, out);
                out.push('\\');
                out.push(ch);
            }
            // A command's last line end would be lost; between quotes it is only text.
            _ if ch != '\n' && is_unsafe(ch) => {
                inside.to(Inside::Printf, out);
                for byte in ch.encode_utf8(&mut [0; 4]).bytes() {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\{byte:03o}");
                }
            }
            _ => {
                inside.to(Inside::Quotes, out);
                out.push(ch);
            }
        }
    }
    inside.to(Inside::Nothing, out);
}

/// What a part of a quoted text stands in.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Nothing,
    Quotes,
    Printf,
}

impl Inside {
    /// Closes what is open and opens `next`, unless that is open already.
    fn to(&mut self, next: Self, out: &mut String) {
        if *self == next {
            return;
        }
        out.push_str(match self {
            Self::Nothing => "",
            Self::Quotes => "'",
            Self::Printf => "')\"",
        });
        out.push_str(match next {
            Self::Nothing => "",
            Self::Quotes => "'",
            Self::Printf => "\"$(printf '",
        });
        *self = next;
    }
}

/// Whether a character could act on a terminal or hide from an eye.
fn is_unsafe(ch: char) -> bool {
    !(' '..='~').contains(&ch) && matches!(clean(ch.encode_utf8(&mut [0; 4])), Cow::Owned(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(endpoint: &str, headers: &[(&str, &str)], body: &str) -> SentRequest {
        SentRequest {
            method: "POST".to_owned(),
            endpoint: endpoint.to_owned(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn nothing_breaks_out_of_its_quotes() {
        let text = curl(&request("https://x.example/a'b", &[("X-A", "$(id) `id` \"'; rm")], "a\u{1b}[201~\n'\\$(id)"));
        assert!(text.contains(r"'https://x.example/a'\''b'"), "{text}");
        assert!(text.contains(r#"-H 'X-A: $(id) `id` "'\''; rm'"#), "{text}");
        let body = concat!(r#"--data-raw 'a'"$(printf '\033')"'[201~"#, "\n", r"'\'\\'$(id)'");
        assert!(text.contains(body), "{text}");
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn a_mask_is_a_variable_and_a_reference_stays_as_written() {
        let headers = [("X-Api-Key", MASK), ("Path", MASK), ("Authorization", "Bearer ${secret:CI}"), ("Host", "x")];
        let text = curl(&request("https://••••••@x.example/", &headers, r#"{"a":"••••••","b":"••••••"}"#));
        assert!(text.contains(r#"'https://'"$SECRET"'@x.example/'"#), "{text}");
        assert!(text.contains(r#"-H 'X-Api-Key: '"$X_API_KEY""#), "{text}");
        assert!(text.contains(r#"-H 'Path: '"$SECRET_PATH""#), "{text}");
        assert!(text.contains("-H 'Authorization: Bearer ${secret:CI}'"), "{text}");
        assert!(text.contains(r#"'{"a":"'"$SECRET_2"'","b":"'"$SECRET_3"'"}'"#), "{text}");
        assert!(!text.contains("Host: x") && !text.contains(MASK), "{text}");
    }

    #[test]
    fn hidden_characters_are_written_as_bytes_and_brackets_are_no_pattern() {
        let text = curl(&request("https://[::1]/", &[("X-Empty", "")], "\u{202e}队列\u{9b}31m"));
        assert!(text.starts_with("curl --globoff -X POST 'https://[::1]/'"), "{text}");
        let body = r#""$(printf '\342\200\256')"'队列'"$(printf '\302\233')"'31m'"#;
        assert!(text.contains(body) && text.contains("-H 'X-Empty;'"), "{text}");
    }

    #[test]
    fn a_get_without_a_body_is_plain() {
        let get = SentRequest { method: "GET".to_owned(), ..request("https://x.example/", &[], "") };
        assert_eq!(curl(&get), "curl 'https://x.example/'\n");
    }
}
