//! A PostgreSQL server of this test process's own: in a temporary folder, on a free port of loopback, gone with the
//! process, however that ends. Every test has a database of its own in it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Makes the absence of the server's programs a failure.
const REQUIRED: &str = "CALENDAR_REQUIRE_POSTGRES";
/// The password of the server's only user; no output may ever hold it.
pub const PASSWORD: &str = "canary-of-the-database";
/// How long the server may take to start on a busy machine.
const START: Duration = Duration::from_secs(120);

/// Starts the server, tells what it says, and ends with it, folder included, as soon as nobody holds the other end of
/// stdin any more: then the test process is gone.
const GUARDIAN: &str = r#"
"$1" -D "$2/data" -c listen_addresses=127.0.0.1 -c port="$3" -c unix_socket_directories= -c max_connections=200 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB -c lc_messages=C </dev/null &
cat >/dev/null
kill -INT $!
wait $!
rm -rf "$2"
"#;

/// A server that runs.
struct Server {
    port: u16,
    /// Holds the pipe that the guardian waits at.
    _guardian: Child,
}

/// An empty database.
#[derive(Debug, Clone)]
pub struct Database {
    /// Its address, with user and password.
    pub url: String,
    /// Its name on the server.
    pub name: String,
    port: u16,
}

/// A new database; none where PostgreSQL is not installed, which is said loudly.
///
/// # Panics
/// When the server does not start, or is missing although it is required.
pub async fn database() -> Option<Database> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let server = tokio::task::spawn_blocking(|| SERVER.get_or_init(Server::start)).await.expect("no panic");
    let port = server.as_ref()?.port;
    let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let database = Database { url: address(port, &name), name, port };
    // Whatever its standard template is being used for, this one is left alone.
    database.administer(&format!("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", database.name)).await;
    Some(database)
}

impl Database {
    /// Runs a statement as administrator, in another database of the server.
    ///
    /// # Panics
    /// When it fails.
    pub async fn administer(&self, statement: &str) {
        let mut connection = PgConnection::connect(&address(self.port, "postgres")).await.expect("a connection");
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect("the statement is right");
        connection.close().await.expect("the connection ends");
    }

    /// Ends every connection to it, and takes new ones or not.
    ///
    /// # Panics
    /// When the server is gone.
    pub async fn disconnect(&self, takes_new: bool) {
        let Self { name, .. } = self;
        self.administer(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {takes_new}")).await;
        let end = format!("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'");
        self.administer(&end).await;
    }

    /// A connection to it.
    ///
    /// # Panics
    /// When there is none.
    pub async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url).await.expect("a connection")
    }
}

fn address(port: u16, name: &str) -> String {
    format!("postgres://postgres:{PASSWORD}@127.0.0.1:{port}/{name}")
}

impl Server {
    fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            let required = std::env::var(REQUIRED).is_ok_and(|value| value == "1");
            assert!(!required, "{REQUIRED} is set, but neither PATH nor /usr/lib/postgresql has initdb and postgres");
            // Around the capture of the test harness: nobody shall believe that this was tested.
            let loud = b"\n*** PostgreSQL is not installed: NOTHING IS TESTED WITH IT (package postgresql) ***\n\n";
            let _ = std::io::stderr().write_all(loud);
            return None;
        };
        // Another process may take the port in between; then the next one.
        (0..5).find_map(|_| Self::run(&programs)).or_else(|| panic!("PostgreSQL does not start"))
    }

    fn run(programs: &Path) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let folder = tempfile::Builder::new().prefix("calendar-postgres-").tempdir().expect("a folder");
        std::fs::write(folder.path().join("password"), PASSWORD).expect("a file");
        let user = user();
        if let Some((user, group)) = user {
            for path in [folder.path().to_owned(), folder.path().join("password")] {
                std::os::unix::fs::chown(path, Some(user), Some(group)).expect("root may do that");
            }
        }
        let path = |name: &str| folder.path().join(name);
        let made = as_user(user, &programs.join("initdb"))
            .args(["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .arg("--pwfile")
            .arg(path("password"))
            .arg("--pgdata")
            .arg(path("data"))
            .output()
            .expect("initdb starts");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let mut guardian = as_user(user, Path::new("/bin/sh"))
            .args(["-c", GUARDIAN, "guardian"])
            .arg(programs.join("postgres"))
            .arg(folder.path())
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let said = BufReader::new(guardian.stderr.take().expect("stderr"));
        let (tell, told) = channel();
        // Reads on to the end: the server must not wait for a reader.
        std::thread::spawn(move || {
            for line in said.lines().map_while(Result::ok) {
                let is_ready = line.contains("database system is ready to accept connections");
                if is_ready || line.contains("FATAL:  could not create any TCP/IP sockets") {
                    let _ = tell.send(is_ready);
                }
            }
        });
        let is_ready = told.recv_timeout(START).expect("PostgreSQL says whether it is ready");
        // From here on the guardian removes it.
        let _ = folder.keep();
        is_ready.then_some(Self { port, _guardian: guardian })
    }
}

/// A program with nothing but what it needs, in a process group of its own: Ctrl-C is not meant for it.
fn as_user(user: Option<(u32, u32)>, program: &Path) -> Command {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new(program);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("LC_ALL", "C");
    command.current_dir("/").process_group(0);
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    command
}

/// Whom root runs the server as: it refuses to be run by root.
fn user() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    // A new folder belongs to whoever makes it.
    let own = tempfile::tempdir().expect("a folder").path().metadata().expect("a folder").uid();
    if own != 0 {
        return None;
    }
    let people = std::fs::read_to_string("/etc/passwd").expect("a list of users");
    let find = |name: &str| {
        let line = people.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2).map(|field| field.parse().ok());
        Some((fields.next()??, fields.next()??))
    };
    Some(find("postgres").or_else(|| find("nobody")).expect("a user postgres or nobody"))
}

/// The folder of the newest server's programs.
fn programs() -> Option<PathBuf> {
    let has_all = |folder: &PathBuf| ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file());
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut installed: Vec<(u32, PathBuf)> = installed
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| has_all(folder))
        .collect();
    installed.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).find(has_all);
    let beside = in_path.and_then(|folder| Some(folder.join("postgres").canonicalize().ok()?.parent()?.to_owned()));
    installed.pop().map(|(_, folder)| folder).or(beside)
}
