//! No source file is forgotten: each is reached by a `mod` from its crate's root, or it is never compiled.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use syn::{Attribute, Expr, ExprLit, Item, ItemMod, Lit, Meta};
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
    write("main.rs", "mod a; mod b; mod inline { mod c; } #[path = \"elsewhere/e.rs\"] mod d;");
    write("a.rs", "mod inner;");
    write("a/inner.rs", "");
    write("b/mod.rs", "mod inner;");
    write("b/inner.rs", "");
    write("inline/c.rs", "");
    write("elsewhere/e.rs", "");
    assert!(unreached(folder.path(), &["main.rs"]).is_empty());
    write("b/planted.rs", "");
    write("planted/mod.rs", "");
    let planted = ["b/planted.rs", "planted/mod.rs"].map(|name| folder.path().join(name));
    assert_eq!(unreached(folder.path(), &["main.rs"]), planted);
}

/// The files of `folder` to which no `mod` leads from these roots.
fn unreached(folder: &Path, roots: &[&str]) -> Vec<PathBuf> {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<_> = roots.iter().map(|root| folder.join(root)).collect();
    while let Some(path) = waiting.pop() {
        let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
        let here = path.parent().unwrap();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let children = if ["mod", "main", "lib"].contains(&stem) { here.to_owned() } else { here.join(stem) };
        declared(&file.items, here, &children, &mut waiting);
        reached.insert(path);
    }
    rust_files(folder).into_iter().filter(|path| !reached.contains(path)).collect()
}

/// The files of the modules that these items declare.
fn declared(items: &[Item], here: &Path, children: &Path, files: &mut Vec<PathBuf>) {
    for item in items {
        let Item::Mod(ItemMod { attrs, ident, content, .. }) = item else { continue };
        let inside = children.join(ident.to_string());
        if let Some((_, items)) = content {
            declared(items, &inside, &inside, files);
            continue;
        }
        let folder = inside.join("mod.rs");
        let given = attrs.iter().find_map(path_of).map(|path| here.join(path));
        files.push(given.unwrap_or_else(|| if folder.is_file() { folder } else { inside.with_extension("rs") }));
    }
}

/// What `#[path = "..."]` says.
fn path_of(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
