//! Every entry of the troubleshooting table that settings or accounts can cause is found by the doctor, with a remedy.

use std::pin::Pin;

use calendar_host::doctor::{self, Finding, Level};
use calendar_host::types::Provider;
use calendar_sandbox::fault::{Fault, RetryAfter};
use calendar_sandbox::oauth::client::{Client, OUTLOOK_CLIENT_ID};
use calendar_sandbox::vendor::Vendor;
use calendar_tests::people::{GOOGLE, OUTLOOK, OUTLOOK_PERSONAL};
use calendar_tests::stage::{Stage, answer};
use chrono::TimeDelta;

const USER: &str = "ana";

/// Everything the doctor says.
async fn findings(stage: &Stage) -> Vec<Finding> {
    // The machine's clock; the sandbox's may be another one.
    let now = chrono::DateTime::from(std::time::SystemTime::now());
    let mut findings = doctor::examine(stage.host.config(), now).await.findings;
    findings.extend(doctor::accounts(&stage.host, USER).await);
    findings
}

/// A trouble to cause.
type Cause = for<'a> fn(&'a Stage) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Causes an error of the API or of the token endpoint until it is cleared.
fn always(stage: &Stage, fault: Fault) {
    stage.sandbox.control().fault(fault.always());
}

/// What goes wrong; the check that finds it; how serious; a word that the troubleshooting table uses.
const TROUBLES: [(Cause, &str, Level, &str); 12] = [
    (|_| Box::pin(async {}), "google-redirect-uri", Level::Ok, "invalid_grant"),
    (
        |stage| {
            Box::pin(async {
                stage.connect(USER, Provider::Google, GOOGLE).await;
                stage.sandbox.control().revoke(Vendor::Google, GOOGLE);
            })
        },
        "account",
        Level::Problem,
        "invalid_grant",
    ),
    (
        |stage| {
            Box::pin(async {
                let flow = stage.host.start_oauth_flow(USER, Provider::Google, None, None).await.unwrap();
                let scopes = ["openid", "email", "https://www.googleapis.com/auth/calendar.freebusy"];
                let callback = answer(&flow.url, GOOGLE, Some(&scopes)).await;
                stage.host.complete_oauth_flow(USER, &callback).await.unwrap();
            })
        },
        "scopes",
        Level::Problem,
        "insufficient_scope",
    ),
    (
        |stage| {
            Box::pin(async {
                stage.connect(USER, Provider::Outlook, OUTLOOK).await;
                stage.sandbox.control().expire_access_tokens(Vendor::Microsoft);
                always(stage, Fault::status(400, "invalid_grant#65001").path("/token"));
            })
        },
        "account",
        Level::Problem,
        "AADSTS65001",
    ),
    (
        |stage| {
            Box::pin(async {
                stage.connect(USER, Provider::Outlook, OUTLOOK).await;
                always(stage, Fault::status(401, "InvalidAuthenticationToken").path("/v1.0"));
            })
        },
        "calendars",
        Level::Problem,
        "reauthorization-required",
    ),
    (
        |stage| {
            Box::pin(async {
                stage.sandbox.control().advance_clock(TimeDelta::seconds(400));
            })
        },
        "clock",
        Level::Problem,
        "InvalidAuthenticationToken",
    ),
    (
        |stage| {
            Box::pin(async {
                stage.connect(USER, Provider::Outlook, OUTLOOK).await;
                always(stage, Fault::status(404, "ErrorItemNotFound").path("/v1.0"));
            })
        },
        "calendars",
        Level::Problem,
        "not-found",
    ),
    (
        |stage| {
            Box::pin(async {
                stage.connect(USER, Provider::Outlook, OUTLOOK).await;
                always(stage, Fault::status(404, "MailboxNotEnabledForRESTAPI").path("/v1.0"));
            })
        },
        "calendars",
        Level::Problem,
        "mailbox",
    ),
    (
        |stage| {
            Box::pin(async {
                stage.connect(USER, Provider::Outlook, OUTLOOK_PERSONAL).await;
            })
        },
        "account-kind",
        Level::Warning,
        "personal",
    ),
    (
        |stage| {
            Box::pin(async {
                stage.connect(USER, Provider::Outlook, OUTLOOK).await;
                stage.sandbox.control().expire_access_tokens(Vendor::Microsoft);
                stage.sandbox.control().register_client(Client {
                    vendor: Vendor::Microsoft,
                    id: OUTLOOK_CLIENT_ID.to_owned(),
                    secrets: vec!["another".to_owned()],
                    redirect_uris: Vec::new(),
                });
            })
        },
        "calendars",
        Level::Problem,
        "AADSTS7000215",
    ),
    (|_| Box::pin(async {}), "zone-data", Level::Ok, "time zones"),
    (
        |stage| {
            Box::pin(async {
                stage.connect(USER, Provider::Google, GOOGLE).await;
                let fault = Fault::status(429, "rateLimitExceeded").retry_after(RetryAfter::Seconds(3600));
                always(stage, fault.path("/calendar/v3"));
            })
        },
        "calendars",
        Level::Warning,
        "rate-limited",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_entry_of_the_troubleshooting_table_is_found() {
    for (number, (cause, check, level, word)) in TROUBLES.into_iter().enumerate() {
        let stage = Stage::open().await;
        cause(&stage).await;
        let all = findings(&stage).await;
        let is_it = |finding: &&Finding| {
            finding.check == check
                && finding.level == level
                && finding.message.to_lowercase().contains(&word.to_lowercase())
        };
        let found = all.iter().find(is_it).unwrap_or_else(|| panic!("{number}: no {check} with {word:?} in {all:#?}"));
        assert_eq!(found.remedy.is_some(), level != Level::Ok, "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_in_order_has_no_problem() {
    let stage = Stage::open().await;
    stage.connect_both(USER).await;
    let all = findings(&stage).await;
    assert!(all.iter().all(|finding| finding.level != Level::Problem), "{all:#?}");
    for check in ["database", "key", "endpoint", "clock", "account", "calendars", "scopes"] {
        let is_ok = |finding: &&Finding| finding.check == check && finding.level == Level::Ok;
        assert!(all.iter().any(|finding| is_ok(&finding)), "{check} in {all:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_difference_of_clocks_is_a_warning() {
    let stage = Stage::open().await;
    stage.sandbox.control().advance_clock(TimeDelta::seconds(-100));
    let all = findings(&stage).await;
    let clock = all.iter().find(|finding| finding.check == "clock").unwrap();
    assert_eq!(clock.level, Level::Warning, "{clock:?}");
    assert!(clock.message.contains("ahead of"), "{clock:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_ran_out_is_renewed_on_the_way() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Google, GOOGLE).await;
    stage.sandbox.control().expire_access_tokens(Vendor::Google);
    let all = findings(&stage).await;
    assert!(all.iter().any(|finding| finding.check == "account" && finding.level == Level::Ok), "{all:#?}");
    assert_eq!(stage.host.numbers().provider(Provider::Google).refreshes, 1);
}
