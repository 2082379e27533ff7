use super::*;

const GOOGLE: [(&str, &str); 2] =
    [("GOOGLE_CLIENT_ID", "1-a.apps.googleusercontent.com"), ("GOOGLE_CLIENT_SECRET", "GOCSPX-abcdef")];
const OUTLOOK: [(&str, &str); 2] =
    [("OUTLOOK_CLIENT_ID", "00001111-aaaa-2222-bbbb-3333cccc4444"), ("OUTLOOK_CLIENT_SECRET", "abc8Q~value")];

fn found(variables: &[(&str, &str)]) -> Vec<Finding> {
    let all = [("CALENDAR_HOST_DATA_DIR", "data")].into_iter().chain(variables.iter().copied());
    settings(&Config::from_vars(all).unwrap())
}

/// The level of one check, with these variables on top of sound ones.
fn level_of(check: &str, changed: &[(&str, &str)]) -> Level {
    let variables: Vec<_> = GOOGLE.iter().chain(&OUTLOOK).chain(changed).copied().collect();
    let findings = found(&variables);
    let finding = findings.iter().find(|finding| finding.check == check).unwrap();
    assert_eq!(finding.level == Level::Ok, finding.remedy.is_none(), "{finding:?}");
    finding.level
}

#[test]
fn sound_settings_are_no_warning() {
    let variables: Vec<_> = GOOGLE.into_iter().chain(OUTLOOK).collect();
    for finding in found(&variables) {
        assert_eq!(finding.level, Level::Ok, "{finding:?}");
    }
}

#[test]
fn no_provider_at_all_is_a_problem() {
    assert_eq!(found(&[]).iter().map(|finding| finding.level).collect::<Vec<_>>(), [Level::Problem]);
}

#[test]
fn what_was_pasted_into_the_wrong_place_is_recognised() {
    use Level::{Ok, Problem, Warning};
    let guid = "11112222-bbbb-3333-cccc-4444dddd5555";
    for (check, changed, expected) in [
        ("google-client-id", &[("GOOGLE_CLIENT_ID", "GOCSPX-abc")][..], Problem),
        ("google-client-id", &[("GOOGLE_CLIENT_ID", "my-project")], Problem),
        ("google-client-id", &[("GOOGLE_CLIENT_ID", "x"), ("GOOGLE_TOKEN_URL", "http://127.0.0.1:1/t")], Warning),
        ("google-secret", &[("GOOGLE_CLIENT_SECRET", "1-a.apps.googleusercontent.com")], Problem),
        ("google-secret", &[("GOOGLE_CLIENT_SECRET", "")], Problem),
        ("google-secret", &[("GOOGLE_CLIENT_SECRET", "\"GOCSPX-abc\"")], Problem),
        ("google-secret", &[("GOOGLE_CLIENT_SECRET", "oldstylesecret")], Warning),
        ("outlook-client-id", &[("OUTLOOK_CLIENT_ID", "my-app")], Problem),
        ("outlook-secret", &[("OUTLOOK_CLIENT_SECRET", guid)], Problem),
        ("outlook-secret", &[("OUTLOOK_CLIENT_SECRET", "00001111-aaaa-2222-bbbb-3333cccc4444")], Problem),
        ("outlook-secret", &[("OUTLOOK_CLIENT_SECRET", "a b")], Problem),
        ("outlook-secret", &[("OUTLOOK_CLIENT_SECRET", "")], Ok),
        ("outlook-tenant", &[("OUTLOOK_TENANT_ID", "contoso")], Problem),
        ("outlook-tenant", &[("OUTLOOK_TENANT_ID", "consumers")], Warning),
        ("outlook-tenant", &[("OUTLOOK_TENANT_ID", "contoso.example")], Ok),
        ("outlook-tenant", &[("OUTLOOK_TENANT_ID", guid)], Ok),
    ] {
        assert_eq!(level_of(check, changed), expected, "{check} {changed:?}");
    }
}

#[test]
fn redirect_addresses_are_checked_by_the_rules_of_their_provider() {
    use Level::{Ok, Problem, Warning};
    for (check, variable, address, expected) in [
        ("google-redirect-uri", "GOOGLE_REDIRECT_URI", "http://127.0.0.1:8765/callback", Ok),
        ("google-redirect-uri", "GOOGLE_REDIRECT_URI", "http://[::1]:8765/callback", Ok),
        ("google-redirect-uri", "GOOGLE_REDIRECT_URI", "https://app.example/callback", Ok),
        ("outlook-redirect-uri", "OUTLOOK_REDIRECT_URI", "http://localhost:8765/callback", Ok),
        ("outlook-redirect-uri", "OUTLOOK_REDIRECT_URI", "https://app.example/callback", Ok),
        ("outlook-redirect-uri", "OUTLOOK_REDIRECT_URI", "http://127.0.0.1:8765/callback", Warning),
        ("outlook-redirect-uri", "OUTLOOK_REDIRECT_URI", "http://localhost:8765", Warning),
        ("outlook-redirect-uri", "OUTLOOK_REDIRECT_URI", "http://[::1]:8765/callback", Problem),
        ("outlook-redirect-uri", "OUTLOOK_REDIRECT_URI", "https://app.example/callback?x=1", Problem),
    ] {
        assert_eq!(level_of(check, &[(variable, address)]), expected, "{address}");
    }
    let one_organisation =
        [("OUTLOOK_REDIRECT_URI", "https://app.example/callback?x=1"), ("OUTLOOK_TENANT_ID", "contoso.example")];
    assert_eq!(level_of("outlook-redirect-uri", &one_organisation), Ok);
    let long = format!("https://app.example/{}", "x".repeat(256));
    assert_eq!(level_of("outlook-redirect-uri", &[("OUTLOOK_REDIRECT_URI", &long)]), Problem);
}

#[test]
fn addresses_of_different_clouds_are_a_problem() {
    assert_eq!(level_of("outlook-cloud", &[("OUTLOOK_API_URL", "https://graph.microsoft.us/v1.0")]), Level::Problem);
    assert_eq!(level_of("outlook-cloud", &[("OUTLOOK_CLOUD", "us-gov")]), Level::Ok);
    assert_eq!(level_of("outlook-cloud", &[("OUTLOOK_API_URL", "http://127.0.0.1:1/v1.0")]), Level::Ok);
}

#[test]
fn no_finding_holds_a_secret() {
    for secret in ["canary \"secret\"", "11112222-bbbb-3333-cccc-4444dddd5555", "canary-plain"] {
        let variables = GOOGLE.iter().chain(&OUTLOOK).copied();
        let changed = [("GOOGLE_CLIENT_SECRET", secret), ("OUTLOOK_CLIENT_SECRET", secret)];
        let text = format!("{:?}", found(&variables.chain(changed).collect::<Vec<_>>()));
        assert!(!text.contains("canary") && !text.contains("11112222"), "{text}");
    }
}
