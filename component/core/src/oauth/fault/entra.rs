//! Entra ID's errors: the stable words, and the AADSTS numbers that refine them. Numbers change
//! without notice: one that is not listed leaves the word's meaning.
//! <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>

use super::{CONNECT_AGAIN, Class, Step};

const CONNECT: &str = "Microsoft no longer accepts the stored permission. Connect the account again.";
const CHECK: &str = "Check the application's registration in Entra ID and the configuration.";
const ADMIN: &str = "Ask the organisation's administrator to allow the application.";
const FACTOR: &str = "The organisation requires another sign-in factor. Connect the account again.";
const DEVICE: &str = "Sign in from a managed device, or ask the organisation's administrator.";
const POLICY: &str = "A security policy blocks the sign-in: give the administrator the request id.";
const NO_DEVICES: &str = "A security policy blocks the sign-in, perhaps by device code only: connect in a browser, or give the administrator the request id.";
const SIGN_IN: &str = "Repair the sign-in at Microsoft first (locked, or password expired), then connect again.";
const OTHER_ACCOUNT: &str = "The user is not in that organisation. Connect with another account.";
const UNKNOWN_APP: &str =
    "The organisation does not know the application, or disabled it: ask its administrator, or check the client id.";

/// The meaning of `error` alone.
pub(super) fn by_word(step: Step, error: &str) -> Class {
    match (error, step) {
        ("invalid_grant", Step::Refresh) => Class::Reauth(CONNECT),
        ("invalid_grant", _) => Class::StartAgain(CONNECT_AGAIN),
        ("expired_token", _) => Class::StartAgain("The code was not entered in time. Start again."),
        ("bad_verification_code", _) => Class::StartAgain(
            "Microsoft does not know the device code, or it was used before. Start again; report it if that recurs.",
        ),
        ("interaction_required" | "login_required", _) => Class::Reauth(FACTOR),
        ("consent_required", _) => Class::Scope("Connect the account again and allow calendar access."),
        ("access_denied" | "authorization_declined", _) => Class::Declined,
        ("temporarily_unavailable" | "server_error", _) => Class::Transient,
        _ => Class::Config(CHECK),
    }
}

/// The words of RFC 8628 section 3.5 that end a device authorization, and Entra's two in their
/// place.
pub(super) fn is_of_device_flow(error: &str) -> bool {
    matches!(error, "authorization_declined" | "expired_token" | "bad_verification_code")
}

/// The meaning of an AADSTS number, if it is a known one.
pub(super) fn by_code(code: u32, step: Step) -> Option<Class> {
    let class = match code {
        65001 => Class::Scope(
            "Connect the account again and consent; if the organisation forbids that, ask its administrator.",
        ),
        65004 => Class::Declined,
        90094 | 90095 | 90008 | 650_056 => Class::Admin(ADMIN),
        65005 | 650_052 | 650_057 | 500_011 => Class::Config(
            "The permission is not set up for the application or in the organisation: check its registration, or ask the administrator.",
        ),
        50076 | 50079 | 50072 | 50074 | 50078 | 50158 => Class::Reauth(FACTOR),
        50097 | 50129 | 53000 | 53001 | 53002 => Class::Admin(DEVICE),
        // A widespread policy blocks device codes and nothing else.
        53003 if step == Step::Device => Class::Admin(NO_DEVICES),
        53003 | 530_032 | 530_035 | 50131 | 50005 => Class::Admin(POLICY),
        50173 | 50132 | 50133 | 50089 => {
            Class::Reauth("The permission was revoked or the password changed. Connect the account again.")
        }
        70008 | 700_082 if step == Step::Refresh => {
            Class::Reauth("The permission was not used for 90 days. Connect the account again.")
        }
        700_084 => {
            Class::Reauth("Register the redirect address as `web` or `native`, not as `spa`, then connect again.")
        }
        70043 => Class::Reauth(
            "The organisation limits how long a sign-in lasts. Connect the account again; expect it to recur.",
        ),
        54005 => Class::StartAgain(CONNECT_AGAIN),
        70008 | 700_082 | 70000 | 70002 | 501_481 | 50147 => match step {
            Step::Refresh => Class::Reauth(CONNECT),
            _ => Class::StartAgain(CONNECT_AGAIN),
        },
        700_005 => Class::Config("Use one tenant value for sign-in and token requests."),
        50011 | 900_971 | 70004 => Class::Config("Register exactly the configured redirect address in Entra ID."),
        70011 | 28002 | 28003 | 700_022 | 700_023 => {
            Class::Config("A scope is unknown, or belongs to another resource: report this.")
        }
        7_000_215 => Class::Config("Use the client secret's Value, not its ID."),
        7_000_222 => Class::Config("The client secret expired: create a new one in Entra ID."),
        7_000_218 if step == Step::Device => Class::Config(
            "Allow public client flows in the application's registration, or configure its client secret.",
        ),
        7_000_218 => Class::Config("Entra ID expects a client secret: configure it."),
        700_025 => Class::Config(
            "The application is registered as a public client: remove the client secret from the configuration.",
        ),
        900_144 => Class::Config("A parameter is missing in the request: report this."),
        700_016 | 70001 | 700_011 | 7_000_112 | 1_000_031 => Class::Admin(UNKNOWN_APP),
        50105 => Class::Admin("Ask the administrator to assign the user to the application."),
        50194 | 9_002_332 | 90130 | 500_208 => Class::Config(
            "The kind of account does not fit the tenant setting: `common`, `organizations`, `consumers` or a tenant id.",
        ),
        90002 | 90038 | 50059 | 90019 => {
            Class::Config("The tenant is unknown, or in another cloud: check the tenant setting and the addresses.")
        }
        50020 | 50034 | 16000 | 51004 | 50014 => Class::Reauth(OTHER_ACCOUNT),
        50057 | 500_341 => Class::Disabled("The account was disabled by its organisation."),
        50053 | 50055 | 50126 | 50144 => Class::Reauth(SIGN_IN),
        50196 => Class::Loop,
        50033 | 50087 | 90006 | 90012 | 90024 | 90033 | 90055 | 90090 | 70012 | 80014 => Class::Transient,
        _ => return None,
    };
    Some(class)
}
