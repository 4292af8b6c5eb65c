//! Circles among files: those that use each other in a ring, so that none can be read alone.
//!
//! A name that a module hands on with `pub use` counts for the file that defines it. A parent and the files below it may
//! know each other (a module's file and its parts are one thing in several rooms); any other ring is a fault.

use std::collections::{BTreeMap, BTreeSet};

use super::SourceFile;

/// At most so many rings of a parent and its parts.
const FAMILIES: usize = 6;

#[test]
fn no_files_use_each_other_in_a_ring() {
    let graph = Graph::of(&super::FILES);
    assert!(graph.uses.len() > 100 && graph.uses.values().flatten().count() > 300, "the imports were not read");
    let rings = graph.rings();
    let strangers: Vec<_> = rings.iter().filter(|ring| !is_family(ring)).map(|ring| graph.words(ring)).collect();
    assert!(strangers.is_empty(), "{} rings of files:\n{}", strangers.len(), strangers.join("\n"));
    let families: Vec<_> = rings.iter().map(|ring| graph.words(ring)).collect();
    assert!(families.len() <= FAMILIES, "{} rings of parent and child:\n{}", families.len(), families.join("\n"));
}

#[test]
fn a_planted_ring_is_found() {
    let file = |path: &str, text: &str| SourceFile::parse(path, text);
    let files = [
        file(
            "src/net/mod.rs",
            "mod client; mod trust; mod alone; pub use client::Client; pub use self::trust::Trust as T;",
        ),
        file("src/net/client.rs", "use super::trust::Trust; pub struct Client;"),
        file("src/net/trust.rs", "use crate::net::Client; pub struct Trust;"),
        file("src/net/alone.rs", "use super::{Client, T};"),
        file("src/form.rs", "mod part; pub struct Form(part::Part);"),
        file("src/form/part.rs", "use super::Form; pub struct Part;"),
    ];
    let rings = Graph::of(&files).rings();
    let wanted: [&[&str]; 2] = [&["src/form.rs", "src/form/part.rs"], &["src/net/client.rs", "src/net/trust.rs"]];
    assert_eq!(rings, wanted);
    assert!(is_family(&rings[0]) && !is_family(&rings[1]));
}

/// Who uses whom, by path.
struct Graph {
    uses: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    fn of(files: &[SourceFile]) -> Self {
        // The crate's own root names every module, and `main.rs` uses it from outside.
        let inside = files.iter().filter(|file| file.top().is_some());
        let modules: BTreeMap<String, &SourceFile> = inside.map(|file| (module_path(&file.path), file)).collect();
        let mut uses = BTreeMap::new();
        for file in files.iter().filter(|file| !file.path.ends_with("tests.rs")) {
            let own = module_path(&file.path);
            let mentions = file.mentions.iter().filter(|mention| mention.exported.is_none());
            let targets = mentions.filter_map(|mention| defined_in(&mention.path, &own, &modules));
            let others: BTreeSet<String> = targets.filter(|path| *path != file.path).collect();
            uses.insert(file.path.clone(), others);
        }
        Self { uses }
    }

    /// Groups of two files or more of which each reaches all others, in order.
    fn rings(&self) -> Vec<Vec<String>> {
        let reached: BTreeMap<&str, BTreeSet<&str>> =
            self.uses.keys().map(|path| (path.as_str(), self.reached(path))).collect();
        let mut rings = BTreeSet::new();
        for (path, others) in &reached {
            let ring: Vec<String> = others
                .iter()
                .filter(|other| reached.get(**other).is_some_and(|back| back.contains(path)))
                .map(|other| (*other).to_owned())
                .collect();
            if ring.len() > 1 {
                rings.insert(ring);
            }
        }
        rings.into_iter().collect()
    }

    fn reached(&self, from: &str) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut next: Vec<&str> = self.uses[from].iter().map(String::as_str).collect();
        while let Some(path) = next.pop() {
            if seen.insert(path) {
                next.extend(self.uses.get(path).into_iter().flatten().map(String::as_str));
            }
        }
        seen
    }

    fn words(&self, ring: &[String]) -> String {
        let inside = |path: &String| {
            let others: Vec<_> = self.uses[path].iter().filter(|other| ring.contains(other)).cloned().collect();
            format!("  {path} uses {}", others.join(", "))
        };
        ring.iter().map(inside).collect::<Vec<_>>().join("\n")
    }
}

/// Whether one of these files is the module that all others are parts of.
fn is_family(ring: &[String]) -> bool {
    let modules: Vec<String> = ring.iter().map(|path| module_path(path)).collect();
    modules.iter().any(|parent| {
        modules.iter().filter(|module| *module != parent).all(|module| {
            module
                .strip_prefix(parent.as_str())
                .and_then(|rest| rest.strip_prefix("::"))
                .is_some_and(|rest| !rest.contains("::"))
        })
    })
}

/// `src/store/log.rs` is `crate::store::log`.
fn module_path(path: &str) -> String {
    std::iter::once("crate".to_owned()).chain(super::module(path)).collect::<Vec<_>>().join("::")
}

/// The file that defines what `path` names where `module` mentions it, through every `pub use` on the way.
fn defined_in(path: &str, module: &str, modules: &BTreeMap<String, &SourceFile>) -> Option<String> {
    let mut path = absolute(path, module, modules)?;
    for _ in 0..8 {
        let segments: Vec<&str> = path.split("::").collect();
        let (length, file) = (1..=segments.len())
            .rev()
            .find_map(|length| Some((length, modules.get(&segments[..length].join("::"))?)))?;
        let name = segments.get(length).copied();
        let export =
            file.mentions.iter().find(|mention| mention.exported.is_some() && mention.exported.as_deref() == name);
        let target = export.and_then(|export| absolute(&export.path, &module_path(&file.path), modules));
        match target {
            Some(target) if target != path => path = [&[target.as_str()], &segments[length + 1..]].concat().join("::"),
            _ => return Some(file.path.clone()),
        }
    }
    None
}

/// A path of ours from the root; one that begins with a child module's name is meant from where it stands.
fn absolute(path: &str, module: &str, modules: &BTreeMap<String, &SourceFile>) -> Option<String> {
    if path == "crate" || path.starts_with("crate::") {
        return Some(path.to_owned());
    }
    let first = path.split("::").next()?;
    modules.contains_key(&format!("{module}::{first}")).then(|| format!("{module}::{path}"))
}
