//! Faults of the configuration: where, what was expected, which name is near. Never a value that may be secret.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::domain::text::clean;

/// Everything that is wrong with the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// One text for each fault, in the order of the file, of several lines where a place is shown. Clean.
    pub faults: Vec<String>,
}

impl ConfigError {
    pub(super) fn plain(message: impl Into<String>) -> Self {
        Self { faults: vec![message.into()] }
    }

    pub(super) fn in_file(path: &Path, source: &str, mut faults: Vec<FileFault>) -> Self {
        faults.sort_by_key(|fault| (fault.span.start, fault.span.end));
        Self { faults: faults.iter().map(|fault| fault.render(path, source)).collect() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told: Vec<String> = self.faults.iter().map(|fault| format!("error: {fault}")).collect();
        f.write_str(&told.join("\n\n"))
    }
}

impl std::error::Error for ConfigError {}

/// One fault and its place in the file.
#[derive(Clone, Debug)]
pub(super) struct FileFault {
    /// What the mark points at, in bytes.
    pub(super) span: Range<usize>,
    /// The key whose value this is about.
    pub(super) key: Option<Range<usize>>,
    /// Whether the value under the mark may be shown.
    pub(super) plain: bool,
    /// What is wrong.
    pub(super) title: String,
    /// What was expected.
    pub(super) label: String,
    /// What to do, where that is more.
    pub(super) help: Option<String>,
}

impl FileFault {
    pub(super) fn new(span: Range<usize>, title: impl Into<String>, label: impl Into<String>) -> Self {
        Self { span, key: None, plain: false, title: title.into(), label: label.into(), help: None }
    }

    pub(super) fn at_key(mut self, key: Range<usize>) -> Self {
        self.key = Some(key);
        self
    }

    pub(super) fn plain(mut self, plain: bool) -> Self {
        self.plain = plain;
        self
    }

    pub(super) fn help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    fn render(&self, path: &Path, source: &str) -> String {
        let at = floor(source, self.span.start);
        let start = source[..at].rfind('\n').map_or(0, |end| end + 1);
        let number = source[..start].matches('\n').count() + 1;
        let (line, mark) = self.shown_line(source, start, at);
        let (title, label) = (clean(&self.title), clean(&self.label));
        let path = path.display().to_string();
        let mut group = Group::with_title(Level::ERROR.no_name().primary_title(title.as_ref())).element(
            Snippet::source(line.as_str())
                .line_start(number)
                .path(clean(&path).into_owned())
                .annotation(AnnotationKind::Primary.span(mark).label(label.as_ref())),
        );
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(clean(help).into_owned()));
        }
        Renderer::plain().render(&[group])
    }

    /// The line as it may be shown, and the mark in it. Columns stay as in the file; what may be secret does not:
    /// only the key, and the value where it is plain, are taken from the source.
    fn shown_line(&self, source: &str, start: usize, at: usize) -> (String, Range<usize>) {
        let end = source[at..].find('\n').map_or(source.len(), |length| at + length);
        let mark = at..floor(source, self.span.end).clamp(at, end);
        let key = self.key.clone().filter(|key| key.start >= start && key.end <= at.max(key.start));
        let Some(key) = key.or_else(|| (self.key.as_ref() == Some(&self.span)).then(|| mark.clone())) else {
            return alone(source, start, mark);
        };
        let before = &source[start..key.start];
        let in_header = before.starts_with('[') && before.trim_start_matches('[').is_empty();
        let mut line = if in_header { before.to_owned() } else { blanks(source, start, key.start) };
        let from = line.len();
        line.push_str(&clean(source[key.clone()].trim_end()));
        if mark == key {
            let to = line.len();
            line.push_str(&if in_header { before.replace('[', "]") } else { " = …".to_owned() });
            return (line, from..to);
        }
        line.push_str(&source[key.end..at]);
        let from = line.len();
        line.push_str(&if self.plain { clean(source[mark].trim_end_matches('\r')) } else { "…".into() });
        let to = line.len();
        (line, from..to)
    }
}

/// A place without a key: a table's header is shown, and nothing else is.
fn alone(source: &str, start: usize, mark: Range<usize>) -> (String, Range<usize>) {
    let mut line = blanks(source, start, mark.start);
    let from = line.len();
    let text = &source[mark];
    let name = text.trim_start_matches('[').trim_end_matches(']');
    let is_header =
        text.starts_with('[') && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    line.push_str(if is_header && !name.is_empty() { text } else { "…" });
    let to = line.len();
    (line, from..to)
}

/// As many blanks as there are characters, so that the column stays right.
fn blanks(source: &str, start: usize, end: usize) -> String {
    " ".repeat(source[start..end].chars().count())
}

fn floor(source: &str, at: usize) -> usize {
    source.floor_char_boundary(at.min(source.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_is_shown_and_the_column_stays() {
        let source = "x = { token = \"s3cret\", tokn = \"other\" }\n";
        let key = source.find("tokn").unwrap()..source.find("tokn").unwrap() + 4;
        let text =
            FileFault::new(key.clone(), "unknown key", "expected token").at_key(key).render(Path::new("c"), source);
        assert!(text.contains("c:1:25") && text.contains("tokn = …"), "{text}");
        assert!(!text.contains("s3cret") && !text.contains("other"), "{text}");
    }
}
