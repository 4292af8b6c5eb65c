//! What the page on finding says is so.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use andon::app::keymap::{BINDINGS, Context};
use andon::config;
use andon::domain::query::Query;
use andon::domain::query::terms::{TERMS, Term, Value};
use regex_lite::Regex;

/// The table of terms, made from the terms.
fn terms() -> String {
    let words =
        |values: &[Value]| values.iter().map(|value| format!("`{}` ({})", value.word, value.help)).collect::<Vec<_>>();
    let row = |term: &Term| {
        let values = [words(term.values), words(term.special)].concat().join(", ");
        let values = if values.is_empty() { String::new() } else { format!(": {values}") };
        format!("| `{}` | {}{values} |", term.example, term.help)
    };
    let mut out = "| term | means |\n|---|---|\n".to_owned();
    for term in TERMS {
        let _ = writeln!(out, "{}", row(term));
    }
    out
}

#[test]
fn its_terms_are_those_of_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/finding.md");
    let page = fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once("<!-- terms -->\n").unwrap();
    let (now, tail) = rest.split_once("<!-- /terms -->").unwrap();
    if std::env::var_os("ANDON_BLESS").is_some() {
        fs::write(&path, format!("{head}<!-- terms -->\n{}<!-- /terms -->{tail}", terms())).unwrap();
        return;
    }
    assert_eq!(now, terms());
}

#[test]
fn its_examples_are_read_without_a_doubt() {
    let page = include_str!("../../docs/finding.md");
    let code = Regex::new("`([^`\n]+)`").unwrap();
    let terms = code.captures_iter(page).map(|found| found[1].to_owned());
    let terms: Vec<String> = terms.filter(|text| text.contains([':', '<']) && text.len() > 2).collect();
    assert!(terms.len() > TERMS.len(), "{terms:?}");
    for text in terms {
        assert_eq!(Query::parse(&text).doubts, [] as [String; 0], "{text}");
    }
}

#[test]
fn its_view_is_read_and_its_keys_mean_what_it_says() {
    let page = include_str!("../../docs/finding.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let view = rest.split_once("```").unwrap().0;
    let config = config::parse(Path::new("config.toml"), view).unwrap();
    assert_eq!(config.views.len(), 1);
    for (name, key, context) in [
        ("filter", "/", Context::Incidents),
        ("complete", "Tab", Context::Filter),
        ("older", "Up", Context::Filter),
        ("sort", "o", Context::Incidents),
        ("group", "O", Context::Incidents),
        ("shares", "=", Context::Incidents),
        ("next-view", "Tab", Context::Incidents),
        ("prev-view", "Shift+Tab", Context::Incidents),
        ("palette", ":", Context::Incidents),
        ("palette", "/", Context::Help),
    ] {
        let bound =
            BINDINGS.iter().any(|row| row.name == name && row.contexts.contains(&context) && row.keys.contains(&key));
        assert!(bound && page.contains(&format!("`{key}`")), "{name}");
    }
}
