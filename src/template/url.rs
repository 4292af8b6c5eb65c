//! Endpoints, filled: where an expression stands decides what its value may be.

use minijinja::{Error, Value};
use url::Url;

use super::TemplateError;
use super::context::{Context, shown};
use super::engine::url_encode;
use super::error::refuse;
use super::fill::bounded;
use super::parts::{Part, parts};
use super::value::to_text;
use crate::domain::action::MASK;
use crate::domain::text::clean;

/// A value for a URL, and what it is.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    text: String,
    is: Is,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    /// A value that anybody may have written.
    Plain,
    /// One that is encoded already (`| urlencode`).
    Encoded,
    /// What a reference says: written by whoever presses, who may have it from an address as it stands.
    Read,
    /// A reference as it is written.
    Reference,
}

/// A value as a piece of a URL.
pub(super) fn piece(value: &Value) -> Result<Piece, Error> {
    Ok(Piece { text: to_text(value)?, is: if value.is_safe() { Is::Encoded } else { Is::Plain } })
}

/// Where in a URL a place is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zone {
    Scheme,
    Authority,
    Path,
    Query,
}

/// Fills an endpoint. An expression in the host stands for whole DNS labels; in the path and the query everything of
/// its value but unreserved characters is encoded, so that it stays one segment or one value; nowhere before the host.
pub fn fill_url(text: &str, context: &Context) -> Result<String, TemplateError> {
    let mut hidden = false;
    let filled = fill_parts(&parts(text.trim())?, &mut |expression| {
        if expression.starts_with("${") {
            let (text, is_itself) = context.reference(expression)?;
            let is = if is_itself { Is::Reference } else { Is::Read };
            return Ok(Some(Piece { text: text.to_owned(), is }));
        }
        let piece = context.evaluate(expression, piece)?;
        hidden |= piece.is_none();
        Ok(piece)
    })?;
    let url = if hidden { return Ok(filled) } else { Url::parse(&filled) };
    match url {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(filled),
        Ok(_) => Err(refuse("an endpoint begins with http:// or https://")),
        Err(error) => Err(refuse(&format!("filled in, this is not a valid URL: {error}"))),
    }
}

/// A URL whose expressions are what `value` says; `None` of it stands for what must not be shown.
pub(super) fn fill_parts(
    parts: &[Part<'_>],
    value: &mut dyn FnMut(&str) -> Result<Option<Piece>, TemplateError>,
) -> Result<String, TemplateError> {
    places(parts)?;
    Filler { out: String::new(), zone: Zone::Scheme, segment: 0, filled: false }.fill(parts, value)
}

/// The rest of a URL whose beginning came from an answer and is taken as it is: a path, or a query.
pub(super) fn fill_rest(
    start: String,
    parts: &[Part<'_>],
    value: &mut dyn FnMut(&str) -> Result<Option<Piece>, TemplateError>,
) -> Result<String, TemplateError> {
    let zone = if start.contains(['?', '#']) { Zone::Query } else { Zone::Path };
    let segment = start.rfind('/').map_or(0, |at| at + 1);
    Filler { out: start, zone, segment, filled: false }.fill(parts, value)
}

struct Filler {
    out: String,
    zone: Zone,
    /// Where the present path segment begins.
    segment: usize,
    /// Whether an expression stands in it.
    filled: bool,
}

impl Filler {
    fn fill(
        mut self,
        parts: &[Part<'_>],
        value: &mut dyn FnMut(&str) -> Result<Option<Piece>, TemplateError>,
    ) -> Result<String, TemplateError> {
        for part in parts {
            match part {
                Part::Text(text) => self.literal(text)?,
                Part::Expression(expression) => {
                    let piece = value(expression)?;
                    self.value(piece).map_err(|error| about(expression, &error.message))?;
                }
                // No expression begins like a reference, so that one closure answers for both.
                Part::Reference(written) => {
                    let piece = value(written)?;
                    self.value(piece).map_err(|error| refuse(&format!("{}: {}", clean(written), error.message)))?;
                }
            }
            bounded(self.out.len())?;
        }
        self.end_segment()?;
        Ok(self.out)
    }

    fn literal(&mut self, text: &str) -> Result<(), TemplateError> {
        for ch in text.chars() {
            match (self.zone, ch) {
                (Zone::Scheme, '/') if self.out.ends_with(":/") => self.zone = Zone::Authority,
                (Zone::Authority | Zone::Path, '/' | '\\') => {
                    self.end_segment()?;
                    self.zone = Zone::Path;
                    self.segment = self.out.len() + 1;
                }
                (Zone::Authority | Zone::Path, '?' | '#') => {
                    self.end_segment()?;
                    self.zone = Zone::Query;
                }
                _ => {}
            }
            self.out.push(ch);
        }
        Ok(())
    }

    fn value(&mut self, piece: Option<Piece>) -> Result<(), TemplateError> {
        let Some(piece) = piece else {
            self.out.push_str(MASK);
            self.filled = self.zone == Zone::Path;
            return Ok(());
        };
        match self.zone {
            Zone::Scheme => return Err(refuse("no expression is allowed before the host")),
            Zone::Authority if is_labels(&piece.text) => self.out.push_str(&piece.text),
            Zone::Authority => {
                return Err(refuse("a host name has only letters, digits and -, in labels of 1 to 63"));
            }
            Zone::Path | Zone::Query => {
                // `%2` before it and `f` in it would make a slash.
                let tail = &self.out[self.out.len().saturating_sub(2)..];
                if tail.ends_with('%') || (tail.starts_with('%') && tail.ends_with(|ch: char| ch.is_ascii_hexdigit())) {
                    return Err(refuse("it is inside of a %-escape"));
                }
                self.out.push_str(&encoded(&piece, self.zone));
                self.filled |= self.zone == Zone::Path && piece.is != Is::Reference;
            }
        }
        Ok(())
    }

    /// Values must not change which segments a path has; a reference may bring several in, none of which leads away.
    fn end_segment(&mut self) -> Result<(), TemplateError> {
        let filled = std::mem::take(&mut self.filled);
        if self.zone != Zone::Path || !filled {
            return Ok(());
        }
        let segments = self.out[self.segment..].to_ascii_lowercase().replace("%2e", ".");
        segments.split('/').try_for_each(|segment| match segment {
            "" => Err(refuse("a part of the path would be empty: that is another address")),
            "." | ".." => Err(refuse("a part of the path would be \".\" or \"..\": that is another address")),
            _ => Ok(()),
        })
    }
}

fn encoded(piece: &Piece, zone: Zone) -> String {
    match piece.is {
        Is::Reference => piece.text.clone(),
        Is::Encoded | Is::Read if is_encoded(&piece.text) => piece.text.clone(),
        // A part of a path that is kept secret may be several segments.
        Is::Read if zone == Zone::Path => {
            let segment = |text: &str| if is_encoded(text) { text.to_owned() } else { url_encode(text) };
            piece.text.split('/').map(segment).collect::<Vec<_>>().join("/")
        }
        Is::Plain | Is::Encoded | Is::Read => url_encode(&piece.text),
    }
}

/// Whether nothing in a text means anything to an address but escapes that are whole.
fn is_encoded(text: &str) -> bool {
    let whole =
        |at: usize| text.as_bytes().get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    text.bytes().enumerate().all(|(at, byte)| match byte {
        b'%' => whole(at),
        byte => byte.is_ascii_alphanumeric() || b"-._~".contains(&byte),
    })
}

/// Whether a text is DNS labels joined by dots.
fn is_labels(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

/// Whether expressions stand only where they can. Needs no values.
pub(super) fn places(parts: &[Part<'_>]) -> Result<(), TemplateError> {
    let Some(Part::Text(first)) = parts.first() else {
        return Err(refuse(
            "an endpoint begins with http:// or https://, and no expression is allowed before the host",
        ));
    };
    let lower = first.to_ascii_lowercase();
    let Some(scheme) = ["http://", "https://"].into_iter().find(|scheme| lower.starts_with(scheme)) else {
        return Err(refuse(
            "an endpoint begins with http:// or https://, and no expression is allowed before the host",
        ));
    };
    for part in parts {
        if let Part::Text(text) = part
            && text.chars().any(|ch| ch.is_whitespace() || ch.is_control())
        {
            return Err(refuse("an endpoint cannot hold spaces; write %20"));
        }
    }
    authority(first[scheme.len()..].chars().map(Place::Char).collect(), &parts[1..])
}

#[derive(Clone, Copy, PartialEq)]
enum Place<'a> {
    Char(char),
    Expression(&'a str),
    Reference,
}

/// Judges the expressions between the scheme and the path.
fn authority<'a>(mut places: Vec<Place<'a>>, rest: &[Part<'a>]) -> Result<(), TemplateError> {
    for part in rest {
        match part {
            Part::Text(text) => places.extend(text.chars().map(Place::Char)),
            Part::Expression(expression) => places.push(Place::Expression(expression)),
            Part::Reference(_) => places.push(Place::Reference),
        }
    }
    let end = places.iter().position(|place| matches!(place, Place::Char('/' | '\\' | '?' | '#')));
    let places = &places[..end.unwrap_or(places.len())];
    if places.contains(&Place::Reference) {
        return Err(refuse("a reference stands in the path or the query of an endpoint: where it goes must be seen"));
    }
    let host = places.iter().rposition(|place| *place == Place::Char('@')).map_or(0, |at| at + 1);
    let port = (host..places.len()).find(|at| places[*at] == Place::Char(':')).unwrap_or(places.len());
    for (at, place) in places.iter().enumerate() {
        let Place::Expression(expression) = place else { continue };
        let before = at.checked_sub(1).filter(|before| *before >= host).map(|before| places[before]);
        let after = places.get(at + 1).copied();
        if at < host {
            return Err(about(expression, "no expression is allowed before the host"));
        } else if at > port {
            return Err(about(expression, "no expression is allowed in the port"));
        } else if !matches!(before, None | Some(Place::Char('.')))
            || !matches!(after, None | Some(Place::Char('.' | ':')))
        {
            return Err(about(expression, "in the host an expression must be a whole label, between dots"));
        }
    }
    Ok(())
}

fn about(expression: &str, words: &str) -> TemplateError {
    refuse(&format!("{{{{ {} }}}}: {words}", shown(expression)))
}
