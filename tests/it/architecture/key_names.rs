//! Only the key table names keys: prose asks it, so that it is true after a key was bound otherwise.

use andon::app::keymap::BINDINGS;
use proc_macro2::{TokenStream, TokenTree};
use regex_lite::Regex;
use syn::visit::{self, Visit};

use super::{FILES, SourceFile, report};

/// Where keys have their names: the table, and what reads it.
const NAME_KEYS: &[&str] = &["src/app/keymap.rs", "src/app/keymap/table.rs", "src/app/keys.rs"];

/// What names a key in prose.
const PATTERNS: &[&str] = &[
    r"\b(Enter|Esc|Escape|PgUp|PgDn|PageUp|PageDown|Backspace|Tab)\b",
    r"\b(Ctrl|Alt|Shift)[-+]",
    // `press x again`, `press ?`
    r"\b[Pp]ress(es)? ([b-zB-Z]|[?/!.,])( |$)",
    // `n adds one`, `held: u takes it back`
    r"(^|[;:,.(] ?)[b-zB-Z] [a-z]{3,}s\b",
    // `the log (l)`
    r"[a-z] \([a-zA-Z?]\)",
    r"`[a-zA-Z?/!]`",
];

/// What has a key's colour and is a mark: what is kept here only, and what is snoozed.
const MARKS: &[&str] = &["\"° \"", "\"z \""];

#[test]
fn only_the_key_table_names_keys() {
    report(FILES.iter().filter(|file| is_searched(file)).flat_map(faults).collect());
}

#[test]
fn what_prose_asks_of_the_key_table_is_there() {
    let placeholder = Regex::new(r"<([a-z]+(-[a-z0-9]+)*)>").unwrap();
    let mut asked = 0;
    for file in FILES.iter().filter(|file| is_searched(file) && !file.path.starts_with("src/domain")) {
        for (line, text) in texts(&file.text) {
            for name in placeholder.captures_iter(&text).map(|found| found[1].to_owned()) {
                asked += 1;
                let known = BINDINGS.iter().any(|row| row.name == name);
                assert!(known, "{}:{line}: no row of the key table is called {name}", file.path);
            }
        }
    }
    assert!(asked > 30, "the texts were not found: {asked}");
}

#[test]
fn what_is_planted_is_found() {
    for (planted, found) in [
        ("say(\"Enter sends\")", true),
        ("say(\"not stopped; press Ctrl-Z again\")", true),
        ("say(\"no actions yet: n adds one\")", true),
        ("say(\"press r again\")", true),
        ("format!(\"stays in the log (l): {}\", 1)", true),
        ("row.and(Tone::Key, \"y\")", true),
        ("say(\"<send> sends\")", false),
        ("say(\"a press is a press\")", false),
    ] {
        let file = SourceFile::parse("src/app/planted.rs", &format!("fn f() {{ {planted}; }}"));
        assert_eq!(!faults(&file).is_empty(), found, "{planted}");
    }
}

fn is_searched(file: &SourceFile) -> bool {
    let inside = ["src/app/", "src/view/", "src/domain/", "src/runtime/"].iter().any(|top| file.path.starts_with(top));
    inside && !NAME_KEYS.contains(&file.path.as_str()) && !file.path.ends_with("tests.rs")
}

fn faults(file: &SourceFile) -> Vec<String> {
    let patterns: Vec<Regex> = PATTERNS.iter().map(|pattern| Regex::new(pattern).unwrap()).collect();
    let label = Regex::new("Tone::Key, \"[^<\"]").unwrap();
    let mut out: Vec<String> = texts(&file.text)
        .into_iter()
        .filter(|(_, text)| patterns.iter().any(|pattern| pattern.is_match(text)))
        .map(|(line, text)| format!("{}:{line}: names a key: {text:?}", file.path))
        .collect();
    let labels = file
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| label.is_match(line) && !MARKS.iter().any(|mark| line.contains(mark)));
    out.extend(labels.map(|(at, line)| format!("{}:{}: names a key: {}", file.path, at + 1, line.trim())));
    out
}

/// The string literals of a file with their lines, without those of its tests and comments.
fn texts(source: &str) -> Vec<(usize, String)> {
    let mut reader = Texts(Vec::new());
    reader.visit_file(&syn::parse_file(source).unwrap());
    reader.0
}

struct Texts(Vec<(usize, String)>);

impl Texts {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                        self.0.push((literal.span().start().line, text.value()));
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Texts {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let is_test = |attribute: &syn::Attribute| {
            attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|name| name == "test")
        };
        if !item.attrs.iter().any(is_test) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.0.push((text.span().start().line, text.value()));
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.tokens(item.tokens.clone());
    }
}
