//! The variables of the process, with those of `.env` in the current directory behind them. Never changes the
//! process's own environment.

use std::collections::BTreeMap;
use std::path::Path;

use super::failure::Failure;

/// Variables by name. Empty ones count as absent.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The process's environment; a variable that is missing there may come from `file`.
    ///
    /// # Errors
    /// When `file` exists but cannot be read or understood.
    pub fn load(file: &Path) -> Result<Self, Failure> {
        let mut variables = BTreeMap::new();
        match dotenvy::from_path_iter(file) {
            Ok(lines) => {
                for line in lines {
                    let (name, value) = line.map_err(|error| refused(file, &error))?;
                    variables.insert(name, value);
                }
            }
            Err(dotenvy::Error::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(refused(file, &error)),
        }
        for (name, value) in std::env::vars_os() {
            // A name that is not Unicode is not ours; neither is a foreign variable with such a value.
            let Ok(name) = name.into_string() else { continue };
            match value.into_string() {
                Ok(value) => drop(variables.insert(name, value)),
                Err(_) if OURS.iter().any(|prefix| name.starts_with(prefix)) => {
                    return Err(Failure::host(format!("{name} is not valid Unicode"), "set it again"));
                }
                Err(_) => {}
            }
        }
        Ok(Self(variables))
    }

    /// Exactly these variables.
    pub fn of<N: Into<String>, V: Into<String>>(variables: impl IntoIterator<Item = (N, V)>) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// The value of a variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The same variables with one more, or with one replaced.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// All variables, for the host's configuration.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// What the names of our variables begin with.
const OURS: [&str; 4] = ["CALENDAR_HOST_", "DATABASE_URL", "GOOGLE_", "OUTLOOK_"];

/// Says where the file is wrong, never what is in it: it holds secrets.
fn refused(file: &Path, error: &dotenvy::Error) -> Failure {
    let what = match error {
        dotenvy::Error::LineParse(_, position) => format!("a line cannot be understood (at character {position})"),
        dotenvy::Error::Io(error) => error.to_string(),
        _ => "it cannot be understood".to_owned(),
    };
    Failure::host(format!("{}: {what}", file.display()), "write NAME=value lines; quote values that contain blanks")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(".env");
        std::fs::write(&path, text).expect("a file");
        (folder, path)
    }

    #[test]
    fn the_file_adds_variables_and_never_overrides_the_environment() {
        let (_folder, path) = file("# comment\nPATH=/nowhere\nCALENDAR_HOST_TEST_ONLY='two words'\n");
        let environment = Environment::load(&path).expect("variables");
        assert_eq!(environment.get("CALENDAR_HOST_TEST_ONLY"), Some("two words"));
        assert_eq!(environment.get("PATH"), std::env::var("PATH").ok().as_deref());
    }

    #[test]
    fn a_missing_file_is_no_error_and_a_broken_one_is_named_without_its_content() {
        let (folder, path) = file("GOOGLE_CLIENT_SECRET='canary\n");
        assert!(Environment::load(&folder.path().join("absent")).is_ok());
        let failure = Environment::load(&path).err().expect("a failure");
        assert!(failure.error().message.contains(".env"), "{failure:?}");
        assert!(!format!("{failure:?}").contains("canary"), "{failure:?}");
    }
}
