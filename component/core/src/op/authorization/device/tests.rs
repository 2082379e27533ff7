use super::*;
use crate::http::request::Method;
use crate::http::response::{Response, TransportError};
use crate::http::url::parse_form;
use crate::oauth::grant::AccountState;
use crate::op::authorization::{complete_oauth_flow, list_accounts};
use crate::ports::Tokens;
use crate::scripted::{START, Stage, block_on, client, json, user, with_header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join;
use serde_json::{Value, json};

const DEVICE_CODE: &str = "https://login.microsoftonline.com/common/oauth2/v2.0/devicecode";
const TOKEN: &str = "https://login.microsoftonline.com/common/oauth2/v2.0/token";

fn start(stage: &Stage) -> DeviceAuthorization {
    let body = json!({
        "user_code": "FJW2-PZK7", "device_code": "device-canary", "expires_in": 900, "interval": 5,
        "verification_uri": "https://microsoft.com/devicelogin",
        "message": "Open https://microsoft.com/devicelogin and enter FJW2-PZK7.",
    });
    stage.http.on(Method::Post, DEVICE_CODE, json(200, body));
    block_on(start_device_flow(stage.world(), &user(), Provider::Outlook)).unwrap()
}

fn poll(stage: &Stage, state: &str) -> Result<DeviceStatus, Error> {
    block_on(poll_device_flow(stage.world(), &user(), state))
}

/// One poll that is not too early and gets this answer.
fn polled(stage: &Stage, started: &DeviceAuthorization, answer: Response) -> Result<DeviceStatus, Error> {
    stage.clock.advance(TimeDelta::seconds(60));
    stage.http.on(Method::Post, TOKEN, answer);
    poll(stage, &started.state)
}

fn refusal(error: &str, codes: &[u32]) -> Response {
    json(400, json!({"error": error, "error_codes": codes, "error_description": "device-canary"}))
}

fn approval(scope: &str) -> Response {
    let claims = json!({
        "iss": "https://login.microsoftonline.com/t1/v2.0", "aud": "outlook-client", "sub": "s", "tid": "t1",
        "oid": "o1", "exp": START.timestamp() + 3600, "preferred_username": "ana@contoso.example",
    });
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let id_token = format!("{}.{}.{}", part("{}"), part(&claims.to_string()), part("sig"));
    json(
        200,
        json!({
            "access_token": "access-canary", "token_type": "Bearer", "expires_in": 4372, "scope": scope,
            "refresh_token": "refresh-canary", "id_token": id_token,
        }),
    )
}

fn sent(stage: &Stage, index: usize) -> Vec<(String, String)> {
    let requests = stage.http.requests();
    parse_form(std::str::from_utf8(requests[index].body.as_ref().unwrap()).unwrap()).unwrap()
}

#[test]
fn a_person_approves_elsewhere_and_the_account_is_connected() {
    let stage = Stage::new();
    let started = start(&stage);
    assert_eq!((started.user_code.as_str(), started.interval), ("FJW2-PZK7", TimeDelta::seconds(5)));
    assert_eq!(started.expires_at, START + TimeDelta::minutes(15));
    let asked: Value = sent(&stage, 0).into_iter().find(|(name, _)| name == "scope").unwrap().1.into();
    assert!(asked.as_str().unwrap().contains("offline_access User.Read Calendars.ReadWrite"), "{asked}");
    let pending = polled(&stage, &started, refusal("authorization_pending", &[70016])).unwrap();
    assert_eq!(pending, DeviceStatus::Pending(TimeDelta::seconds(5)));
    let DeviceStatus::Connected(account) = polled(&stage, &started, approval("openid Calendars.ReadWrite")).unwrap()
    else {
        panic!("approved");
    };
    assert_eq!((account.id.as_str(), account.state), ("outlook:t1.o1", AccountState::Active));
    assert_eq!(account.missing_scopes, ["MailboxSettings.Read"]);
    let form = sent(&stage, 2);
    assert!(form.contains(&("device_code".to_owned(), "device-canary".to_owned())), "{form:?}");
    assert_eq!(stage.tokens.keys(), ["accounts/ana/outlook/outlook%3At1.o1"], "the device code is gone");
    let error = poll(&stage, &started.state).unwrap_err();
    assert_eq!(error.kind, Kind::InvalidArgument);
    assert_eq!(stage.http.requests().len(), 3);
}

#[test]
fn the_device_code_stays_in_the_store_and_the_key_tells_no_state() {
    let stage = Stage::new();
    let started = start(&stage);
    let shown = format!("{started:?} {} {}", started.message, started.state);
    assert!(!shown.contains("device-canary"), "{shown}");
    assert!(!format!("{started:?}").contains(&started.state) && !format!("{started:?}").contains("FJW2"));
    let [key] = &stage.tokens.keys()[..] else { panic!("one record") };
    assert!(key.starts_with("pending/ana/") && !key.contains(&started.state), "{key}");
    let stored = stage.tokens.load(key).unwrap().unwrap();
    assert!(String::from_utf8(stored.value).unwrap().contains("device-canary"));
}

#[test]
fn polling_too_early_asks_nobody_and_names_the_rest_of_the_wait() {
    let stage = Stage::new();
    let started = start(&stage);
    assert_eq!(poll(&stage, &started.state).unwrap(), DeviceStatus::Pending(TimeDelta::seconds(5)));
    stage.clock.advance(TimeDelta::seconds(3));
    assert_eq!(poll(&stage, &started.state).unwrap(), DeviceStatus::Pending(TimeDelta::seconds(2)));
    assert_eq!(stage.http.count(TOKEN), 0);
}

#[test]
fn slow_down_lengthens_this_wait_and_every_later_one() {
    let stage = Stage::new();
    let started = start(&stage);
    let ten = DeviceStatus::Pending(TimeDelta::seconds(10));
    assert_eq!(polled(&stage, &started, refusal("slow_down", &[])).unwrap(), ten);
    stage.clock.advance(TimeDelta::seconds(9));
    assert_eq!(poll(&stage, &started.state).unwrap(), DeviceStatus::Pending(TimeDelta::seconds(1)));
    assert_eq!(polled(&stage, &started, refusal("authorization_pending", &[70016])).unwrap(), ten);
    let again = polled(&stage, &started, refusal("slow_down", &[])).unwrap();
    assert_eq!(again, DeviceStatus::Pending(TimeDelta::seconds(15)));
    let named = with_header(refusal("slow_down", &[]), "retry-after", "55");
    assert_eq!(polled(&stage, &started, named).unwrap(), DeviceStatus::Pending(TimeDelta::seconds(55)));
    let later = polled(&stage, &started, refusal("authorization_pending", &[70016])).unwrap();
    assert_eq!(later, DeviceStatus::Pending(TimeDelta::seconds(20)), "a wait that was named counts once");
}

#[test]
fn a_damaged_record_is_deleted_and_the_other_flows_is_left_alone() {
    let stage = Stage::new();
    let in_browser =
        super::super::start_oauth_flow(stage.world(), &user(), Provider::Outlook, None, None).unwrap().state;
    assert_eq!(poll(&stage, &in_browser).unwrap_err().kind, Kind::InvalidArgument);
    assert_eq!(stage.tokens.keys().len(), 1, "another flow's");
    let callback = format!("https://h/cb?code=c&state={in_browser}");
    for is_device in [true, false] {
        let key = state::key(&user(), &in_browser);
        let version = stage.tokens.load(&key).unwrap().map(|entry| entry.version);
        stage.tokens.save(&key, b"{\"user\":\"ana\"}", version, None).unwrap();
        let error = match is_device {
            true => poll(&stage, &in_browser).unwrap_err(),
            false => block_on(complete_oauth_flow(stage.world(), &user(), &callback)).unwrap_err(),
        };
        assert_eq!((error.kind, stage.tokens.keys().len()), (Kind::InvalidArgument, 0), "{is_device}");
    }
    assert_eq!(stage.http.requests().len(), 0);
}

#[test]
fn every_refusal_of_a_poll_has_its_kind_and_remedy_and_ends_it() {
    for (error, codes, kind, remedy) in [
        ("authorization_declined", &[][..], Kind::PermissionDenied, "Start again and allow"),
        ("authorization_declined", &[90033], Kind::PermissionDenied, "Start again and allow"),
        ("access_denied", &[65004], Kind::PermissionDenied, "Start again and allow"),
        ("expired_token", &[70020], Kind::ReauthorizationRequired, "not entered in time"),
        ("bad_verification_code", &[70020], Kind::ReauthorizationRequired, "does not know the device code"),
        ("invalid_grant", &[50076], Kind::ReauthorizationRequired, "another sign-in factor"),
        ("interaction_required", &[53003], Kind::AdminConsentRequired, "connect in a browser"),
        ("invalid_grant", &[65001], Kind::PermissionDenied, "consent"),
        ("invalid_client", &[7_000_218], Kind::Unsupported, "Allow public client flows"),
        ("invalid_client", &[700_025], Kind::Unsupported, "remove the client secret"),
        ("unauthorized_client", &[700_016], Kind::AdminConsentRequired, "does not know the application"),
    ] {
        let stage = Stage::new();
        let started = start(&stage);
        let found = polled(&stage, &started, refusal(error, codes)).unwrap_err();
        assert_eq!(found.kind, kind, "{error} {codes:?}");
        assert!(found.remedy.contains(remedy), "{error}: {}", found.remedy);
        assert!(found.message.contains(error) && !format!("{found:?}").contains("canary"), "{found:?}");
        assert_eq!(stage.tokens.keys(), [] as [&str; 0], "{error}");
    }
}

#[test]
fn an_outage_ends_nothing_and_polling_goes_on() {
    let lost = TransportError::Lost("h:443".to_owned());
    let proxy = Response { status: 200, headers: Vec::new(), body: b"<html>sign in to the network</html>".to_vec() };
    let named = |status| with_header(json(status, json!({})), "retry-after", "40");
    let wait = |seconds| Some(TimeDelta::seconds(seconds));
    let outages: [(Result<Response, TransportError>, Kind, i64); 9] = [
        (Ok(json(503, json!({}))), Kind::Unavailable { retry_after: None }, 5),
        (Ok(refusal("temporarily_unavailable", &[])), Kind::Unavailable { retry_after: None }, 5),
        (Err(lost), Kind::Unavailable { retry_after: None }, 5),
        (Err(TransportError::Timeout("h:443".to_owned())), Kind::Timeout, 10),
        (Ok(named(503)), Kind::Unavailable { retry_after: wait(40) }, 40),
        (Ok(named(429)), Kind::RateLimited { retry_after: wait(40) }, 40),
        (Ok(json(429, json!({}))), Kind::RateLimited { retry_after: None }, 10),
        (Ok(json(404, json!({}))), Kind::Protocol, 5),
        (Ok(proxy), Kind::Protocol, 5),
    ];
    for (outage, kind, seconds) in outages {
        let stage = Stage::new();
        let started = start(&stage);
        stage.clock.advance(TimeDelta::seconds(60));
        stage.http.on(Method::Post, TOKEN, outage);
        assert_eq!(poll(&stage, &started.state).unwrap_err().kind, kind);
        assert_eq!(
            poll(&stage, &started.state).unwrap(),
            DeviceStatus::Pending(TimeDelta::seconds(seconds)),
            "{kind:?}"
        );
        let found = polled(&stage, &started, approval("openid Calendars.ReadWrite")).unwrap();
        assert!(matches!(found, DeviceStatus::Connected(_)), "{kind:?}");
    }
}

#[test]
fn an_expired_code_is_said_without_a_request_and_forgotten() {
    let stage = Stage::new();
    let started = start(&stage);
    stage.clock.advance(TimeDelta::minutes(15));
    let error = poll(&stage, &started.state).unwrap_err();
    assert_eq!(error.kind, Kind::ReauthorizationRequired);
    assert!(error.message.contains("expired_token"), "{error}");
    assert_eq!((stage.http.count(TOKEN), stage.tokens.keys().len()), (0, 0));
}

#[test]
fn two_polls_at_once_are_one_request() {
    let stage = Stage::new();
    let started = start(&stage);
    stage.clock.advance(TimeDelta::seconds(5));
    stage.http.on(Method::Post, TOKEN, approval("openid Calendars.ReadWrite"));
    let user = user();
    let one = || poll_device_flow(stage.world(), &user, &started.state);
    let (first, second) = block_on(join(one(), one()));
    assert!(matches!(first.unwrap(), DeviceStatus::Connected(_)));
    assert!(matches!(second.unwrap(), DeviceStatus::Pending(_)));
    assert_eq!(stage.http.count(TOKEN), 1);
}

#[test]
fn a_state_belongs_to_one_user_one_flow_and_the_settings_of_its_start() {
    let stage = Stage::new();
    let started = start(&stage);
    stage.clock.advance(TimeDelta::seconds(60));
    let kind_of = |user: &UserId, state: &str| block_on(poll_device_flow(stage.world(), user, state)).unwrap_err().kind;
    assert_eq!(kind_of(&UserId::new("mallory"), &started.state), Kind::InvalidArgument);
    assert_eq!(kind_of(&user(), "unknown"), Kind::InvalidArgument);
    let in_browser =
        super::super::start_oauth_flow(stage.world(), &user(), Provider::Outlook, None, None).unwrap().state;
    assert_eq!(kind_of(&user(), &in_browser), Kind::InvalidArgument);
    let callback = format!("https://h/cb?code=c&state={}", started.state);
    let error = block_on(complete_oauth_flow(stage.world(), &user(), &callback)).unwrap_err();
    assert_eq!(error.kind, Kind::InvalidArgument);
    for change in 0..3 {
        let mut other = client(Provider::Outlook);
        match change {
            0 => other.token_url = Some("https://evil.example/token".to_owned()),
            1 => other.api_url = Some("https://evil.example/v1.0".to_owned()),
            _ => other.id = "another-client".to_owned(),
        }
        *stage.secrets.0.borrow_mut() = vec![(Provider::Outlook, other)];
        assert_eq!(kind_of(&user(), &started.state), Kind::InvalidArgument, "{change}");
    }
    *stage.secrets.0.borrow_mut() = vec![(Provider::Outlook, client(Provider::Outlook))];
    assert_eq!(stage.http.count("token"), 0, "the device code went nowhere");
    let found = polled(&stage, &started, approval("openid Calendars.ReadWrite")).unwrap();
    assert!(matches!(found, DeviceStatus::Connected(_)), "and nobody has used it up");
}

#[test]
fn starting_refuses_google_a_missing_client_and_what_entra_refuses() {
    let stage = Stage::new();
    let begin = |provider| block_on(start_device_flow(stage.world(), &user(), provider)).unwrap_err();
    let error = begin(Provider::Google);
    assert_eq!((&error.kind, error.provider), (&Kind::Unsupported, Some(Provider::Google)));
    assert!(error.message.contains("device code") && error.remedy.contains("browser"), "{error:?}");
    stage.http.on(Method::Post, DEVICE_CODE, refusal("unauthorized_client", &[700_016]));
    assert_eq!(begin(Provider::Outlook).kind, Kind::AdminConsentRequired);
    stage.http.on(Method::Post, DEVICE_CODE, json(200, json!({"device_code": "device-canary"})));
    let error = begin(Provider::Outlook);
    assert!(error.kind == Kind::Protocol && !format!("{error:?}").contains("canary"), "{error:?}");
    stage.secrets.0.borrow_mut().clear();
    assert_eq!(begin(Provider::Outlook).kind, Kind::Unsupported);
    assert_eq!(stage.tokens.keys(), [] as [&str; 0]);
}

#[test]
fn an_approval_of_nothing_useful_or_for_another_client_connects_nobody() {
    let stage = Stage::new();
    let started = start(&stage);
    let error = polled(&stage, &started, approval("openid User.Read")).unwrap_err();
    assert_eq!(error.kind, Kind::PermissionDenied);
    let started = start(&stage);
    let odd = json(200, json!({"access_token": "a", "token_type": "Bearer"}));
    assert_eq!(polled(&stage, &started, odd).unwrap_err().kind, Kind::Protocol);
    assert!(list_accounts(stage.world(), &user()).unwrap().is_empty());
    assert_eq!(stage.tokens.keys(), [] as [&str; 0]);
}
