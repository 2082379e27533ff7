//! What the host is told from outside: registered OAuth clients, addresses, places, limits.
//! Read once from variables; says which variable is wrong and how to fix it. Opens nothing.

mod audit;
mod client;
mod cloud;
mod database;
mod endpoint;
mod error;
pub(crate) mod key;
mod key_source;
mod limits;
pub(crate) mod policy;
mod secret;
mod variables;

use std::path::{Path, PathBuf};

pub use audit::Audit;
pub use calendar_seal::Key;
pub use client::{Client, Endpoints};
pub use database::DatabaseUrl;
pub(crate) use endpoint::Origin;
pub use error::ConfigError;
pub use key_source::KeySource;
pub use limits::Limits;
pub use secret::Secret;

use crate::types::Provider;
use variables::Variables;

/// The whole configuration. Fields are open: an embedding program may fill them itself.
#[derive(Debug, Clone)]
pub struct Config {
    /// The client registered with Google; `None` = Google is not offered.
    pub google: Option<Client>,
    /// The client registered with Microsoft; `None` = Outlook is not offered.
    pub outlook: Option<Client>,
    /// Folder of database and key file; made with mode 0700.
    pub data_dir: PathBuf,
    /// A PostgreSQL database that several hosts may share; `None` = the SQLite file in the data folder.
    pub database: Option<DatabaseUrl>,
    /// Folder of compiled code; `None` = compile at every start. Trusted like the program itself.
    pub cache_dir: Option<PathBuf>,
    /// Seals tokens at rest; `None` = the key kept in `key_source`, made on first use.
    pub key: Option<Key>,
    /// Keys that only open what they sealed before `key` or `key_source` took over.
    pub old_keys: Vec<Key>,
    /// Where the key is kept while `key` is `None`.
    pub key_source: KeySource,
    /// Days that ended bookings and their events are kept; `None` = until the user is purged.
    pub retention_days: Option<u32>,
    /// Certificates (PEM) to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// Policy of outbound requests (TOML); `None` = the configured endpoints and nothing else.
    pub policy_file: Option<PathBuf>,
    /// What one call may use.
    pub limits: Limits,
    /// How strict the audit log is.
    pub audit: Audit,
}

impl Config {
    /// A configuration without providers: data in `data_dir`, everything else as by default.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            google: None,
            outlook: None,
            data_dir: data_dir.into(),
            database: None,
            cache_dir: None,
            key: None,
            old_keys: Vec::new(),
            key_source: KeySource::default(),
            retention_days: None,
            ca_file: None,
            policy_file: None,
            limits: Limits::default(),
            audit: Audit::default(),
        }
    }

    /// Reads the process environment.
    ///
    /// # Errors
    /// [`ConfigError`] names the variable that is wrong or missing.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(&Variables::from_os(std::env::vars_os())?)
    }

    /// Reads the given variables instead of the process environment. Unknown ones are ignored;
    /// empty ones count as absent.
    ///
    /// # Errors
    /// [`ConfigError`] names the variable that is wrong or missing.
    pub fn from_vars<K, V>(variables: impl IntoIterator<Item = (K, V)>) -> Result<Self, ConfigError>
    where
        K: Into<String>,
        V: Into<String>,
    {
        Self::read(&Variables::new(variables))
    }

    fn read(variables: &Variables) -> Result<Self, ConfigError> {
        Ok(Self {
            google: Client::google(variables)?,
            outlook: Client::outlook(variables)?,
            data_dir: folder(variables, "CALENDAR_HOST_DATA_DIR", "XDG_DATA_HOME", ".local/share").ok_or_else(
                || {
                    ConfigError::new(
                        "CALENDAR_HOST_DATA_DIR",
                        "is not set and there is no home directory to fall back on",
                        "set it to a folder for database and key",
                    )
                },
            )?,
            database: variables.get("DATABASE_URL").map(DatabaseUrl::parse).transpose()?,
            cache_dir: folder(variables, "CALENDAR_HOST_CACHE_DIR", "XDG_CACHE_HOME", ".cache"),
            key: variables.get("CALENDAR_HOST_KEY").map(key::parse).transpose()?,
            old_keys: variables.get("CALENDAR_HOST_OLD_KEYS").map_or(Ok(Vec::new()), key::parse_old)?,
            key_source: KeySource::read(variables)?,
            retention_days: variables.days("CALENDAR_HOST_RETENTION_DAYS")?,
            ca_file: variables.get("CALENDAR_HOST_CA_FILE").map(PathBuf::from),
            policy_file: variables.get("CALENDAR_HOST_POLICY").map(PathBuf::from),
            limits: Limits::read(variables)?,
            audit: Audit::read(variables)?,
        })
    }

    /// Checks the addresses, for a configuration that a program filled itself.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.google.as_ref().map_or(Ok(()), Client::check_google)?;
        self.outlook.as_ref().map_or(Ok(()), Client::check_outlook)
    }

    /// The client registered with `provider`.
    #[must_use]
    pub fn client(&self, provider: Provider) -> Option<&Client> {
        match provider {
            Provider::Google => self.google.as_ref(),
            Provider::Outlook => self.outlook.as_ref(),
        }
    }
}

/// The folder named outright, else `calendar-host` below the XDG folder, else below the home
/// directory (XDG Base Directory Specification: relative paths there are ignored).
fn folder(variables: &Variables, own: &'static str, xdg: &'static str, below_home: &str) -> Option<PathBuf> {
    if let Some(path) = variables.get(own) {
        return Some(PathBuf::from(path));
    }
    let absolute = |name| variables.get(name).map(Path::new).filter(|path| path.is_absolute());
    let base = absolute(xdg).map(Path::to_path_buf).or_else(|| absolute("HOME").map(|home| home.join(below_home)))?;
    Some(base.join("calendar-host"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::from_vars([("HOME", "/home/ana")].into_iter().chain(variables.iter().copied()))
    }

    #[test]
    fn nothing_set_means_no_provider_and_folders_below_home() {
        let config = read(&[]).unwrap();
        assert!(config.google.is_none() && config.outlook.is_none() && config.key.is_none());
        assert_eq!(config.data_dir, Path::new("/home/ana/.local/share/calendar-host"));
        assert_eq!(config.cache_dir.as_deref(), Some(Path::new("/home/ana/.cache/calendar-host")));
    }

    #[test]
    fn folders_follow_the_variables_and_relative_xdg_paths_are_ignored() {
        let config = read(&[("XDG_DATA_HOME", "relative"), ("XDG_CACHE_HOME", "/var/cache")]).unwrap();
        assert_eq!(config.data_dir, Path::new("/home/ana/.local/share/calendar-host"));
        assert_eq!(config.cache_dir.as_deref(), Some(Path::new("/var/cache/calendar-host")));
        let config = read(&[("CALENDAR_HOST_DATA_DIR", "data")]).unwrap();
        assert_eq!(config.data_dir, Path::new("data"));
    }

    #[test]
    fn a_missing_home_directory_names_the_variable_to_set() {
        let error = Config::from_vars::<&str, &str>([]).unwrap_err();
        assert_eq!(error.variable(), "CALENDAR_HOST_DATA_DIR");
        assert!(error.to_string().starts_with("CALENDAR_HOST_DATA_DIR is not set"));
    }

    #[test]
    fn a_configuration_filled_by_a_program_is_checked_like_variables() {
        let mut config = read(&[("GOOGLE_CLIENT_ID", "id"), ("OUTLOOK_CLIENT_ID", "id")]).unwrap();
        assert_eq!(config.check(), Ok(()));
        config.google.as_mut().unwrap().endpoints.api = Some("http://example.com/calendar/v3".to_owned());
        assert_eq!(config.check().unwrap_err().variable(), "GOOGLE_API_URL");
        config.google = None;
        config.outlook.as_mut().unwrap().redirect_uri = "http://example.com/callback".to_owned();
        assert_eq!(config.check().unwrap_err().variable(), "OUTLOOK_REDIRECT_URI");
        config.outlook.as_mut().unwrap().redirect_uri = "https://example.com/callback".to_owned();
        config.outlook.as_mut().unwrap().tenant = Some("../..".to_owned());
        assert_eq!(config.check().unwrap_err().variable(), "OUTLOOK_TENANT_ID");
    }

    #[test]
    fn the_retention_time_is_a_number_of_days() {
        let days = |text| read(&[("CALENDAR_HOST_RETENTION_DAYS", text)]);
        assert_eq!(days("90").unwrap().retention_days, Some(90));
        assert_eq!(days("").unwrap().retention_days, None);
        for text in ["0", "-1", "36526", "soon"] {
            assert_eq!(days(text).unwrap_err().variable(), "CALENDAR_HOST_RETENTION_DAYS");
        }
    }

    #[test]
    fn no_secret_appears_in_the_debug_output() {
        let config = read(&[
            ("GOOGLE_CLIENT_ID", "id"),
            ("GOOGLE_CLIENT_SECRET", "canary-secret"),
            ("DATABASE_URL", "postgres://ana:canary-secret@db.example.com/calendar"),
            ("CALENDAR_HOST_KEY", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"),
            ("CALENDAR_HOST_OLD_KEYS", "00112233445566778899aabbccddeeff00112233445566778899aabbccddee00"),
        ])
        .unwrap();
        let text = format!("{config:?}");
        assert!(!text.contains("canary-secret") && !text.contains("00112233") && text.contains("****"), "{text}");
    }
}
