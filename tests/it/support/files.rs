//! Folders of fixtures.

use std::path::{Path, PathBuf};

/// The TOML files of a folder under `tests/it`, in order; there is one at least.
pub(crate) fn toml_files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(folder);
    let mut out: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    out.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    out.sort();
    assert!(!out.is_empty());
    out
}
