//! What the host seals in its database opens as the portable artifact opens what it keeps in its file: the same cipher,
//! the same key, the same names of places.

use calendar_host::types::Selection;
use calendar_portable::place::Place;
use calendar_sandbox::config::Config;
use calendar_seal::{Key, Sealed, Sealer};
use calendar_tests::stage::Stage;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Row};

const USER: &str = "ana@example.com";
const KEY: &str = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";

#[tokio::test(flavor = "multi_thread")]
async fn the_portable_artifact_opens_what_the_host_sealed() {
    let stage = Stage::with(Config::default(), &[("CALENDAR_HOST_KEY", KEY)]).await;
    stage.connect_both(USER).await;
    stage.host.list_calendars(USER, &Selection::default()).await.unwrap();
    let sealer = Sealer::new(Key::read(KEY).expect("a key"));
    let options = SqliteConnectOptions::new().filename(stage.folder.path().join("calendar.db")).read_only(true);
    let mut database = SqliteConnection::connect_with(&options).await.unwrap();
    let mut opened = Vec::new();
    for (table, kind) in [("oauth_tokens", "accounts"), ("calendar_lists", "calendars")] {
        let query = format!("SELECT provider, account, key_id, sealed FROM {table} ORDER BY provider");
        for row in sqlx::query(sqlx::AssertSqlSafe(query)).fetch_all(&mut database).await.unwrap() {
            let provider = row.get::<String, _>(0).replace("_calendar", "");
            let account = row.get::<String, _>(1).replace(':', "%3A");
            let key = format!("{kind}/ana%40example.com/{provider}/{account}");
            let place = Place::parse(&key).expect("a place");
            let sealed = Sealed { key_id: row.get(2), bytes: row.get(3) };
            let value = sealer.open(place.sealed(), &sealed).unwrap_or_else(|error| panic!("{key}: {error}"));
            assert!(serde_json::from_slice::<serde_json::Value>(&value).is_ok(), "{key}");
            opened.push(format!("{kind} {provider}"));
        }
    }
    assert_eq!(opened, ["accounts google", "accounts outlook", "calendars google", "calendars outlook"]);
}
