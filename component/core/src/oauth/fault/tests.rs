use super::*;
use crate::scripted::{START, empty, json, with_header};
use serde_json::json;

fn entra(step: Step, error: &str, codes: &[u32]) -> Fault {
    let body = json!({
        "error": error, "error_codes": codes, "error_description": "AADSTS0: canary",
        "correlation_id": "b0a9-1", "trace_id": "t",
    });
    of_answer(Provider::Outlook, step, &json(400, body), START)
}

fn google_fault(step: Step, status: u16, body: serde_json::Value) -> Fault {
    of_answer(Provider::Google, step, &json(status, body), START)
}

const REAUTH: Effect = Effect::Ended(AccountState::NeedsReauth);
const SCOPE: Effect = Effect::Ended(AccountState::NeedsScope);
const ADMIN: Effect = Effect::Ended(AccountState::NeedsAdmin);
const DISABLED: Effect = Effect::Ended(AccountState::Disabled);
const NONE: Effect = Effect::Unchanged;

/// Every AADSTS number of the reference with the `error` it is seen with, at a refresh.
#[test]
fn every_known_aadsts_number_of_a_refresh_has_its_effect_and_kind() {
    let unavailable = Kind::Unavailable { retry_after: None };
    let rows: &[(&str, &[u32], Effect, Kind)] = &[
        ("invalid_grant", &[65001], SCOPE, Kind::PermissionDenied),
        ("consent_required", &[65001], SCOPE, Kind::PermissionDenied),
        ("access_denied", &[65004], NONE, Kind::PermissionDenied),
        ("invalid_grant", &[90094, 90095, 90008, 650_056], ADMIN, Kind::AdminConsentRequired),
        ("invalid_grant", &[65005, 650_052, 650_057, 500_011], NONE, Kind::Unsupported),
        ("invalid_grant", &[50076, 50079, 50072, 50074, 50078, 50158], REAUTH, Kind::ReauthorizationRequired),
        ("interaction_required", &[50076, 50158], REAUTH, Kind::ReauthorizationRequired),
        ("invalid_grant", &[50097, 50129, 53000, 53001, 53002], ADMIN, Kind::AdminConsentRequired),
        ("invalid_grant", &[53003, 530_032, 530_035, 50131, 50005], ADMIN, Kind::AdminConsentRequired),
        ("invalid_grant", &[50173, 50132, 50133, 50089], REAUTH, Kind::ReauthorizationRequired),
        ("invalid_grant", &[70008, 700_082, 700_084, 70043], REAUTH, Kind::ReauthorizationRequired),
        ("invalid_grant", &[54005], NONE, Kind::ReauthorizationRequired),
        ("invalid_grant", &[70000, 70002, 501_481, 50147], REAUTH, Kind::ReauthorizationRequired),
        ("invalid_grant", &[700_005], NONE, Kind::Unsupported),
        ("invalid_request", &[50011, 900_971, 70004], NONE, Kind::Unsupported),
        ("invalid_scope", &[70011, 28002, 28003, 700_022, 700_023], NONE, Kind::Unsupported),
        ("invalid_client", &[7_000_215, 7_000_222, 7_000_218, 700_025, 900_144], NONE, Kind::Unsupported),
        ("unauthorized_client", &[700_016, 70001, 700_011, 7_000_112, 1_000_031], NONE, Kind::AdminConsentRequired),
        ("invalid_grant", &[50105], ADMIN, Kind::AdminConsentRequired),
        ("invalid_request", &[50194, 9_002_332, 90130, 500_208], NONE, Kind::Unsupported),
        ("invalid_request", &[90002, 90038, 50059, 90019], NONE, Kind::Unsupported),
        ("invalid_grant", &[50020, 50034, 16000, 51004, 50014], REAUTH, Kind::ReauthorizationRequired),
        ("invalid_grant", &[50057, 500_341], DISABLED, Kind::ReauthorizationRequired),
        ("invalid_grant", &[50053, 50055, 50126, 50144], REAUTH, Kind::ReauthorizationRequired),
        ("invalid_grant", &[50196], Effect::Paused, Kind::Unavailable { retry_after: Some(PAUSE) }),
        ("invalid_grant", &[50033, 50087, 90006, 90012, 90024, 90033, 90055, 90090, 70012, 80014], NONE, unavailable),
    ];
    for (error, codes, effect, kind) in rows {
        for code in *codes {
            let fault = entra(Step::Refresh, error, &[*code]);
            assert_eq!(fault.effect, *effect, "{error} {code}");
            assert_eq!(fault.error.kind, *kind, "{error} {code}");
            assert!(fault.error.message.contains(&format!("AADSTS{code}")), "{}", fault.error);
            assert_eq!(fault.error.request_id.as_deref(), Some("b0a9-1"));
            assert!(!fault.error.remedy.is_empty());
        }
    }
}

#[test]
fn an_unknown_number_leaves_the_meaning_of_the_word() {
    for (error, effect, kind) in [
        ("invalid_grant", REAUTH, Kind::ReauthorizationRequired),
        ("interaction_required", REAUTH, Kind::ReauthorizationRequired),
        ("login_required", REAUTH, Kind::ReauthorizationRequired),
        ("consent_required", SCOPE, Kind::PermissionDenied),
        ("invalid_client", NONE, Kind::Unsupported),
        ("unauthorized_client", NONE, Kind::Unsupported),
        ("invalid_request", NONE, Kind::Unsupported),
        ("invalid_scope", NONE, Kind::Unsupported),
        ("invalid_resource", NONE, Kind::Unsupported),
        ("unsupported_grant_type", NONE, Kind::Unsupported),
        ("access_denied", NONE, Kind::PermissionDenied),
        ("temporarily_unavailable", NONE, Kind::Unavailable { retry_after: None }),
        ("something_new", NONE, Kind::Unsupported),
    ] {
        for codes in [&[][..], &[1], &[999_999_999]] {
            let fault = entra(Step::Refresh, error, codes);
            assert_eq!((fault.effect, &fault.error.kind), (effect, &kind), "{error} {codes:?}");
        }
    }
}

#[test]
fn a_deployment_error_never_ends_a_grant_whatever_its_number_says() {
    for word in ["invalid_client", "unauthorized_client", "invalid_request", "server_error"] {
        for code in [50173, 50057, 65001, 53003, 70008, 50105] {
            assert_eq!(entra(Step::Refresh, word, &[code]).effect, NONE, "{word} {code}");
        }
    }
}

#[test]
fn a_void_code_means_start_again_and_says_nothing_about_an_account() {
    for code in [54005, 70000, 70008, 501_481, 50147] {
        let fault = entra(Step::Code, "invalid_grant", &[code]);
        assert_eq!(fault.error.kind, Kind::ReauthorizationRequired);
        assert_eq!(fault.effect, NONE, "{code}");
    }
    let fault = google_fault(Step::Code, 400, json!({"error": "invalid_grant"}));
    assert_eq!(fault.error.kind, Kind::ReauthorizationRequired);
    assert_eq!(fault.effect, NONE);
}

#[test]
fn googles_words_have_their_effect_and_kind() {
    let unavailable = Kind::Unavailable { retry_after: None };
    for (error, effect, kind) in [
        ("invalid_grant", REAUTH, Kind::ReauthorizationRequired),
        ("invalid_client", NONE, Kind::Unsupported),
        ("deleted_client", NONE, Kind::Unsupported),
        ("unauthorized_client", NONE, Kind::Unsupported),
        ("unsupported_grant_type", NONE, Kind::Unsupported),
        ("invalid_request", NONE, Kind::Unsupported),
        ("invalid_scope", NONE, Kind::Unsupported),
        ("temporarily_unavailable", NONE, unavailable),
        ("admin_policy_enforced", ADMIN, Kind::AdminConsentRequired),
    ] {
        let fault = google_fault(Step::Refresh, 400, json!({"error": error}));
        assert_eq!((fault.effect, &fault.error.kind), (effect, &kind), "{error}");
    }
    let rapt = json!({"error": "invalid_grant", "error_subtype": "invalid_rapt"});
    let fault = google_fault(Step::Refresh, 400, rapt);
    assert!(fault.error.remedy.contains("fresh sign-in"));
    for (error, kind) in [
        ("access_denied", Kind::PermissionDenied),
        ("org_internal", Kind::AdminConsentRequired),
        ("admin_policy_enforced", Kind::AdminConsentRequired),
        ("redirect_uri_mismatch", Kind::Unsupported),
        ("disallowed_useragent", Kind::Unsupported),
    ] {
        assert_eq!(of_callback(Provider::Google, error).error.kind, kind, "{error}");
    }
}

#[test]
fn faults_of_the_server_change_nothing_and_carry_retry_after() {
    let seven = Some(TimeDelta::seconds(7));
    for (status, kind) in [
        (429, Kind::RateLimited { retry_after: seven }),
        (500, Kind::Unavailable { retry_after: seven }),
        (503, Kind::Unavailable { retry_after: seven }),
    ] {
        let body = json!({"error": "invalid_grant"});
        let answer = with_header(json(status, body), "Retry-After", "7");
        let fault = of_answer(Provider::Google, Step::Refresh, &answer, START);
        assert_eq!((fault.effect, fault.error.kind), (NONE, kind));
    }
    for odd in [empty(400), json(400, json!([1])), json(302, json!({}))] {
        let fault = of_answer(Provider::Outlook, Step::Refresh, &odd, START);
        assert_eq!((fault.effect, fault.error.kind), (NONE, Kind::Protocol));
    }
}

#[test]
fn nothing_a_server_wrote_is_shown_but_a_plain_word_and_numbers() {
    let body = json!({
        "error": "<b>canary</b>", "error_description": "canary", "correlation_id": "canary\n",
    });
    let fault = of_answer(Provider::Outlook, Step::Refresh, &json(400, body), START);
    assert!(!format!("{fault:?}").contains("canary"), "{fault:?}");
    assert!(!format!("{:?}", of_callback(Provider::Google, "Canary!")).contains("anary"));
}

/// What a person reads for every row of the tables of Entra ID's errors, at the step it belongs to.
#[test]
fn every_row_of_entras_table_says_what_to_do() {
    let rows: &[(Step, &str, &[u32], &str)] = &[
        (Step::Refresh, "invalid_grant", &[65001], "consent"),
        (Step::Consent, "access_denied", &[65004], "Start again and allow calendar access"),
        (Step::Code, "invalid_grant", &[90094, 90095, 90008, 650_056], "administrator"),
        (Step::Code, "invalid_request", &[65005, 650_052, 650_057, 500_011], "permission is not set up"),
        (Step::Refresh, "interaction_required", &[50076, 50079, 50072, 50074, 50078, 50158], "another sign-in factor"),
        (Step::Refresh, "invalid_grant", &[50097, 50129, 53000, 53001, 53002], "managed device"),
        (Step::Refresh, "invalid_grant", &[53003, 530_032, 530_035, 50131, 50005], "request id"),
        (Step::Refresh, "invalid_grant", &[50173, 50132, 50133, 50089], "revoked or the password changed"),
        (Step::Refresh, "invalid_grant", &[70008, 700_082], "90 days"),
        (Step::Refresh, "invalid_grant", &[700_084], "`spa`"),
        (Step::Refresh, "invalid_grant", &[70043], "expect it to recur"),
        (Step::Code, "invalid_grant", &[54005, 70000, 70002, 501_481, 50147, 70008], "used before"),
        (Step::Refresh, "invalid_grant", &[70000, 70002, 501_481, 50147], "no longer accepts"),
        (Step::Code, "invalid_grant", &[700_005], "one tenant value"),
        (Step::Code, "invalid_request", &[50011, 900_971, 70004], "exactly the configured redirect address"),
        (Step::Code, "invalid_scope", &[70011, 28002, 28003, 700_022, 700_023], "scope"),
        (Step::Code, "invalid_client", &[7_000_215], "Value, not its ID"),
        (Step::Code, "invalid_client", &[7_000_222], "create a new one"),
        (Step::Code, "invalid_client", &[7_000_218], "configure it"),
        (Step::Device, "invalid_client", &[7_000_218], "Allow public client flows"),
        (Step::Code, "invalid_client", &[700_025], "remove the client secret"),
        (Step::Code, "invalid_request", &[900_144], "parameter is missing"),
        (Step::Code, "unauthorized_client", &[700_016, 70001, 700_011, 7_000_112, 1_000_031], "know the application"),
        (Step::Code, "invalid_grant", &[50105], "assign the user"),
        (Step::Code, "invalid_request", &[50194, 9_002_332, 90130, 500_208], "tenant setting"),
        (Step::Code, "invalid_request", &[90002, 90038, 50059, 90019], "another cloud"),
        (Step::Code, "invalid_grant", &[50020, 50034, 16000, 51004, 50014], "another account"),
        (Step::Refresh, "invalid_grant", &[50057, 500_341], "disabled by its organisation"),
        (Step::Refresh, "invalid_grant", &[50053, 50055, 50126, 50144], "Repair the sign-in"),
        (Step::Device, "interaction_required", &[53003], "connect in a browser"),
        (Step::Device, "authorization_declined", &[], "Start again and allow"),
        (Step::Device, "expired_token", &[], "not entered in time"),
        (Step::Device, "bad_verification_code", &[], "report it"),
    ];
    for (step, error, codes, remedy) in rows {
        for code in codes.iter().map(Some).chain(codes.is_empty().then_some(None)) {
            let codes: Vec<u32> = code.copied().into_iter().collect();
            let fault = entra(*step, error, &codes);
            assert!(fault.error.remedy.contains(remedy), "{step:?} {error} {code:?}: {}", fault.error.remedy);
            assert_eq!(fault.error.provider, Some(Provider::Outlook));
        }
    }
}

/// The rows of the table of Google's errors: where, word, effect, kind, and what a person reads.
#[test]
fn every_row_of_googles_table_says_what_to_do() {
    let transient = || Kind::Unavailable { retry_after: None };
    let rows: Vec<(Step, &str, Effect, Kind, &str)> = vec![
        (Step::Consent, "access_denied", NONE, Kind::PermissionDenied, "Start again and allow calendar access"),
        (Step::Consent, "admin_policy_enforced", ADMIN, Kind::AdminConsentRequired, "Google Workspace"),
        (Step::Consent, "org_internal", ADMIN, Kind::AdminConsentRequired, "its own organisation"),
        (Step::Consent, "redirect_uri_mismatch", NONE, Kind::Unsupported, "exactly the configured redirect address"),
        (Step::Consent, "invalid_request", NONE, Kind::Unsupported, "registration and configuration at Google"),
        (Step::Consent, "deleted_client", NONE, Kind::Unsupported, "client id"),
        (Step::Consent, "disallowed_useragent", NONE, Kind::Unsupported, "ordinary browser"),
        (Step::Consent, "rate_limit_exceeded", NONE, transient(), "later"),
        (Step::Code, "invalid_grant", NONE, Kind::ReauthorizationRequired, "used before"),
        (Step::Refresh, "invalid_grant", REAUTH, Kind::ReauthorizationRequired, "no longer accepts"),
        (Step::Refresh, "invalid_client", NONE, Kind::Unsupported, "client secret is wrong"),
        (Step::Refresh, "deleted_client", NONE, Kind::Unsupported, "client id"),
        (Step::Code, "unauthorized_client", NONE, Kind::Unsupported, "client's type"),
        (Step::Code, "unsupported_grant_type", NONE, Kind::Unsupported, "registration and configuration"),
        (Step::Code, "invalid_request", NONE, Kind::Unsupported, "registration and configuration"),
        (Step::Code, "invalid_scope", NONE, Kind::Unsupported, "Data access"),
        (Step::Refresh, "temporarily_unavailable", NONE, transient(), "later"),
    ];
    for (step, word, effect, kind, remedy) in rows {
        let fault = match step {
            Step::Consent => of_callback(Provider::Google, word),
            _ => google_fault(step, 400, json!({"error": word})),
        };
        assert_eq!((fault.effect, &fault.error.kind), (effect, &kind), "{step:?} {word}");
        assert!(fault.error.remedy.contains(remedy), "{step:?} {word}: {}", fault.error.remedy);
    }
}

#[test]
fn retry_after_is_read_as_seconds_and_as_a_date() {
    for (value, seconds) in [("7", 7), ("Wed, 10 Jun 2026 08:00:09 GMT", 9), ("Wed, 10 Jun 2026 07:00:00 GMT", 0)] {
        for status in [429, 503] {
            let answer = with_header(json(status, json!({})), "Retry-After", value);
            let fault = of_answer(Provider::Outlook, Step::Refresh, &answer, START);
            assert_eq!(fault.error.retry_after(), Some(TimeDelta::seconds(seconds)), "{status} {value}");
        }
    }
}

#[test]
fn odd_codes_hide_neither_the_word_nor_the_other_codes() {
    for codes in [serde_json::json!([null, "x", -1, 50_173]), serde_json::json!([50_173, {}])] {
        let body = serde_json::json!({"error": "invalid_grant", "error_codes": codes});
        let odd = of_answer(Provider::Outlook, Step::Refresh, &json(400, body), START);
        assert_eq!(odd.error, entra(Step::Refresh, "invalid_grant", &[50_173]).error.with_request_id(None));
    }
    for codes in [serde_json::json!(50_173), serde_json::json!("x"), serde_json::json!(null)] {
        let body = serde_json::json!({"error": "invalid_grant", "error_codes": codes});
        assert_eq!(of_answer(Provider::Outlook, Step::Refresh, &json(400, body), START).effect, REAUTH);
    }
}
