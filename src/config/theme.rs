//! The theme of `[ui]`: one that is built in, or a file of the operator's own, `themes/NAME.toml` beside the configuration.

use std::path::Path;

use toml::de::DeTable;

use super::error::ConfigError;
use super::table::{Reading, Table, read_toml};
use crate::domain::near::did_you_mean;
use crate::domain::text::clean;
use crate::domain::theme::{Background, Paint, Palette, ROLES, THEMES, ThemeChoice};

/// The theme that a table names; the built-in ones first.
pub(super) fn theme(table: &Table<'_>) -> ThemeChoice {
    let Some(name) = table.text("theme") else {
        return ThemeChoice::default();
    };
    if let Some(known) = ThemeChoice::named(name) {
        return known;
    }
    let Some(entry) = table.entry("theme") else {
        return ThemeChoice::default();
    };
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|ch| ch.is_alphanumeric() || matches!(ch, '-' | '_'));
    let file = table.reading.folder.join("themes").join(format!("{name}.toml"));
    let text = is_name(name).then(|| std::fs::read_to_string(&file).ok()).flatten();
    match text.map(|text| own(&file, &text)) {
        Some(Ok(own)) => return own,
        Some(Err(error)) => {
            let fault = entry.fault(true, "the file of this theme has faults", "named here");
            table.reading.fault(fault.help(Some(error.to_string())));
        }
        None => {
            let names = ThemeChoice::names();
            let fault = entry.fault(
                true,
                "`theme` has an unknown value",
                format!(
                    "expected one of {}, or the name of a file {}",
                    names.collect::<Vec<_>>().join(", "),
                    clean(&table.reading.folder.join("themes/NAME.toml").display().to_string())
                ),
            );
            table.reading.fault(fault.help(did_you_mean(name, ThemeChoice::names())));
        }
    }
    ThemeChoice::default()
}

/// Reads the text of a theme's file. Roles that it does not name look as in the built-in theme of its background.
pub(super) fn own(path: &Path, text: &str) -> Result<ThemeChoice, ConfigError> {
    read_toml(path, text, |root, reading| read(root, reading))
}

fn read(root: &DeTable<'_>, reading: &Reading) -> ThemeChoice {
    let table = Table::new(reading, root, 0..0);
    let grounds = [("dark", Background::Dark), ("light", Background::Light)];
    let background = table.choice("background", &grounds);
    let like = THEMES.iter().find(|row| row.background == Some(background.unwrap_or_default())).unwrap_or(&THEMES[0]);
    let mut palette = Palette::of_theme(like);
    for (role, name) in ROLES {
        let Some(text) = table.text(name) else { continue };
        match Paint::parse(text) {
            Ok(paint) => palette.set(role, paint),
            Err(why) => {
                if let Some(entry) = table.entry(name) {
                    reading.fault(entry.fault(true, format!("`{name}` is not a look"), why));
                }
            }
        }
    }
    table.finish();
    ThemeChoice::Own { background, palette: Box::new(palette) }
}
