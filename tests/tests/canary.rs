//! Secrets stay where they belong: tokens, codes, verifiers and client secrets appear in no log at
//! any level, no error, no answer, no number and no file (the audit log among them), whatever goes wrong.

use std::io::Write;
use std::sync::{Arc, Mutex};

use calendar_host::audit::{AuditLog, AuditQuery};
use calendar_host::types::{Provider, Selection};
use calendar_host::{CalendarHost, Limits, doctor};
use calendar_sandbox::fault::{Action, Fault};
use calendar_sandbox::vendor::Vendor;
use calendar_tests::people::{GOOGLE, OUTLOOK};
use calendar_tests::query::booking;
use calendar_tests::stage::Stage;
use tracing_subscriber::fmt::MakeWriter;

const USER: &str = "ana";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

/// Everything secret that crossed the wire of the OAuth endpoints, as the sandbox saw it.
fn secrets(stage: &Stage) -> Vec<String> {
    let mut secrets = Vec::new();
    for exchange in stage.sandbox.control().exchanges() {
        if !exchange.path.ends_with("/token") {
            continue;
        }
        for pair in exchange.request_body.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if ["code", "code_verifier", "client_secret", "refresh_token"].contains(&name) {
                secrets.push(value.to_owned());
            }
        }
        let body: serde_json::Value = serde_json::from_str(&exchange.response_body).unwrap_or_default();
        for name in ["access_token", "refresh_token", "id_token"] {
            secrets.extend(body[name].as_str().map(str::to_owned));
        }
    }
    secrets.retain(|secret| secret.len() > 8);
    secrets.sort();
    secrets.dedup();
    secrets
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_reaches_a_log_an_error_an_answer_or_a_file() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let stage = Stage::open().await;
    let mut shown = String::new();
    let mut show = |text: String| shown.push_str(&text);

    show(format!("{:?} {:?}", stage.host, stage.host.config()));
    show(format!("{:?}", stage.connect(USER, Provider::Google, GOOGLE).await));
    show(format!("{:?}", stage.connect(USER, Provider::Outlook, OUTLOOK).await));
    show(format!("{:?}", stage.host.list_calendars(USER, &Selection::default()).await));
    let start = (stage.sandbox.control().now().timestamp() / 86_400 + 20) * 86_400;
    let time = calendar_tests::query::minutes_from(start, 30);
    show(format!("{:?}", stage.host.book_meeting(USER, &booking("Canary", time)).await));
    // Failures of every kind on the way to a token, and with it.
    let faults = [
        Fault::status(400, "invalid_grant"),
        Fault::status(401, "invalid_client"),
        Fault::new(Action::InvalidJson),
        Fault::new(Action::WrongContentType),
        Fault::new(Action::CutBody),
        Fault::new(Action::DropAfter),
    ];
    for fault in faults {
        let callback = stage.consent(USER, Provider::Google, Some(GOOGLE)).await;
        stage.sandbox.control().fault(fault.clone().path("/token"));
        show(format!("{:?}", stage.host.complete_oauth_flow(USER, &callback).await));
        stage.sandbox.control().clear_faults();
        stage.sandbox.control().expire_access_tokens(Vendor::Microsoft);
        stage.sandbox.control().fault(fault.path("/token"));
        show(format!("{:?}", stage.host.list_calendars(USER, &Selection::default()).await));
        stage.sandbox.control().clear_faults();
    }
    stage.sandbox.control().fault(Fault::status(401, "authError").path("/calendar/v3").always());
    show(format!("{:?}", stage.host.list_calendars(USER, &Selection::default()).await));
    show(format!("{:?}", stage.host.stats()));
    // The component is stopped while it holds tokens: what a crash leaves is shown, too.
    let crashes = Arc::new(Mutex::new(String::new()));
    let seen = crashes.clone();
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        seen.lock().unwrap().push_str(&panic.to_string());
        usual(panic);
    }));
    for pages in [22, 24, 28, 36] {
        let limits = Limits { memory_bytes: pages << 16, ..Limits::default() };
        match CalendarHost::builder().config(stage.host.config().clone()).limits(limits).build().await {
            Ok(host) => show(format!("{:?}", host.list_calendars(USER, &Selection::default()).await)),
            Err(too_small) => show(format!("{too_small:?}")),
        }
    }
    // What operators read.
    let config = stage.host.config();
    show(stage.host.metrics());
    let records = AuditLog::open(config).await.unwrap().records(&AuditQuery::default()).await.unwrap();
    show(format!("{records:?}"));
    show(format!("{:?}", doctor::examine(config, stage.sandbox.control().now()).await));
    show(format!("{:?}", doctor::accounts(&stage.host, USER).await));
    let _ = std::panic::take_hook();
    show(crashes.lock().unwrap().clone());
    let decisions: Vec<_> = records.iter().map(|record| record.decision.as_str()).collect();
    assert!(decisions.len() > 15 && decisions.contains(&"internal"), "{decisions:?}");

    let secrets = secrets(&stage);
    assert!(secrets.len() >= 8, "the test knows what to look for: {}", secrets.len());
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("calendar"), "the log is on");
    let mut files = Vec::new();
    for file in std::fs::read_dir(stage.folder.path()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            files.push((path.display().to_string(), std::fs::read(path).unwrap()));
        }
    }
    assert!(
        files.iter().any(|(name, _)| name.ends_with("audit.jsonl")) && files.len() >= 3,
        "database, key, audit log"
    );
    for secret in &secrets {
        assert!(!shown.contains(secret), "a secret was shown");
        assert!(!log.contains(secret), "a secret was logged");
        for (name, bytes) in &files {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "a secret is in {name}");
        }
    }
}
