//! `andon login KIND`: asks for what a kind of source needs, tests it, and writes it down.

use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tokio::time::timeout;

use super::args::{Global, LoginArgs};
use super::confirm::{ask, ask_secret, can_ask};
use super::exit::{CommandError, Exit};
use super::output::Output;
use super::session::may_change;
use crate::config::{self, Config, Places};
use crate::domain::near::did_you_mean;
use crate::domain::source::{KINDS, Kind, Login};
use crate::source::{self, Greeting};

/// For the answer to the first question.
const PATIENCE: Duration = Duration::from_secs(45);
/// More than any key has, in bytes.
const KEY_LIMIT: u64 = 64 * 1024;

/// The key, as it is tested and as it is written down.
enum Key {
    /// Kept elsewhere: a reference.
    Elsewhere(String),
    /// To be kept in a file of andon's own.
    Typed(SecretString),
    None,
}

pub(super) async fn run(
    args: LoginArgs,
    global: &Global,
    places: &Places,
    out: &mut Output,
) -> Result<Exit, CommandError> {
    let config = config::load(&places.config_file)?;
    may_change(global, &config)?;
    let (kind, login) = login_to(&args.kind)?;
    let name = args.name.unwrap_or_else(|| kind.name.to_owned());
    if config.sources.iter().any(|source| source.name == name) {
        return Err(CommandError::usage(format!("there is a source named {name} already; choose another with --name")));
    }
    let mut keys: Vec<(&str, String)> = vec![("name", name.clone()), ("kind", kind.name.to_owned())];
    keys.extend(address(&login, args.url).await?.map(|url| ("url", url)));
    if login.user {
        keys.push(("user", given_or_asked(args.user, "--user NAME", "user: ").await?));
    }
    let key = key(&login, args.key_from.as_deref()).await?;
    let (tested, written, kept) = match key {
        Key::None => (None, None, None),
        Key::Elsewhere(reference) => (Some(reference.clone()), Some(reference), None),
        Key::Typed(key) => {
            let file = format!("${{file:{}/{name}}}", config::SECRETS);
            (Some(key.expose_secret().to_owned()), Some(file), Some(key))
        }
    };
    let greeting = test(&keys, tested.map(|text| (login.key, text)), &config, global, places).await?;
    keys.extend(written.map(|text| (login.key, text)));
    let pairs: Vec<(&str, &str)> = keys.iter().map(|(key, text)| (*key, text.as_str())).collect();
    config::add_source(&places.config_file, &pairs, kept.as_ref().map(|key| (name.as_str(), key)))
        .map_err(|error| CommandError { exit: Exit::Failed, messages: error.faults })?;
    tell(out, kind.name, &name, &greeting, &places.config_file);
    Ok(Exit::Done)
}

fn login_to(kind: &str) -> Result<(&'static Kind, Login), CommandError> {
    let known = KINDS.iter().filter_map(|kind| Some((kind, kind.login()?)));
    let mut found = known.clone().filter(|(known, _)| known.name == kind);
    found.next().ok_or_else(|| {
        let names: Vec<&str> = known.map(|(kind, _)| kind.name).collect();
        let near = did_you_mean(kind, names.iter().copied()).map_or_else(String::new, |near| format!("; {near}"));
        CommandError::usage(format!("the kind {kind} has no login; expected {}{near}", names.join(", ")))
    })
}

async fn address(login: &Login, given: Option<String>) -> Result<Option<String>, CommandError> {
    match login.url {
        None => Ok(given),
        Some(example) => given_or_asked(given, "--url URL", &format!("address, such as {example}: ")).await.map(Some),
    }
}

async fn given_or_asked(given: Option<String>, flag: &str, question: &str) -> Result<String, CommandError> {
    let text = match given {
        Some(text) => text,
        None if can_ask() => ask(question).await.unwrap_or_default(),
        None => String::new(),
    };
    let text = text.trim();
    if text.is_empty() { Err(CommandError::usage(format!("{flag} is missing"))) } else { Ok(text.to_owned()) }
}

async fn key(login: &Login, from: Option<&str>) -> Result<Key, CommandError> {
    let none = if login.optional { " (empty: none)" } else { "" };
    let question = format!("{}{none}: ", login.words);
    let typed = match from.map(|from| from.split_once(':').unwrap_or((from, ""))) {
        Some(("env", name)) if !name.is_empty() => return Ok(Key::Elsewhere(format!("${{env:{name}}}"))),
        Some(("file", path)) if !path.is_empty() => {
            let path =
                std::path::absolute(path).map_err(|error| CommandError::usage(format!("--key-from: {error}")))?;
            return Ok(Key::Elsewhere(format!("${{file:{}}}", path.display())));
        }
        Some(("-", "")) => piped()?,
        Some(_) => return Err(CommandError::usage("--key-from expects env:NAME, file:PATH or -")),
        None if can_ask() => ask_secret(&question).await.unwrap_or_default(),
        // Nobody is there to be asked, and nothing comes by itself.
        None if io::stdin().is_terminal() => String::new(),
        None => piped()?,
    };
    match typed.trim() {
        "" if login.optional => Ok(Key::None),
        "" => Err(CommandError::usage(format!("there is no {}: type it, or name it with --key-from", login.words))),
        key if key.contains("${") || key.chars().any(char::is_control) => {
            Err(CommandError::usage(format!("that is not a {}: it has several lines, or holds ${{", login.words)))
        }
        key => Ok(Key::Typed(key.into())),
    }
}

fn piped() -> Result<String, CommandError> {
    let mut text = String::new();
    let read = io::stdin().lock().take(KEY_LIMIT).read_to_string(&mut text);
    read.map_err(|error| CommandError::usage(format!("the key cannot be read from stdin: {}", error.kind())))?;
    Ok(text)
}

/// Asks the source as it would be configured.
async fn test(
    keys: &[(&str, String)],
    key: Option<(&str, String)>,
    config: &Config,
    global: &Global,
    places: &Places,
) -> Result<Greeting, CommandError> {
    let pairs = keys.iter().map(|(key, text)| (*key, text.as_str()));
    let pairs: Vec<(&str, &str)> = pairs.chain(key.iter().map(|(key, text)| (*key, text.as_str()))).collect();
    let path = Path::new("the new source");
    let wanted = config::parse(path, &config::source_text(&pairs))?;
    let Some(settings) = wanted.sources.first() else {
        return Err(CommandError::usage("the new source could not be read"));
    };
    let source = source::build(settings, &config.resolver(&places.config_file, !global.restricted));
    match timeout(PATIENCE, source.greet()).await {
        Ok(Ok(greeting)) => Ok(greeting),
        Ok(Err(error)) => Err(CommandError::new(Exit::Failed, format!("{error}; nothing was written"))),
        Err(_) => {
            let message = format!("no answer within {} s; nothing was written", PATIENCE.as_secs());
            Err(CommandError::new(Exit::Failed, message))
        }
    }
}

fn tell(out: &mut Output, kind: &str, name: &str, greeting: &Greeting, config_file: &Path) {
    let Greeting { who, what, limits } = greeting;
    let place = config_file.display().to_string();
    if out.is_json() {
        out.object(json!({"source": name, "kind": kind, "who": who, "what": what, "limits": limits, "config": place}));
        return;
    }
    let hello = if who.is_empty() { what.clone() } else { format!("hello {who}: {what}") };
    out.line(&hello);
    for limit in limits {
        out.line(limit);
    }
    out.line(&format!("wrote the source {name} to {place}"));
}
