//! The configuration: every file of `config/valid` loads, every one of `config/invalid` says what its `.txt` says.
//!
//! With `ANDON_BLESS=1` the texts are written anew; read them before they are committed.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use andon::config::{self, Level, Places, Times};
use andon::domain::incident::{Progress, Severity};
use andon::domain::saved_view::{Group, SavedView, Sort};
use andon::domain::source::{Auth, AuthRule, KINDS, Setting, SettingValue, SourceConfig};
use andon::domain::theme::{Background, Colours, Paint, ROLES, Role, ThemeChoice};
use secrecy::ExposeSecret;

use crate::support::files::toml_files;

#[test]
fn valid_files_load() {
    for path in toml_files("config/valid") {
        if let Err(error) = config::load(&path) {
            panic!("{error}");
        }
    }
}

#[test]
fn every_fault_has_its_place_and_never_a_secret() {
    for path in toml_files("config/invalid") {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = Path::new(path.file_name().unwrap());
        let said = format!("{}\n", config::parse(name, &text).expect_err(&path.display().to_string()));
        let said = said.replace(&KINDS.each_ref().map(|kind| kind.name).join(", "), "{kinds}");
        assert!(!said.contains("s3cret"), "{said}");
        let expected = path.with_extension("txt");
        if std::env::var_os("ANDON_BLESS").is_some() {
            std::fs::write(&expected, &said).unwrap();
        }
        assert_eq!(said, std::fs::read_to_string(&expected).unwrap_or_default(), "{}", path.display());
    }
}

#[test]
fn every_key_arrives() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/config/valid/everything.toml");
    let config = config::load(&path).unwrap();
    assert_eq!((config.operator.name.as_deref(), config.operator.id), (Some("Ada"), 7));
    assert_eq!(config.max_per_channel, 9);
    assert_eq!(config.policy.allow_hosts, ["ci.example", "*.internal.example", "10.0.0.1", "::1"]);
    assert_eq!(config.policy.deny_hosts, ["ci.old.example"]);
    assert!(config.policy.read_only && !config.policy.action_references);
    assert_eq!(config.secrets.len(), 3);
    assert_eq!(config.retention, Duration::from_hours(30 * 24));
    assert_eq!((config.ui.theme.clone(), config.ui.times), (ThemeChoice::BuiltIn("mono"), Times::Utc));
    assert_eq!((config.ui.bell, config.ui.escape_ms), (true, Some(100)));
    assert_eq!(config.ui.groups, [Group::Label("service".to_owned()), Group::Channel]);
    let view = SavedView {
        name: "EU payments".to_owned(),
        filter: "ch:payments label.region:eu -is:muted".to_owned(),
        sort: Sort::LastRun,
        group: Group::Label("service".to_owned()),
    };
    assert_eq!(config.views, [view]);
    assert_eq!(config.keys["next"], ["j", "Down"]);
    let prod = &config.sources[0];
    assert_eq!((prod.name.as_str(), prod.badge.as_str(), prod.refresh), ("prod", "PROD", Duration::from_secs(90)));
    assert!(prod.proxy.is_some() && prod.tls.ca.is_some() && prod.tls.key.is_some() && !prod.tls.verify);
    assert_eq!((prod.kind.name, prod.addresses().len(), prod.text("channel_label")), ("alertmanager", 2, Some("team")));
    assert_eq!(prod.words.severity("page"), Some(Severity::Critical));
    assert_eq!(prod.words.progress("on_it"), Some(Progress::Processing));
    assert_eq!(prod.time_zone.as_deref(), Some("Europe/Berlin"));
    assert!(matches!(prod.auth, Auth::Bearer(_)));
    assert_eq!(config.sources[1].kind.name, "file");
    let duty = config.sources.iter().find(|source| source.name == "duty").unwrap();
    assert_eq!((duty.duration("since"), duty.flag("comment_runs")), (Duration::from_hours(90 * 24), false));
    assert!(!format!("{config:?}").contains("am-1"), "{config:?}");
}

#[test]
fn no_file_is_an_empty_one_and_what_cannot_be_read_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let config = config::load(&dir.path().join("none.toml")).unwrap();
    assert_eq!((config.max_per_channel, config.sources.len()), (3, 0));
    assert!(config.policy.action_references);
    assert!(config::load(dir.path()).unwrap_err().to_string().contains("cannot be read"));
    let path = dir.path().join("latin1.toml");
    std::fs::write(&path, b"[operator]\nname = \"Ren\xe9\"\n").unwrap();
    let error = config::load(&path).unwrap_err().to_string();
    assert!(error.contains("latin1.toml:2:12") && error.contains("not UTF-8"), "{error}");
}

#[test]
fn the_example_is_written_once_for_the_owner_only_and_changes_no_default() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("deep/config.toml");
    config::init(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(dir.path().join("deep")).unwrap().permissions().mode() & 0o777, 0o700);
    let (example, empty) = (config::load(&path).unwrap(), config::Config::default());
    assert_eq!(format!("{example:?}"), format!("{empty:?}"));
    std::fs::write(&path, "# mine\n").unwrap();
    assert!(config::init(&path).unwrap_err().to_string().contains("not changed"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "# mine\n");
}

/// Every key that the example shows as a comment is a key that loads.
#[test]
fn the_commented_lines_of_the_example_load_too() {
    let is_setting = |rest: &&str| rest.contains(" = ") || rest.starts_with('[');
    let lines = config::EXAMPLE.lines().map(|line| line.strip_prefix("# ").filter(is_setting).unwrap_or(line));
    let uncommented = lines.collect::<Vec<_>>().join("\n");
    let config = config::parse(Path::new("example"), &uncommented);
    let config = config.unwrap_or_else(|error| panic!("{error}\n{uncommented}"));
    assert_eq!((config.sources.len(), config.secrets.len()), (KINDS.len(), 5));
}

/// The line of a setting in the example.
fn line(setting: &Setting) -> String {
    format!("{:<35} # {}", format!("# {} = {}", setting.name, setting.example), setting.help)
}

#[test]
fn the_example_has_every_setting_of_every_kind() {
    let names = KINDS.each_ref().map(|kind| kind.name).join(", ");
    assert!(config::EXAMPLE.contains(&format!(" # {names}\n")), "assets/config.toml does not list {names}");
    for kind in &KINDS {
        let mut blocks = config::EXAMPLE.split("# [[source]]\n");
        let block = blocks.find(|block| block.contains(&format!("# kind = \"{}\"", kind.name)));
        let block = block.unwrap_or_else(|| panic!("assets/config.toml has no source of kind {}", kind.name));
        for setting in kind.settings.iter().filter(|setting| !setting.example.is_empty()) {
            let line = line(setting);
            assert!(block.contains(&line), "put this under kind {} in assets/config.toml:\n{line}", kind.name);
        }
    }
}

#[test]
fn a_theme_of_ones_own_is_a_file_whose_faults_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("config.toml");
    std::fs::write(&file, "[ui]\ntheme = \"desk\"\n").unwrap();
    let refused = |dir: &Path| config::load(&dir.join("config.toml")).unwrap_err().to_string();
    assert!(refused(dir.path()).contains("`theme` has an unknown value"), "{}", refused(dir.path()));
    std::fs::create_dir(dir.path().join("themes")).unwrap();
    let theme = dir.path().join("themes/desk.toml");
    std::fs::write(&theme, "background = \"light\"\ncritical = \"#af0000 bolt\"\nwarnin = \"3\"\n").unwrap();
    let said = refused(dir.path());
    assert!(
        said.contains("desk.toml:2") && said.contains("did you mean `bold`?") && said.contains("`warning`"),
        "{said}"
    );
    std::fs::write(&theme, "background = \"light\"\ncritical = \"#af0000 bold\"\n").unwrap();
    let theme = config::load(&file).unwrap().ui.theme;
    assert_eq!(theme.background(), Some(Background::Light));
    let (own, light) =
        (|role| theme.palette(Colours::True, Background::Light).of(role), ThemeChoice::named("light").unwrap());
    assert_eq!(own(Role::Critical), Paint::parse("#af0000 bold").unwrap());
    assert_eq!(own(Role::Warning), light.palette(Colours::True, Background::Light).of(Role::Warning));
}

#[test]
fn the_page_on_themes_shows_the_dark_one_and_names_all() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/themes.md")).unwrap();
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (text, _) = rest.split_once("```").unwrap();
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("themes")).unwrap();
    std::fs::write(dir.path().join("themes/desk.toml"), text).unwrap();
    std::fs::write(dir.path().join("config.toml"), "[ui]\ntheme = \"desk\"\n").unwrap();
    let own = config::load(&dir.path().join("config.toml")).unwrap().ui.theme;
    let dark = ThemeChoice::named("dark").unwrap();
    let palette = |theme: &ThemeChoice| theme.palette(Colours::Many, Background::Dark);
    assert_eq!(palette(&own), palette(&dark));
    for name in ThemeChoice::names() {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
    for (_, role) in ROLES {
        assert!(text.contains(&format!("{role} = ")), "{role}");
    }
}

#[test]
fn the_example_names_every_theme() {
    let names: Vec<&str> = ThemeChoice::names().collect();
    let words = format!(" # {}, or a file of yours: themes/NAME.toml\n", names.join(", "));
    let line = config::EXAMPLE.split_inclusive('\n').find(|line| line.starts_with("# theme = ")).unwrap();
    assert!(line.ends_with(&words), "assets/config.toml does not list the themes: {words}");
}

#[test]
fn the_example_of_a_setting_loads_and_is_its_default_where_it_has_one() {
    for kind in &KINDS {
        let examples = kind.settings.iter().filter(|setting| !setting.example.is_empty());
        let lines: Vec<String> = examples.map(|setting| format!("{} = {}\n", setting.name, setting.example)).collect();
        let login = if kind.auth == AuthRule::Required { "user = \"a\"\npassword = \"b\"\n" } else { "" };
        let text = format!("[[source]]\nname = \"x\"\nkind = \"{}\"\n{}{login}", kind.name, lines.concat());
        let config = config::parse(Path::new("example"), &text).unwrap_or_else(|error| panic!("{error}"));
        let (written, default) = (&config.sources[0], SourceConfig::new("x", kind));
        for (name, value) in &default.settings {
            let shown = |value: &SettingValue| match value {
                SettingValue::Secrets(texts) => texts.iter().map(|text| text.expose_secret().to_owned()).collect(),
                other => format!("{other:?}"),
            };
            assert_eq!(shown(&written.settings[name]), shown(value), "{}: {name}", kind.name);
        }
    }
}

fn checked(dir: &Path, text: &str, mode: u32) -> Vec<(Level, String)> {
    let path = dir.join("config.toml");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
    let places = Places::under(path, &dir.join("data"));
    config::check(&places).into_iter().map(|finding| (finding.level, finding.text)).collect()
}

const LITERAL: &str =
    "[[source]]\nname = \"prod\"\nkind = \"alertmanager\"\nurl = \"http://127.0.0.1:1\"\ntoken = \"s3cret\"\n";

#[test]
fn a_literal_secret_that_others_can_read_is_told() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(checked(dir.path(), LITERAL, 0o600), []);
    let found = checked(dir.path(), LITERAL, 0o644);
    assert!(found.len() == 1 && found[0].0 == Level::Warning && found[0].1.contains("chmod 600"), "{found:?}");
    assert_eq!(checked(dir.path(), &LITERAL.replace("s3cret", "${cmd:false}"), 0o644), []);
}

#[test]
fn what_a_reference_names_must_be_there() {
    let dir = tempfile::tempdir().unwrap();
    let text =
        LITERAL.replace("s3cret", "${env:ANDON_SURELY_UNSET}").replace("http://127.0.0.1:1", "http://am.example");
    let found = checked(dir.path(), &text, 0o600);
    let has = |level, part: &str| found.iter().any(|(at, text)| *at == level && text.contains(part));
    assert!(has(Level::Error, "source prod: ${env:ANDON_SURELY_UNSET}"), "{found:?}");
    assert!(has(Level::Warning, "unencrypted"), "{found:?}");
    let found = checked(dir.path(), "[ui]\nmouse = true\n", 0o600);
    assert!(
        found.len() == 1 && found[0].0 == Level::Warning && found[0].1.contains("mouse has no effect"),
        "{found:?}"
    );
    let found = checked(dir.path(), "[ui]\nthem = 1\n", 0o600);
    assert!(found[0].1.contains("did you mean `theme`?"), "{found:?}");
}

#[test]
fn a_database_that_others_can_read_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("data")).unwrap();
    let database = dir.path().join("data/andon.db");
    std::fs::write(&database, "").unwrap();
    std::fs::set_permissions(&database, PermissionsExt::from_mode(0o644)).unwrap();
    let found = checked(dir.path(), "", 0o600);
    assert!(found.iter().any(|(level, text)| *level == Level::Error && text.contains("andon.db")), "{found:?}");
}
