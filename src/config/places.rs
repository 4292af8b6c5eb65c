//! Where andon's files are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::error::ConfigError;

/// Where andon's files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// `config.toml`; it need not exist.
    pub config_file: PathBuf,
    /// The folder of everything below.
    pub data_dir: PathBuf,
    /// The SQLite database.
    pub database: PathBuf,
    /// The folder of the locks that running andons hold.
    pub locks: PathBuf,
    /// The diagnostics.
    pub log_file: PathBuf,
}

/// What the command line says about places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--config FILE`.
    pub config: Option<PathBuf>,
    /// `--data-dir DIR`.
    pub data_dir: Option<PathBuf>,
}

impl Places {
    /// The places for this process: flags first, then `ANDON_CONFIG` and `ANDON_DATA_DIR`, then the user's own
    /// directories.
    /// It is an error where none of these says, because the user has no home directory.
    pub fn find(flags: &Overrides) -> Result<Self, ConfigError> {
        Self::from_env(flags, |name| std::env::var_os(name))
    }

    /// [`Places::find`] with the environment given. An empty variable counts as not set.
    pub fn from_env(flags: &Overrides, env: impl Fn(&str) -> Option<OsString>) -> Result<Self, ConfigError> {
        let given = |flag: &Option<PathBuf>, name: &str| {
            flag.clone().or_else(|| env(name).filter(|value| !value.is_empty()).map(PathBuf::from))
        };
        let own = ProjectDirs::from("", "", "andon");
        let config_file = given(&flags.config, "ANDON_CONFIG")
            .or_else(|| own.as_ref().map(|dirs| dirs.config_dir().join("config.toml")))
            .ok_or_else(|| homeless("--config FILE or ANDON_CONFIG"))?;
        let data_dir = given(&flags.data_dir, "ANDON_DATA_DIR")
            .or_else(|| own.as_ref().map(|dirs| dirs.data_dir().to_path_buf()))
            .ok_or_else(|| homeless("--data-dir DIR or ANDON_DATA_DIR"))?;
        Ok(Self::under(config_file, &data_dir))
    }

    /// The places with the given configuration file and data directory.
    pub fn under(config_file: PathBuf, data_dir: &Path) -> Self {
        Self {
            config_file,
            database: data_dir.join("andon.db"),
            locks: data_dir.join("locks"),
            log_file: data_dir.join("andon.log"),
            data_dir: data_dir.to_path_buf(),
        }
    }

    /// What `andon config path` prints: a word and a path each.
    pub fn listed(&self) -> [(&'static str, &Path); 5] {
        [
            ("config", &self.config_file),
            ("data", &self.data_dir),
            ("database", &self.database),
            ("locks", &self.locks),
            ("log", &self.log_file),
        ]
    }
}

fn homeless(way_out: &str) -> ConfigError {
    ConfigError::plain(format!("this user has no home directory; name the place with {way_out}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_beat_the_environment_and_that_beats_the_defaults() {
        let env = |name: &str| (name == "ANDON_CONFIG").then(|| OsString::from("/env/c.toml"));
        let places = Places::from_env(&Overrides::default(), env).unwrap();
        assert_eq!(places.config_file, Path::new("/env/c.toml"));
        let flags = Overrides { config: Some("/flag/c.toml".into()), data_dir: Some("/flag/data".into()) };
        let places = Places::from_env(&flags, env).unwrap();
        assert_eq!(places.config_file, Path::new("/flag/c.toml"));
        assert_eq!(places.database, Path::new("/flag/data/andon.db"));
        let places = Places::from_env(&Overrides::default(), |_| Some(OsString::new())).unwrap();
        assert!(places.config_file.ends_with("andon/config.toml"), "{places:?}");
    }
}
