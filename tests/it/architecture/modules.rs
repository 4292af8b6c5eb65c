//! No source file is forgotten: each is reached by a `mod` from its crate's root, or it is never compiled.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::architecture::rust_files;

#[test]
fn every_file_is_reached_by_a_mod() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (folder, roots) in [("src", &["lib.rs", "main.rs"][..]), ("tests/it", &["main.rs"])] {
        let left = unreached(&project.join(folder), roots);
        assert!(left.is_empty(), "no `mod` leads to these files of {folder}: {left:?}");
    }
}

#[test]
fn a_planted_file_is_found() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("main.rs", "mod a;\npub(crate) mod b;\n#[path = \"elsewhere/e.rs\"]\nmod d;\n");
    write("a.rs", "mod inner;");
    write("a/inner.rs", "");
    write("b/mod.rs", "mod inner;");
    write("b/inner.rs", "");
    write("elsewhere/e.rs", "");
    assert!(unreached(folder.path(), &["main.rs"]).is_empty());
    write("b/planted.rs", "");
    write("planted/mod.rs", "");
    let planted = ["b/planted.rs", "planted/mod.rs"].map(|name| folder.path().join(name));
    assert_eq!(unreached(folder.path(), &["main.rs"]), planted);
}

/// The files of `folder` to which no `mod` leads from these roots. Read by lines, as rustfmt lays them.
fn unreached(folder: &Path, roots: &[&str]) -> Vec<PathBuf> {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<_> = roots.iter().map(|root| folder.join(root)).collect();
    while let Some(path) = waiting.pop() {
        let text = fs::read_to_string(&path).unwrap();
        let here = path.parent().unwrap();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let children = if ["mod", "main", "lib"].contains(&stem) { here.to_owned() } else { here.join(stem) };
        let mut given = None;
        for line in text.lines() {
            if let Some(path) = line.strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix("\"]")) {
                given = Some(here.join(path));
            } else if let Some(name) = declared(line) {
                let inside = children.join(name);
                let both = [inside.with_extension("rs"), inside.join("mod.rs")];
                waiting.extend(given.take().into_iter().chain(both).filter(|path| path.is_file()));
            }
        }
        reached.insert(path);
    }
    rust_files(folder).into_iter().filter(|path| !reached.contains(path)).collect()
}

/// The module whose file a line names: `pub(crate) mod name;`.
fn declared(line: &str) -> Option<&str> {
    let item = ["pub(crate) ", "pub(super) ", "pub "].iter().find_map(|public| line.strip_prefix(public));
    item.unwrap_or(line).strip_prefix("mod ")?.strip_suffix(';')
}
