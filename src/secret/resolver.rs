//! From text with references to the value.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::read;
use super::reference::{Part, Reference, parse};

/// What may be read for whoever wrote the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Text of the configuration: every kind.
    Configuration,
    /// An action of a private local store: `${secret:}`, `${env:}` and `${file:}`.
    LocalAction,
    /// An action that others may have edited: `${secret:}` only. Else they would read the presser's files.
    SharedAction,
}

/// Why text could not be filled in. Names the reference, never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretError {
    /// The reference as written, empty where the text holds none that can be read.
    pub reference: String,
    /// What went wrong, and what to do.
    pub problem: String,
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.reference.is_empty() {
            f.write_str(&self.problem)
        } else {
            write!(f, "{}: {}", self.reference, self.problem)
        }
    }
}

impl std::error::Error for SecretError {}

/// Reads what references name.
#[derive(Clone, Debug, Default)]
pub struct Resolver {
    named: BTreeMap<String, Reference>,
    allow_cmd: bool,
    base: PathBuf,
}

impl Resolver {
    /// A resolver for the given `[secrets]`. Relative paths are taken from `base` (the configuration's folder).
    /// Without `allow_cmd` (restricted mode) no command is ever run.
    pub fn new(named: BTreeMap<String, Reference>, allow_cmd: bool, base: impl Into<PathBuf>) -> Self {
        Self { named, allow_cmd, base: base.into() }
    }

    /// The names under `[secrets]`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.named.keys().map(String::as_str)
    }

    /// Whether programs may be started for the configuration: not in restricted mode.
    pub fn may_run_commands(&self) -> bool {
        self.allow_cmd
    }

    /// A path of the configuration: `~/` is the home directory, a relative one begins at the configuration's folder.
    pub fn path(&self, text: &str) -> PathBuf {
        match (text.strip_prefix("~/"), std::env::home_dir()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => self.base.join(Path::new(text)),
        }
    }

    /// Fills in every reference of `text`.
    ///
    /// Blocks: it reads files and may run a command for up to 5 seconds. From async code, call it on a thread for
    /// blocking work.
    pub fn resolve(&self, text: &str, allowed: Allowed) -> Result<SecretString, SecretError> {
        let parts = parse(text).map_err(|bad| SecretError { reference: String::new(), problem: bad.message })?;
        let mut out = Zeroizing::new(String::new());
        for part in parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Reference(reference) => {
                    let value = self.read(&reference, allowed).map_err(|problem| fail(&reference, problem))?;
                    out.push_str(value.expose_secret());
                }
            }
        }
        Ok(SecretString::from(out.as_str()))
    }

    fn read(&self, reference: &Reference, allowed: Allowed) -> Result<SecretString, String> {
        match reference {
            Reference::Secret(name) => self.read_named(name),
            Reference::Env(_) | Reference::File(_) if allowed == Allowed::SharedAction => {
                Err("an action of a shared store may only name ${secret:NAME}; put it under [secrets]".to_owned())
            }
            Reference::Cmd(_) if allowed != Allowed::Configuration => {
                Err("an action cannot run a command; put it under [secrets] and name it by ${secret:NAME}".to_owned())
            }
            other => self.read_plain(other),
        }
    }

    /// What `[secrets]` names was written by whoever presses, so every kind is allowed there.
    fn read_named(&self, name: &str) -> Result<SecretString, String> {
        match self.named.get(name) {
            Some(Reference::Secret(_)) => Err("a secret cannot name another one".to_owned()),
            Some(reference) => {
                self.read_plain(reference).map_err(|problem| format!("it is {reference}, and there {problem}"))
            }
            None => Err("no such name under [secrets] in the configuration; add it there".to_owned()),
        }
    }

    fn read_plain(&self, reference: &Reference) -> Result<SecretString, String> {
        match reference {
            Reference::Env(name) => read::variable(name),
            Reference::File(path) => read::file(&self.path(path)),
            Reference::Cmd(_) if !self.allow_cmd => Err("no command is run in restricted mode".to_owned()),
            Reference::Cmd(command) => read::command(command, read::COMMAND_LIMIT),
            Reference::Secret(name) => self.read_named(name),
        }
    }
}

fn fail(reference: &Reference, problem: String) -> SecretError {
    SecretError { reference: reference.to_string(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolver(dir: &Path) -> Resolver {
        let named = BTreeMap::from([
            ("CI".to_owned(), Reference::File("token".into())),
            ("GONE".to_owned(), Reference::File("gone".into())),
            ("RUN".to_owned(), Reference::Cmd("printf '%s\\n\\n' a b".into())),
        ]);
        Resolver::new(named, true, dir)
    }

    fn value(resolver: &Resolver, text: &str, allowed: Allowed) -> Result<String, String> {
        resolver.resolve(text, allowed).map(|value| value.expose_secret().to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn values_are_read_and_one_line_end_goes() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("token"), "s3cret\n").unwrap();
        let resolver = resolver(dir.path());
        assert_eq!(value(&resolver, "Bearer ${secret:CI}", Allowed::SharedAction).unwrap(), "Bearer s3cret");
        assert_eq!(value(&resolver, "${file:token}", Allowed::LocalAction).unwrap(), "s3cret");
        assert_eq!(value(&resolver, "${secret:RUN}", Allowed::SharedAction).unwrap(), "a\n\nb\n");
        assert_eq!(value(&resolver, "${cmd:cat; echo x}", Allowed::Configuration).unwrap(), "x");
        assert_eq!(value(&resolver, "plain", Allowed::SharedAction).unwrap(), "plain");
    }

    #[test]
    fn an_action_cannot_read_what_is_not_its_own() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("token"), "s3cret\n").unwrap();
        let resolver = resolver(dir.path());
        for (text, allowed, part) in [
            ("${file:token}", Allowed::SharedAction, "may only name ${secret:NAME}"),
            ("${env:HOME}", Allowed::SharedAction, "may only name ${secret:NAME}"),
            ("${cmd:id}", Allowed::LocalAction, "cannot run a command"),
            ("${secret:NOPE}", Allowed::Configuration, "${secret:NOPE}: no such name"),
            ("${secret:GONE}", Allowed::Configuration, "${file:gone}"),
            ("${env:ANDON_SURELY_UNSET}", Allowed::Configuration, "is not set"),
            ("${cmd:echo s3cret; exit 3}", Allowed::Configuration, "ended with 3"),
        ] {
            let error = value(&resolver, text, allowed).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
        let restricted = Resolver::new(BTreeMap::new(), false, dir.path());
        assert!(value(&restricted, "${cmd:id}", Allowed::Configuration).unwrap_err().contains("restricted"));
    }
}
