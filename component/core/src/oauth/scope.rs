//! Scopes: what is asked for, what each feature needs, and what a grant lacks (RFC 6749 section
//! 3.3). Scopes are kept under their short names: `calendar.events`, `Calendars.Read`.

use crate::account::Provider;
use crate::error::{Error, Kind};
use crate::http::url::origin;

/// What the component can do only with the user's permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// List the account's calendars.
    ListCalendars,
    /// Read busy times.
    ReadBusy,
    /// Read events.
    ReadEvents,
    /// Book, change and cancel.
    WriteEvents,
    /// Read the mailbox's zone and working hours.
    MailboxSettings,
}

impl Feature {
    const ALL: [Feature; 5] = [
        Feature::ListCalendars,
        Feature::ReadBusy,
        Feature::ReadEvents,
        Feature::WriteEvents,
        Feature::MailboxSettings,
    ];

    /// Completes "permission to … is missing".
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Feature::ListCalendars => "list calendars",
            Feature::ReadBusy => "read busy times",
            Feature::ReadEvents => "read events",
            Feature::WriteEvents => "book, change and cancel events",
            Feature::MailboxSettings => "read calendar settings",
        }
    }
}

const GOOGLE_PREFIX: &str = "https://www.googleapis.com/auth/";

/// The scopes asked for in one authorization request, as sent.
#[must_use]
pub fn asked(provider: Provider) -> &'static [&'static str] {
    match provider {
        Provider::Google => &[
            "openid",
            "email",
            "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
            "https://www.googleapis.com/auth/calendar.freebusy",
            "https://www.googleapis.com/auth/calendar.events",
        ],
        Provider::Outlook => &[
            "openid",
            "profile",
            "email",
            "offline_access",
            "User.Read",
            "Calendars.ReadWrite",
            "MailboxSettings.Read",
        ],
    }
}

/// Graph roots of the clouds whose permissions must be asked for by their full names: two clouds
/// share a sign-in host, and a bare name there means the other one's Graph.
/// <https://learn.microsoft.com/graph/deployments>
const RESOURCES: [&str; 3] =
    ["https://graph.microsoft.us", "https://dod-graph.microsoft.us", "https://microsoftgraph.chinacloudapi.cn"];

/// The `scope` parameter of an authorization request for tokens that are used at `api`.
#[must_use]
pub fn parameter(provider: Provider, api: &str) -> String {
    let resource = RESOURCES.into_iter().find(|root| origin(root) == origin(api));
    let name = |scope: &&str| match resource {
        // OpenID's own scopes belong to no resource and have no dot.
        Some(root) if provider == Provider::Outlook && scope.contains('.') => format!("{root}/{scope}"),
        _ => (*scope).to_owned(),
    };
    asked(provider).iter().map(name).collect::<Vec<_>>().join(" ")
}

/// Scopes any one of which is enough for the feature, the narrowest first; the first is the one
/// named to the user.
#[must_use]
pub fn sufficient(provider: Provider, feature: Feature) -> &'static [&'static str] {
    match (provider, feature) {
        (Provider::Google, Feature::ListCalendars) => {
            &["calendar.calendarlist.readonly", "calendar.calendarlist", "calendar.readonly", "calendar"]
        }
        (Provider::Google, Feature::ReadBusy) => {
            &["calendar.freebusy", "calendar.events.freebusy", "calendar.readonly", "calendar"]
        }
        (Provider::Google, Feature::ReadEvents) => &[
            "calendar.events.readonly",
            "calendar.events",
            "calendar.events.owned.readonly",
            "calendar.events.owned",
            "calendar.readonly",
            "calendar",
        ],
        (Provider::Google, Feature::WriteEvents) => &["calendar.events", "calendar.events.owned", "calendar"],
        (Provider::Google, Feature::MailboxSettings) => {
            &["calendar.calendars.readonly", "calendar.calendars", "calendar.readonly", "calendar"]
        }
        (Provider::Outlook, Feature::ReadBusy) => &[
            "Calendars.ReadBasic",
            "Calendars.Read",
            "Calendars.ReadWrite",
            "Calendars.Read.Shared",
            "Calendars.ReadWrite.Shared",
        ],
        (Provider::Outlook, Feature::ListCalendars | Feature::ReadEvents) => {
            &["Calendars.Read", "Calendars.ReadWrite", "Calendars.Read.Shared", "Calendars.ReadWrite.Shared"]
        }
        (Provider::Outlook, Feature::WriteEvents) => &["Calendars.ReadWrite", "Calendars.ReadWrite.Shared"],
        (Provider::Outlook, Feature::MailboxSettings) => &["MailboxSettings.Read", "MailboxSettings.ReadWrite"],
    }
}

/// Whether `granted` (short names) allows the feature.
#[must_use]
pub fn allows(provider: Provider, granted: &[String], feature: Feature) -> bool {
    sufficient(provider, feature).iter().any(|enough| granted.iter().any(|one| one.eq_ignore_ascii_case(enough)))
}

/// Whether anything worth keeping is allowed: to read when the user is busy, or to book.
#[must_use]
pub fn is_useful(provider: Provider, granted: &[String]) -> bool {
    [Feature::ReadBusy, Feature::ReadEvents, Feature::WriteEvents]
        .into_iter()
        .any(|feature| allows(provider, granted, feature))
}

/// Short names of the scopes in a space-separated list, sorted, each once.
#[must_use]
pub fn normalise(provider: Provider, list: &str) -> Vec<String> {
    let mut scopes: Vec<String> = list.split_whitespace().map(|scope| short(provider, scope)).collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// Google: without the common prefix, `userinfo.email` as `email`. Entra: without the resource,
/// in the spelling of Microsoft's documentation, because answers differ in case.
fn short(provider: Provider, scope: &str) -> String {
    match provider {
        Provider::Google => match scope.strip_prefix(GOOGLE_PREFIX).unwrap_or(scope) {
            "userinfo.email" => "email".to_owned(),
            "userinfo.profile" => "profile".to_owned(),
            other => other.to_owned(),
        },
        Provider::Outlook => {
            let name = scope.rsplit('/').next().unwrap_or(scope);
            let known = Feature::ALL
                .into_iter()
                .flat_map(|feature| sufficient(provider, feature))
                .chain(asked(provider))
                .find(|known| known.eq_ignore_ascii_case(name));
            known.map_or_else(|| name.to_owned(), |known| (*known).to_owned())
        }
    }
}

/// Short names of the asked calendar scopes that `granted` does not cover, a superset counting
/// for a subset; sorted. Identity scopes are not calendar scopes.
#[must_use]
pub fn missing(provider: Provider, granted: &[String]) -> Vec<String> {
    let mut missing: Vec<String> = asked(provider)
        .iter()
        .map(|scope| short(provider, scope))
        .filter(|scope| {
            Feature::ALL.into_iter().any(|feature| {
                sufficient(provider, feature).contains(&scope.as_str()) && !allows(provider, granted, feature)
            })
        })
        .collect();
    missing.sort_unstable();
    missing
}

/// `PermissionDenied` naming the narrowest asked scope the feature needs.
#[must_use]
pub fn denied(provider: Provider, feature: Feature) -> Error {
    let enough = sufficient(provider, feature);
    let scope = enough
        .iter()
        .find(|enough| asked(provider).iter().any(|asked| short(provider, asked) == **enough))
        .or(enough.first())
        .copied()
        .unwrap_or_default();
    Error::new(Kind::PermissionDenied, format!("permission to {} is missing: {scope}", feature.as_str()))
        .with_remedy(format!("Connect the {provider} account again and allow `{scope}`."))
        .at(provider)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_do_not_depend_on_how_the_provider_spells_them() {
        assert_eq!(
            normalise(
                Provider::Google,
                "openid https://www.googleapis.com/auth/userinfo.email \
                 https://www.googleapis.com/auth/calendar.events openid"
            ),
            ["calendar.events", "email", "openid"]
        );
        assert_eq!(
            normalise(
                Provider::Outlook,
                "https://graph.microsoft.com/calendars.readwrite  User.Read \
                 https://microsoftgraph.chinacloudapi.cn/mailboxsettings.read"
            ),
            ["Calendars.ReadWrite", "MailboxSettings.Read", "User.Read"]
        );
    }

    #[test]
    fn sovereign_clouds_are_asked_for_their_own_graph_by_name() {
        let bare = asked(Provider::Outlook).join(" ");
        assert_eq!(parameter(Provider::Outlook, "https://graph.microsoft.com/v1.0"), bare);
        assert_eq!(parameter(Provider::Outlook, "http://127.0.0.1:8080/v1.0"), bare);
        assert_eq!(parameter(Provider::Outlook, "https://graph.microsoft.us.evil.example/v1.0"), bare);
        for root in RESOURCES {
            let sent = parameter(Provider::Outlook, &format!("{root}/v1.0"));
            assert!(sent.contains(&format!(" {root}/Calendars.ReadWrite ")), "{sent}");
            assert!(sent.starts_with("openid profile email offline_access "), "{sent}");
            assert_eq!(normalise(Provider::Outlook, &sent), normalise(Provider::Outlook, &bare));
        }
        assert_eq!(parameter(Provider::Google, RESOURCES[0]), asked(Provider::Google).join(" "));
    }

    #[test]
    fn everything_asked_for_is_enough_for_every_feature_but_googles_settings() {
        for provider in Provider::ALL {
            let granted = normalise(provider, &asked(provider).join(" "));
            assert_eq!(missing(provider, &granted), [] as [&str; 0]);
            for feature in Feature::ALL {
                let expected = (provider, feature) != (Provider::Google, Feature::MailboxSettings);
                assert_eq!(allows(provider, &granted, feature), expected, "{provider} {feature:?}");
            }
        }
    }

    #[test]
    fn a_superset_satisfies_a_subset_and_never_the_other_way() {
        let case = |provider, scopes: &str, feature| allows(provider, &normalise(provider, scopes), feature);
        for (provider, scopes, feature, expected) in [
            (Provider::Google, "calendar", Feature::WriteEvents, true),
            (Provider::Google, "calendar.readonly", Feature::ReadBusy, true),
            (Provider::Google, "calendar.readonly", Feature::WriteEvents, false),
            (Provider::Google, "calendar.events", Feature::ReadEvents, true),
            // freeBusy.query does not take an events scope.
            (Provider::Google, "calendar.events", Feature::ReadBusy, false),
            (Provider::Outlook, "Calendars.ReadWrite", Feature::ReadEvents, true),
            (Provider::Outlook, "Calendars.Read", Feature::WriteEvents, false),
            (Provider::Outlook, "Calendars.ReadBasic", Feature::ReadBusy, true),
            (Provider::Outlook, "Calendars.ReadBasic", Feature::ReadEvents, false),
        ] {
            assert_eq!(case(provider, scopes, feature), expected, "{scopes} {feature:?}");
        }
    }

    #[test]
    fn a_partial_consent_names_what_is_missing() {
        let granted = normalise(Provider::Google, "openid email calendar.freebusy");
        assert_eq!(missing(Provider::Google, &granted), ["calendar.calendarlist.readonly", "calendar.events"]);
        assert!(is_useful(Provider::Google, &granted));
        let list_only = normalise(Provider::Google, "openid calendar.calendarlist.readonly");
        assert!(!is_useful(Provider::Google, &list_only));
        let error = denied(Provider::Google, Feature::WriteEvents);
        assert_eq!(error.kind, Kind::PermissionDenied);
        assert!(error.message.ends_with("calendar.events"), "{error}");
        let error = denied(Provider::Outlook, Feature::ReadBusy);
        assert!(error.message.ends_with("Calendars.ReadWrite"), "{error}");
    }
}
