//! The order of the house, read from the sources: who may use whom, what stays pure, how long a file may be.
//!
//! `ARCHITECTURE.md` explains the order. A fault names file and line; an exception needs a row, and a reason, in a table here.

mod circles;
mod key_names;
mod map;
mod modules;
mod reader;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use reader::{Mention, mentions};

const PURE: &[&str] = &["domain"];
const BELOW_THE_DOORS: &[&str] =
    &["domain", "secret", "template", "store", "net", "webhook", "source", "config", "runner"];

/// Each module and those it may use. Itself is always allowed.
const ORDER: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("app", PURE),
    ("view", &["domain", "app"]),
    ("secret", PURE),
    ("template", &["domain", "secret"]),
    ("store", PURE),
    ("net", &["domain", "secret"]),
    ("webhook", &["domain", "secret", "template", "net"]),
    ("source", &["domain", "secret", "template", "net"]),
    ("config", &["domain", "secret", "template", "net"]),
    ("runner", &["domain", "store", "secret", "template", "net", "config", "webhook", "source"]),
    (
        "runtime",
        &["domain", "app", "view", "secret", "template", "store", "net", "webhook", "source", "config", "runner"],
    ),
    ("cli", BELOW_THE_DOORS),
    ("demo", BELOW_THE_DOORS),
];

/// The crates that `domain` may use; `unicode-*` are allowed beside them.
// lz4_flex keeps the texts of a board small in memory, regex-lite judges the inputs of a press by their pattern,
// strsim measures how near names are, strum derives the words of enums; all are pure functions.
const DOMAIN_CRATES: &[&str] = &[
    "serde",
    "serde_json",
    "url",
    "http",
    "jiff",
    "secrecy",
    "lz4_flex",
    "compact_str",
    "regex_lite",
    "strsim",
    "strum",
];

/// What reads or changes the world, or a clock, and where it may not stand.
const OUTSIDE: &[(&[&str], &str)] = &[
    (&["app", "view"], "std::fs"),
    (&["app", "view"], "std::net"),
    (&["app", "view"], "std::env"),
    (&["app", "view"], "std::thread"),
    (&["app", "view"], "std::process"),
    (&["app", "view"], "tokio"),
    (&["domain"], "std::fs"),
    (&["domain"], "std::env"),
    (&["domain", "app", "view"], "Instant::now"),
    (&["domain", "app", "view"], "SystemTime"),
    (&["domain", "app", "view"], "Timestamp::now"),
    (&["domain", "app", "view"], "Zoned::now"),
    // Nothing in `app` draws. `ratatui::layout` is arithmetic on rectangles: what fits where is behaviour, because
    // scrolling depends on it.
    (&["app"], "ratatui"),
];

/// Exceptions to `OUTSIDE`, as prefixes of what is mentioned; the reasons stand beside the rules.
const ALLOWED_OUTSIDE: &[(&str, &str)] = &[("app", "ratatui::layout")];

const PRINTING: &[&str] = &["println", "eprintln", "print", "eprint", "dbg"];
/// Where printing is the job.
const MAY_PRINT: &[&str] = &["src/main.rs", "src/cli/output.rs"];

const LONGEST: usize = 450;

static FILES: LazyLock<Vec<SourceFile>> = LazyLock::new(all_files);

#[test]
fn every_module_uses_only_those_below_it() {
    report(FILES.iter().flat_map(SourceFile::order).collect());
}

#[test]
fn every_module_has_its_place_in_the_order() {
    let known: BTreeSet<_> = ORDER.iter().map(|(module, _)| (*module).to_owned()).collect();
    let found: BTreeSet<_> = FILES.iter().filter_map(|file| file.top().map(str::to_owned)).collect();
    let new: Vec<_> = found.difference(&known).collect();
    assert!(new.is_empty(), "give {new:?} a row in ORDER, and say in ARCHITECTURE.md what it is for");
}

#[test]
fn the_domain_uses_few_crates() {
    let crates = dependencies();
    assert!(crates.contains("tokio") && crates.contains("serde_json"), "Cargo.toml was not read");
    report(FILES.iter().flat_map(|file| file.domain_crates(&crates)).collect());
}

#[test]
fn screen_and_domain_touch_no_world_and_no_clock() {
    report(FILES.iter().flat_map(SourceFile::outside).collect());
}

#[test]
fn only_the_door_and_the_commands_print() {
    report(FILES.iter().flat_map(SourceFile::printing).collect());
}

#[test]
fn no_file_is_too_long() {
    report(FILES.iter().filter_map(SourceFile::length).collect());
}

/// A test that finds nothing may have looked nowhere: each rule must find what is planted here.
#[test]
fn what_is_planted_is_found() {
    let text = "
use crate::{domain::run::Run, store::{Store as Kept}};
use super::super::net;
mod inner { fn f() { super::super::super::runner::open(); } }
fn g() {
    tracing::info!(\"{}\", crate::webhook::payload());
    let now = std::time::Instant::now();
    std::fs::read(\"x\");
    println!(\"x\");
}
#[derive(thiserror::Error)]
struct E;
";
    let mut file = SourceFile::parse("src/app/planted.rs", text);
    let order = ["2: `app` may not use `store`", "3: `app` may not use `net`"];
    let order = order.into_iter().chain(["4: `app` may not use `runner`", "6: `app` may not use `webhook`"]);
    for (fault, wanted) in file.order().iter().zip(order.clone()) {
        assert!(fault.starts_with(&format!("src/app/planted.rs:{wanted}")), "{fault}");
    }
    assert_eq!(file.order().len(), order.count());
    assert_eq!(lines(&file.outside()), ["7", "8"]);
    assert_eq!(lines(&file.printing()), ["9"]);
    file.text = "\n".repeat(LONGEST + 1);
    assert!(file.length().is_some());

    let file = SourceFile::parse("src/domain/planted.rs", text);
    let crates = ["thiserror", "tracing", "serde"].map(str::to_owned).into();
    assert_eq!(lines(&file.domain_crates(&crates)), ["6", "11"]);
}

/// The line numbers of faults.
fn lines(faults: &[String]) -> Vec<&str> {
    faults.iter().map(|fault| fault.split(':').nth(1).unwrap()).collect()
}

#[allow(clippy::needless_pass_by_value, reason = "so that each rule is one line above")]
fn report(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} against the order of the house:\n{}", faults.len(), faults.join("\n"));
}

/// One file of `src`, read.
struct SourceFile {
    /// From the project's root: `src/app/model.rs`.
    path: String,
    text: String,
    mentions: Vec<Mention>,
}

impl SourceFile {
    fn parse(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), mentions: mentions(&module(path), text) }
    }

    /// The top module it belongs to; `None` for `main.rs` and `lib.rs`.
    fn top(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        inside.split_once('/').map(|(top, _)| top).or_else(|| inside.strip_suffix(".rs")).filter(|top| !is_root(top))
    }

    fn fault(&self, mention: &Mention, words: &str) -> String {
        format!("{}:{}: {words}", self.path, mention.line)
    }

    fn order(&self) -> Vec<String> {
        let Some(top) = self.top() else {
            return Vec::new();
        };
        let allowed = ORDER.iter().find(|(module, _)| *module == top).map_or(PURE, |(_, allowed)| allowed);
        let other = |mention: &Mention| -> Option<String> {
            let used = mention.path.strip_prefix("crate::")?.split("::").next()?;
            let fault = used != top && !allowed.contains(&used) && ORDER.iter().any(|(module, _)| *module == used);
            fault.then(|| self.fault(mention, &format!("`{top}` may not use `{used}`; it may use {allowed:?}")))
        };
        self.mentions.iter().filter_map(other).collect()
    }

    fn domain_crates(&self, crates: &BTreeSet<String>) -> Vec<String> {
        if self.top() != Some("domain") {
            return Vec::new();
        }
        let foreign = |mention: &&Mention| {
            let first = mention.path.split("::").next().unwrap_or_default();
            crates.contains(first) && !DOMAIN_CRATES.contains(&first) && !first.starts_with("unicode_")
        };
        let words = |mention: &Mention| self.fault(mention, &format!("`domain` may not use {}", mention.path));
        self.mentions.iter().filter(foreign).map(words).collect()
    }

    fn outside(&self) -> Vec<String> {
        let Some(top) = self.top() else {
            return Vec::new();
        };
        let mut faults = Vec::new();
        for mention in &self.mentions {
            let excused = ALLOWED_OUTSIDE.iter().any(|(module, path)| *module == top && holds(&mention.path, path));
            let rule = OUTSIDE.iter().find(|(modules, path)| modules.contains(&top) && holds(&mention.path, path));
            if let Some((_, path)) = rule.filter(|_| !excused) {
                faults.push(self.fault(mention, &format!("`{top}` may not use {path} (here: {})", mention.path)));
            }
        }
        faults
    }

    fn printing(&self) -> Vec<String> {
        let prints = |mention: &&Mention| mention.path.strip_suffix('!').is_some_and(|name| PRINTING.contains(&name));
        let found = self.mentions.iter().filter(prints).filter(|_| !MAY_PRINT.contains(&self.path.as_str()));
        found.map(|mention| self.fault(mention, &format!("{} belongs into cli/output.rs", mention.path))).collect()
    }

    fn length(&self) -> Option<String> {
        let lines = self.text.lines().count();
        (lines > LONGEST).then(|| format!("{}:{lines}: at most {LONGEST} lines a file; split it", self.path))
    }
}

/// Whether `path` has these segments, one after the other, somewhere.
fn holds(path: &str, wanted: &str) -> bool {
    format!("::{path}::").contains(&format!("::{wanted}::"))
}

fn is_root(name: &str) -> bool {
    name == "main" || name == "lib"
}

/// The module a file is: `src/store/log.rs` is `store`, `log`; `src/store/mod.rs` is `store`.
fn module(path: &str) -> Vec<String> {
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs");
    inside.split('/').filter(|part| *part != "mod" && !is_root(part)).map(str::to_owned).collect()
}

fn all_files() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = rust_files(&root.join("src"));
    assert!(paths.len() > 50, "the sources were not found");
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        SourceFile::parse(&name, &fs::read_to_string(path).unwrap())
    };
    paths.iter().map(read).collect()
}

/// The Rust files of a folder and those below it, in order.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut paths: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { paths.push(path) }
        }
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    paths.sort();
    paths
}

/// The crates of Cargo.toml, as they are written in code.
fn dependencies() -> BTreeSet<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let table: toml::Table = toml::from_str(&text).unwrap();
    table["dependencies"].as_table().unwrap().keys().map(|name| name.replace('-', "_")).collect()
}
