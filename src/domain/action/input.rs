//! What an action asks at the press.

use std::fmt;

use regex_lite::Regex;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use strum::IntoStaticStr;

use super::super::exact;
use super::super::text::clean;
use super::header::MASK;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum InputKind {
    #[default]
    String,
    Number,
    Boolean,
    Choice,
    /// Text that is never shown or stored.
    Secret,
}

impl InputKind {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 5] = [Self::String, Self::Number, Self::Boolean, Self::Choice, Self::Secret];

    /// The word of the configuration.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// One value that is asked at the press. It reaches the payload as `inputs.NAME`.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Input {
    /// Its name: letters, digits and `_`.
    pub name: String,
    pub kind: InputKind,
    /// What can be chosen, for a choice.
    pub choices: Vec<String>,
    /// What stands there before anything is typed.
    pub default: Option<Value>,
    pub required: bool,
    /// A regular expression that the whole of a text must match; empty: any.
    pub pattern: String,
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// One line for whoever fills it in.
    pub help: String,
}

impl fmt::Debug for Input {
    /// Says nothing of a default that is a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = self.is_secret() && self.default.is_some();
        let hidden = Some(Value::from(MASK));
        f.debug_struct("Input")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("choices", &self.choices)
            .field("default", if secret { &hidden } else { &self.default })
            .field("required", &self.required)
            .field("pattern", &self.pattern)
            .field("min", &self.min)
            .field("max", &self.max)
            .field("help", &self.help)
            .finish()
    }
}

impl Input {
    /// Whether its value is never shown nor stored.
    pub fn is_secret(&self) -> bool {
        self.kind == InputKind::Secret
    }

    /// The text that stands there before anything is typed.
    pub fn default_text(&self) -> String {
        match &self.default {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        }
    }

    /// Whether its default holds expressions, which are filled at the press.
    pub fn is_filled(&self) -> bool {
        !self.is_secret()
            && matches!(&self.default, Some(Value::String(text)) if ["{{", "{%", "$${"].iter().any(|mark| text.contains(mark)))
    }

    /// The value of what was typed; `None` where nothing was given and nothing must be. The error is one sentence for
    /// beside the field, and never repeats a secret.
    pub fn accept(&self, text: &str) -> Result<Option<Value>, String> {
        if text.is_empty() {
            return if self.required { Err("a value is needed".to_owned()) } else { Ok(None) };
        }
        // Left as it stands: what it is filled with is judged at the press.
        if self.is_filled() && text == self.default_text() {
            return Ok(Some(text.into()));
        }
        match self.kind {
            InputKind::String | InputKind::Secret => self.text(text).map(Some),
            InputKind::Number => self.number(text).map(Some),
            InputKind::Boolean => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "y" | "on" => Ok(Some(true.into())),
                "false" | "no" | "n" | "off" => Ok(Some(false.into())),
                _ => Err("write yes or no".to_owned()),
            },
            InputKind::Choice if self.choices.iter().any(|choice| choice == text) => Ok(Some(text.into())),
            InputKind::Choice => Err(format!("choose one of {}", clean(&self.choices.join(", ")))),
        }
    }

    fn text(&self, text: &str) -> Result<Value, String> {
        if self.pattern.is_empty() {
            return Ok(text.into());
        }
        let whole = Regex::new(&format!("^(?:{})$", self.pattern))
            .map_err(|_| "its pattern is not a regular expression; edit the action".to_owned())?;
        if whole.is_match(text) {
            Ok(text.into())
        } else {
            Err(format!("does not match the pattern {}", clean(&self.pattern)))
        }
    }

    fn number(&self, text: &str) -> Result<Value, String> {
        let text = text.trim();
        // Only its size is asked of it: it goes on as it is written.
        serde_json::from_str::<Number>(text).map_err(|_| "write a number".to_owned())?;
        let size: f64 = text.parse().map_err(|_| "write a number".to_owned())?;
        match (self.min, self.max) {
            (Some(min), _) if size < min => Err(format!("at least {min}")),
            (_, Some(max)) if size > max => Err(format!("at most {max}")),
            _ => Ok(exact::number(text).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_takes_what_it_is() {
        let input = |kind| Input { kind, choices: vec!["v41".to_owned()], ..Input::default() };
        assert_eq!(input(InputKind::Number).accept("4.5").unwrap(), Some(serde_json::json!(4.5)));
        assert_eq!(input(InputKind::Boolean).accept("Yes").unwrap(), Some(true.into()));
        assert_eq!(input(InputKind::Choice).accept("v41").unwrap(), Some("v41".into()));
        assert_eq!(input(InputKind::Choice).accept("v42").unwrap_err(), "choose one of v41");
        assert_eq!(input(InputKind::String).accept("").unwrap(), None);
        assert!(Input { required: true, ..input(InputKind::String) }.accept("").is_err());
    }

    #[test]
    fn bounds_and_patterns_hold_for_the_whole_value() {
        let number = Input { kind: InputKind::Number, min: Some(1.0), max: Some(5.0), ..Input::default() };
        assert_eq!(number.accept("1e400").unwrap_err(), "at most 5", "also what no float holds");
        assert!(number.accept("0").is_err() && number.accept("6").is_err() && number.accept("x").is_err());
        assert!(number.accept("5").is_ok());
        let text = Input { pattern: "v[0-9]+".to_owned(), ..Input::default() };
        assert!(text.accept("v41").is_ok() && text.accept("v41; rm").is_err());
        let secret = Input { kind: InputKind::Secret, pattern: "[a-z]+".to_owned(), ..Input::default() };
        assert!(!secret.accept("S3CRET").unwrap_err().contains("S3CRET"));
    }
}
