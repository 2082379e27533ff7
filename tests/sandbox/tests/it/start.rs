//! Starting, stopping, and the default world.

use crate::support::{Google, at};
use calendar_sandbox::Sandbox;
use calendar_sandbox::config::Config;
use calendar_sandbox::error::Error;
use calendar_sandbox::fault::{Action, Fault};
use calendar_sandbox::vendor::Vendor;
use serde_json::{Value, json};

#[tokio::test]
async fn the_environment_names_everything_a_host_needs() {
    let sandbox = Sandbox::start(Config::empty()).await.unwrap();
    let environment = sandbox.environment();
    let names: Vec<&str> = environment.iter().map(|(name, _)| *name).collect();
    let expected = [
        "GOOGLE_CLIENT_ID",
        "GOOGLE_CLIENT_SECRET",
        "GOOGLE_REDIRECT_URI",
        "OUTLOOK_CLIENT_ID",
        "OUTLOOK_CLIENT_SECRET",
        "OUTLOOK_TENANT_ID",
        "OUTLOOK_REDIRECT_URI",
        "GOOGLE_AUTHORIZE_URL",
        "GOOGLE_TOKEN_URL",
        "GOOGLE_REVOKE_URL",
        "GOOGLE_API_URL",
        "OUTLOOK_AUTHORIZE_URL",
        "OUTLOOK_TOKEN_URL",
        "OUTLOOK_DEVICE_CODE_URL",
        "OUTLOOK_API_URL",
    ];
    assert_eq!(names, expected);
    let value = |wanted: &str| environment.iter().find(|(name, _)| *name == wanted).unwrap().1.clone();
    assert_eq!(value("GOOGLE_API_URL"), format!("{}/calendar/v3", sandbox.base_url()));
    assert_eq!(value("OUTLOOK_API_URL"), format!("{}/v1.0", sandbox.base_url()));
}

#[tokio::test]
async fn a_dropped_sandbox_no_longer_answers() {
    let sandbox = Sandbox::start(Config::empty()).await.unwrap();
    let address = sandbox.base_url().trim_start_matches("http://").to_owned();
    let port: u16 = address.rsplit(':').next().unwrap().parse().unwrap();
    let taken = Sandbox::start(Config { port, ..Config::empty() }).await;
    assert!(matches!(taken, Err(Error::Listen { .. })));
    let ana = Google { base: format!("{}/calendar/v3", sandbox.base_url()), token: "none".into() };
    sandbox.control().fault(Fault::new(Action::Hang));
    let hung =
        tokio::spawn(async move { crate::support::send("GET", &format!("{}/freeBusy", ana.base), &[], "").await });
    while sandbox.control().exchanges().is_empty() {
        tokio::task::yield_now().await;
    }
    drop(sandbox);
    assert!(hung.await.unwrap().is_err());
    while tokio::net::TcpStream::connect(&address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_default_week_has_every_kind_of_event() {
    let sandbox = Sandbox::start(Config::default()).await.unwrap();
    let control = sandbox.control();
    assert_eq!(control.people(Vendor::Google).len(), 2);
    let events = control.google().events("ana@example.com", "primary");
    let any = |test: &dyn Fn(&Value) -> bool| events.iter().any(test);
    assert!(
        any(&|event| event["recurrence"].as_array().is_some_and(|lines| lines.len() == 2)),
        "a series with an EXDATE"
    );
    assert!(any(&|event| event["recurringEventId"].is_string() && event["status"] == "confirmed"), "an exception");
    assert!(
        any(&|event| event["recurringEventId"].is_string() && event["status"] == "cancelled"),
        "a removed instance"
    );
    assert!(any(&|event| event["start"]["date"].is_string()), "a whole day");
    assert!(any(&|event| event["status"] == "tentative"));
    assert!(any(&|event| event["transparency"] == "transparent" && event["eventType"] == "default"));
    assert!(any(&|event| event["attendees"][1]["responseStatus"] == "declined"));
    assert!(any(&|event| event["visibility"] == "private"));
    assert!(any(&|event| event["start"]["timeZone"] == "Asia/Tokyo"));
    for kind in ["outOfOffice", "workingLocation"] {
        assert!(any(&|event| event["eventType"] == kind), "{kind}");
    }
    let ana = Google::new(&sandbox, "ana@example.com");
    let roles = ana.get("/users/me/calendarList").await;
    let roles: Vec<&str> =
        roles["items"].as_array().unwrap().iter().map(|item| item["accessRole"].as_str().unwrap()).collect();
    assert_eq!(roles, ["owner", "owner", "freeBusyReader"]);
    let monday =
        events.iter().find(|event| event["summary"] == "Design review").unwrap()["start"]["dateTime"].as_str().unwrap();
    let monday = at(monday);
    let query = json!({"timeMin": monday, "timeMax": monday + chrono::TimeDelta::days(4), "items": [{"id": "primary"}, {"id": "ben@example.com"}]});
    let busy = ana.post("/freeBusy", &query).await;
    assert_eq!(busy["calendars"]["primary"]["busy"][0]["start"], json!(monday));
    assert!(busy["calendars"]["ben@example.com"]["busy"].as_array().unwrap().len() >= 3);
}
