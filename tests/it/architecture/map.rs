//! The map at the root (`ARCHITECTURE.md`) is true: its paths exist, its types stand where it says, every module has its row.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn every_path_of_the_map_exists() {
    for page in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = page_text(page);
        let paths = paths(&text);
        assert!(paths.len() > 5, "{page} names no paths");
        let gone: Vec<_> = paths.iter().filter(|path| !Path::new(ROOT).join(path).exists()).collect();
        assert!(gone.is_empty(), "{page} names what is not there: {gone:?}");
    }
}

/// In the drawings files stand without `src/`, as `runner/press.rs`.
#[test]
fn every_file_of_a_drawing_exists() {
    let text = page_text("ARCHITECTURE.md");
    let drawings = text.split("```").skip(1).step_by(2);
    let files: BTreeSet<&str> =
        drawings.flat_map(|drawing| drawing.split_whitespace().filter_map(source_file)).collect();
    assert!(files.len() > 10, "{files:?}");
    let gone: Vec<_> = files.iter().filter(|file| !Path::new(ROOT).join("src").join(file).exists()).collect();
    assert!(gone.is_empty(), "the drawings name what is not there: {gone:?}");
}

#[test]
fn every_type_of_the_map_is_defined_where_it_says() {
    let text = page_text("ARCHITECTURE.md");
    let rows = section(&text, "Where a type is");
    assert!(rows.len() > 20, "{rows:?}");
    for row in rows {
        let [name, file, ..] = row.as_slice() else { panic!("{row:?}") };
        let source = fs::read_to_string(Path::new(ROOT).join(unquoted(file))).unwrap_or_default();
        let name = unquoted(name);
        let defined = ["struct", "enum", "trait"].iter().any(|word| {
            [" ", "<", "(", ";", "\n", ":"].iter().any(|end| source.contains(&format!("{word} {name}{end}")))
        });
        assert!(defined, "`{name}` is not defined in {file}");
    }
}

#[test]
fn every_module_has_its_row_in_the_map() {
    let text = page_text("ARCHITECTURE.md");
    let rows = section(&text, "The parts, and who may use whom");
    let told: BTreeSet<String> =
        rows.iter().map(|row| unquoted(&row[0]).trim_start_matches("src/").to_owned()).collect();
    let known: BTreeSet<String> = super::ORDER.iter().map(|(module, _)| (*module).to_owned()).collect();
    assert_eq!(told, known);
}

fn page_text(page: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(page)).unwrap()
}

/// What stands in backquotes and is a path from the root.
fn paths(text: &str) -> BTreeSet<String> {
    let quoted = text.split('`').skip(1).step_by(2);
    let roots = ["src/", "tests/", "assets/", "benches/", "examples/", ".ci/"];
    let is_path = |word: &&str| roots.iter().any(|root| word.starts_with(root)) && !word.contains(char::is_whitespace);
    quoted.filter(is_path).map(|word| word.trim_end_matches('/').to_owned()).collect()
}

/// `app/press.rs:` in a drawing.
fn source_file(word: &str) -> Option<&str> {
    let word = word.trim_matches(|ch: char| !ch.is_alphanumeric());
    let is_file = word.contains('/') && Path::new(word).extension().is_some_and(|extension| extension == "rs");
    is_file.then(|| word.trim_start_matches("src/"))
}

fn unquoted(cell: &str) -> &str {
    cell.trim().trim_matches('`')
}

/// The cells of the rows of the first table under a heading.
fn section(text: &str, heading: &str) -> Vec<Vec<String>> {
    let (_, rest) = text.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no section {heading:?}"));
    let rest = rest.split("\n## ").next().unwrap_or_default();
    let rows = rest.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
}
