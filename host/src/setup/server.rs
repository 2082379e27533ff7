//! Why a database server cannot be used, from what it and the network say. Never holds a password.

/// What is in the way of a database server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerProblem {
    /// Nobody answers at the address.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// It did not answer within so many seconds.
    #[error("nothing happened for {0} s")]
    Silent(u64),
    /// TLS failed.
    #[error("the connection cannot be secured: {0}")]
    Tls(String),
    /// It does not accept user and password.
    #[error("it refuses the user: {0}")]
    Login(String),
    /// There is no database of this name.
    #[error("there is no such database")]
    NoDatabase,
    /// The user may not do what is needed.
    #[error("the user lacks a permission: {0}")]
    Permission(String),
    /// It has no connection to spare.
    #[error("it has too many connections")]
    Busy,
    /// A replica, or a database that was set to be read only.
    #[error("it can only be read")]
    ReadOnly,
    /// The extension `btree_gist` is not installed on the server.
    #[error("it lacks the extension btree_gist: {0}")]
    Extension(String),
    /// Its tables are from a newer version of this program.
    #[error("its tables are from a newer version of this program")]
    Newer,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl ServerProblem {
    pub(crate) fn of(error: &sqlx::Error) -> Self {
        let Some(answer) = error.as_database_error() else {
            return match error {
                sqlx::Error::Io(error) => Self::Unreachable(error.to_string()),
                sqlx::Error::Tls(error) => Self::Tls(error.to_string()),
                sqlx::Error::PoolTimedOut => Self::Busy,
                other => Self::Other(other.to_string()),
            };
        };
        let message = answer.message().to_owned();
        match answer.code().as_deref() {
            _ if message.contains("btree_gist") => Self::Extension(message),
            Some("28P01" | "28000") => Self::Login(message),
            Some("3D000") => Self::NoDatabase,
            Some("42501") => Self::Permission(message),
            Some("53300") => Self::Busy,
            Some("25006") => Self::ReadOnly,
            _ => Self::Other(message),
        }
    }

    /// What a person does about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unreachable(_) | Self::Silent(_) => {
                "check host and port in DATABASE_URL, that the server runs, and that it may be reached from here; nothing \
                 was half done, the same call can be repeated"
            }
            Self::Tls(_) => {
                "name the server's authority with `sslrootcert=FILE`, or give the server a certificate for its name; \
                 `sslmode` says how much is checked"
            }
            Self::Login(_) => {
                "check user and password in DATABASE_URL (special characters escaped, `%40` for @), and the server's \
                 pg_hba.conf"
            }
            Self::NoDatabase => "make it with `createdb --encoding=UTF8 NAME`, or correct the name in DATABASE_URL",
            Self::Permission(_) => {
                "let the user own the database: `ALTER DATABASE NAME OWNER TO USER`, or grant CREATE on database and schema"
            }
            Self::Busy => "raise max_connections of the server; each process of this program uses up to 8",
            Self::ReadOnly => "name the primary server, not a replica, in DATABASE_URL",
            Self::Extension(_) => {
                "install PostgreSQL's contrib modules on the server, then let its administrator run \
                 `CREATE EXTENSION btree_gist` in the database"
            }
            Self::Newer => "use that version of the program here, too; nothing was changed",
            Self::Other(_) => "see the server's log",
        }
    }
}
