//! Where the database is, when it is not the file in the data folder: the address of a PostgreSQL server. It may hold a
//! password, so nothing of it is shown but host, port and name.

use std::fmt;

use url::Url;

use super::{ConfigError, Secret};

/// The variable, and what goes in front of it.
const VARIABLE: &str = "DATABASE_URL";
const REMEDY: &str = "write postgres://USER:PASSWORD@HOST:5432/NAME, with `%40` for @, `%2F` for /, `%23` for # and \
     `%3F` for ? in the password; without DATABASE_URL and --database-url the file in the data folder is used";
/// What may stand behind the `?`.
const PARAMETERS: [&str; 13] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
    "statement-cache-capacity",
];
const MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/// The address of a PostgreSQL database. `Debug` shows host, port and name, never user or password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    text: Secret,
    place: String,
    is_guarded: bool,
}

impl DatabaseUrl {
    /// Reads `postgres://…` or `postgresql://…`.
    ///
    /// # Errors
    /// [`ConfigError`] says what is wrong, without showing what was written.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let wrong = |message: &str| ConfigError::new(VARIABLE, message, REMEDY);
        let url = Url::parse(text).map_err(|_| wrong("is not the address of a database"))?;
        if !["postgres", "postgresql"].contains(&url.scheme()) {
            return Err(wrong("does not begin with postgres:// (SQLite needs no address)"));
        }
        // Each of these is what an unescaped character in a password looks like.
        let name = url.path().trim_start_matches('/');
        if url.fragment().is_some() || name.contains(['/', '@', ':']) {
            return Err(wrong("has a special character that is not escaped"));
        }
        let mut place = url.host_str().unwrap_or_default().to_owned();
        let (mut name, mut mode) = (name.to_owned(), None);
        for (parameter, value) in url.query_pairs() {
            match parameter.as_ref() {
                "host" | "hostaddr" => place = value.into_owned(),
                "dbname" => name = value.into_owned(),
                "sslmode" if !MODES.contains(&value.as_ref()) => return Err(wrong("has an unknown sslmode")),
                "sslmode" => mode = Some(value.into_owned()),
                known if PARAMETERS.contains(&known) || known.starts_with("options[") => {}
                _ => return Err(wrong("has an unknown parameter behind the `?`")),
            }
        }
        if name.is_empty() {
            return Err(wrong("names no database"));
        }
        let is_here = ["", "localhost", "127.0.0.1", "[::1]", "::1"].contains(&place.as_str())
            || place.starts_with('/')
            || place.to_ascii_lowercase().starts_with("%2f");
        let is_guarded = is_here || mode.is_some_and(|mode| mode.starts_with("verify-"));
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self { text: Secret::new(text), place: format!("postgres://{place}{port}/{name}"), is_guarded })
    }

    /// Host, port and name: what may be shown.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Whether nobody between here and the server can read along or answer in its place: it is on this machine, or its
    /// certificate is checked.
    #[must_use]
    pub fn is_guarded(&self) -> bool {
        self.is_guarded
    }

    /// The address itself, password included.
    pub(crate) fn expose(&self) -> &str {
        self.text.expose()
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_shows_its_place_and_nothing_else() {
        for (text, place) in [
            ("postgres://ana:canary@db.example.com:5433/calendar", "postgres://db.example.com:5433/calendar"),
            ("postgresql://db.example.com/calendar?password=canary", "postgres://db.example.com/calendar"),
            ("postgres:///calendar?host=/run/postgresql&user=canary", "postgres:///run/postgresql/calendar"),
            ("postgres://ana:canary%40%23@[::1]/x?sslmode=disable", "postgres://[::1]/x"),
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!((url.place(), url.expose()), (place, text));
            assert!(!format!("{url:?}").contains("canary"));
        }
    }

    #[test]
    fn what_cannot_be_used_is_refused_without_being_shown() {
        for text in [
            "canary",
            "mysql://ana:canary@localhost/x",
            "sqlite:canary.db",
            "postgres://localhost",
            "postgres://localhost/",
            "postgres://ana:1canary/2@localhost/x",
            "postgres://ana:12/canary@localhost/x",
            "postgres://ana:12#canary@localhost/x",
            "postgres://ana:12?canary@localhost/x",
            "postgres://localhost/x?canary=1",
            "postgres://localhost/x?sslmode=canary",
            "postgres://ana:canary@localhost:port/x",
        ] {
            let error = DatabaseUrl::parse(text).unwrap_err();
            assert_eq!(error.variable(), "DATABASE_URL");
            assert!(!format!("{error} {error:?} {}", error.remedy()).contains("canary"), "{text}: {error:?}");
        }
    }

    #[test]
    fn a_server_elsewhere_is_guarded_when_its_certificate_is_checked() {
        let is_guarded = |text: &str| DatabaseUrl::parse(text).unwrap().is_guarded();
        for text in ["postgres://localhost/x", "postgres://127.0.0.1/x", "postgres:///x", "postgres://%2Frun/x"] {
            assert!(is_guarded(text), "{text}");
        }
        assert!(is_guarded("postgres://db.example.com/x?sslmode=verify-full"));
        assert!(!is_guarded("postgres://db.example.com/x?sslmode=require"));
        assert!(!is_guarded("postgres://db.example.com/x"));
    }
}
