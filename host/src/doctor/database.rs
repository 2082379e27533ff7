//! The database: whether the file opens, or the server answers, is new enough and lets this user write; whether its tables
//! are up to date. Changes nothing: to open the store would.

use std::path::Path;

use chrono::Utc;
use sqlx::{AnyConnection, Connection};

use super::Finding;
use crate::config::DatabaseUrl;
use crate::setup::{ServerProblem, SetupError};
use crate::store::engine::Engine;
use crate::store::open::{connect, look_into, missing};

const CHECK: &str = "database";
/// The oldest version whose extension an ordinary user may install.
const OLDEST: i64 = 130_000;
/// Seconds between the server's clock and this machine's that nobody needs to hear of.
const SKEW: i64 = 30;

const FACTS: &str = "SELECT current_setting('server_version'), CAST(current_setting('server_version_num') AS BIGINT), \
     current_setting('server_encoding'), pg_is_in_recovery(), \
     CAST(floor(extract(epoch FROM clock_timestamp())) AS BIGINT)";
const MAY_WRITE: &str = "SELECT has_table_privilege('bookings', 'INSERT') AND has_table_privilege('bookings', 'UPDATE') \
     AND has_table_privilege('bookings', 'DELETE') AND has_table_privilege('oauth_tokens', 'INSERT')";

/// How far the database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Up to date. So many grants are in it.
    Ready(i64),
    /// Not there yet, or its tables are changed at the next start. So many grants are in it.
    Behind(i64),
    /// It cannot be used.
    Unusable,
}

/// What is found in the file.
pub(super) async fn file(path: &Path) -> (Finding, State) {
    if !path.exists() {
        return (Finding::ok(CHECK, "it is not there yet; it is made at the first call"), State::Behind(0));
    }
    let looked = async {
        let mut connection = look_into(path).await?;
        let lacking = missing(Engine::Sqlite, &mut connection).await?;
        let grants = grants(&mut connection).await;
        connection.close().await?;
        Ok::<_, sqlx::Error>((lacking, grants))
    };
    match looked.await {
        Ok((Some(0), grants)) => (Finding::ok(CHECK, "the database opens and is up to date"), State::Ready(grants)),
        Ok((Some(count), grants)) => {
            (Finding::ok(CHECK, format!("the database opens; {}", due(count))), State::Behind(grants))
        }
        Ok((None, _)) => {
            let newer = ServerProblem::Newer;
            (Finding::problem(CHECK, format!("{}: {newer}", path.display()), newer.remedy()), State::Unusable)
        }
        Err(error) => {
            let error = SetupError::Database { path: path.to_owned(), source: error.into() };
            (Finding::problem(CHECK, error.to_string(), error.remedy()), State::Unusable)
        }
    }
}

/// What is found at the server.
pub(super) async fn server(url: &DatabaseUrl) -> (Vec<Finding>, State) {
    let (mut findings, state) = match connect(url).await {
        Err(problem) => (vec![unusable(url, &problem)], State::Unusable),
        Ok(mut connection) => match look(url, &mut connection).await {
            Ok(found) => found,
            Err(error) => (vec![unusable(url, &ServerProblem::of(&error))], State::Unusable),
        },
    };
    if !url.is_guarded() {
        findings.push(Finding::warning(
            "database-connection",
            format!("the certificate of {} is not checked: somebody on the way could answer in its place", url.place()),
            "add `?sslmode=verify-full` to DATABASE_URL, and `&sslrootcert=FILE` when its authority is your own",
        ));
    }
    (findings, state)
}

async fn look(url: &DatabaseUrl, connection: &mut AnyConnection) -> Result<(Vec<Finding>, State), sqlx::Error> {
    let asked = Utc::now().timestamp();
    let (version, number, encoding, is_replica, clock): (String, i64, String, bool, i64) =
        sqlx::query_as(FACTS).fetch_one(&mut *connection).await?;
    let problem = |finding| Ok((vec![finding], State::Unusable));
    if number < OLDEST {
        let message = format!("PostgreSQL {version} is too old");
        return problem(Finding::problem(CHECK, message, "use version 13 or newer"));
    }
    if encoding != "UTF8" {
        let remedy = "make one with `createdb --encoding=UTF8 --template=template0 NAME` and name it in DATABASE_URL";
        return problem(Finding::problem(CHECK, format!("the database has the encoding {encoding}, not UTF8"), remedy));
    }
    if is_replica {
        return problem(unusable(url, &ServerProblem::ReadOnly));
    }
    let lacking = missing(Engine::Postgres, connection).await?;
    let words = match lacking {
        None => return problem(unusable(url, &ServerProblem::Newer)),
        Some(0) if !may_write(connection).await? => {
            let lacking = "INSERT, UPDATE and DELETE on its tables".to_owned();
            return problem(unusable(url, &ServerProblem::Permission(lacking)));
        }
        Some(0) => "is up to date and can be written".to_owned(),
        Some(count) => format!("answers; {}", due(count)),
    };
    let mut findings = vec![Finding::ok(CHECK, format!("{} (PostgreSQL {version}) {words}", url.place()))];
    let ahead = clock - asked;
    if ahead.abs() > SKEW {
        findings.push(Finding::warning(
            "database-clock",
            format!(
                "the server's clock is {} s {} this machine's",
                ahead.abs(),
                if ahead > 0 { "ahead of" } else { "behind" }
            ),
            "let both follow a time server; holds and leases end by the server's clock",
        ));
    }
    let grants = grants(connection).await;
    Ok((findings, if lacking == Some(0) { State::Ready(grants) } else { State::Behind(grants) }))
}

fn due(count: usize) -> String {
    format!("{count} changes to its tables are made at the next start")
}

/// Grants in the database; none where there is no table for them yet.
async fn grants(connection: &mut AnyConnection) -> i64 {
    let count = "SELECT count(*) FROM oauth_tokens";
    sqlx::query_scalar(count).fetch_one(connection).await.unwrap_or_default()
}

async fn may_write(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(MAY_WRITE).fetch_one(connection).await
}

fn unusable(url: &DatabaseUrl, problem: &ServerProblem) -> Finding {
    Finding::problem(CHECK, format!("cannot use {}: {problem}", url.place()), problem.remedy())
}

#[cfg(all(test, unix))]
mod tests {
    use calendar_tests::postgres::{self, PASSWORD};

    use super::*;
    use crate::config::Config;
    use crate::doctor::Level;
    use crate::store::Store;

    async fn look_at(url: &str) -> Finding {
        let (mut findings, _) = server(&DatabaseUrl::parse(url).unwrap()).await;
        assert!(!format!("{findings:?}").contains("canary"), "{findings:?}");
        findings.swap_remove(0)
    }

    #[tokio::test]
    async fn a_server_is_fine_before_and_after_its_tables_are_made() {
        let Some(database) = postgres::database().await else { return };
        let empty = look_at(&database.url).await;
        assert_eq!(empty.level, Level::Ok);
        assert!(empty.message.contains("at the next start"), "{}", empty.message);
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::parse(&database.url).unwrap();
        Store::open(&Config { database: Some(url), ..Config::new(folder.path()) }).await.unwrap();
        let made = look_at(&database.url).await;
        assert_eq!(server(&DatabaseUrl::parse(&database.url).unwrap()).await.1, State::Ready(0));
        assert!(made.level == Level::Ok && made.message.ends_with("is up to date and can be written"), "{made:?}");
    }

    #[tokio::test]
    async fn a_server_that_refuses_is_a_problem_with_a_remedy() {
        let Some(database) = postgres::database().await else { return };
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        for (url, remedy) in [
            (database.url.replace(PASSWORD, "canary-typo"), "check user and password"),
            (format!("{}_absent", database.url), "createdb"),
            (format!("postgres://ana:canary@127.0.0.1:{closed}/x"), "check host and port"),
        ] {
            let finding = look_at(&url).await;
            assert_eq!((finding.check, finding.level), ("database", Level::Problem));
            assert!(finding.remedy.as_deref().unwrap().contains(remedy), "{finding:?}");
        }
    }
}
