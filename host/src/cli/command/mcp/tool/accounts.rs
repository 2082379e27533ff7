//! Tools that connect, list and end accounts.

use super::field::Field;
use super::{Act, Effect, Tool, schema, shared};

const PROVIDER: &[Field] = &[Field::choice("provider", "", &["google", "outlook"], "Where the account is").required()];

pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "list_accounts",
        title: "Connected accounts",
        about: "Lists the connected Google and Outlook accounts and their state. Start here: without an active account no \
                other tool can read a calendar. An account that is not `active` says in `remedy` what to do.",
        fields: &[shared::ACCOUNT],
        example: "{}",
        effect: Effect::Reads,
        answer: schema::accounts,
        act: Act::ListAccounts,
    },
    Tool {
        name: "start_oauth_flow",
        title: "Connect an account: begin",
        about: "Begins to connect an account. Show the person `url` and let them open it themselves; afterwards their \
                browser is sent to an address that begins with the redirect address, which may show an error page. Ask \
                for that whole address and hand it to complete_oauth_flow before `expires_at`.",
        fields: &[
            PROVIDER,
            &[
                Field::text(
                    "redirect_uri",
                    "redirect-uri",
                    "Where the browser is sent, on loopback, when not as configured",
                ),
                Field::text("login_hint", "login-hint", "The e-mail address to pre-select")
                    .example(r#""ana@example.com""#),
            ],
            shared::ZONE,
        ],
        example: r#"{"provider": "google", "login_hint": "ana@example.com"}"#,
        effect: Effect::Connects,
        answer: schema::oauth_flow,
        act: Act::StartOauthFlow,
    },
    Tool {
        name: "complete_oauth_flow",
        title: "Connect an account: finish",
        about: "Finishes what start_oauth_flow began, with the whole address that the person's browser was sent to, query \
                included. The address works once.",
        fields: &[&[Field::text("callback_url", "", "The whole address").required()]],
        example: r#"{"callback_url": "http://127.0.0.1:8765/callback?code=...&state=..."}"#,
        effect: Effect::Connects,
        answer: schema::account,
        act: Act::CompleteOauthFlow,
    },
    Tool {
        name: "start_device_flow",
        title: "Connect an account by code: begin",
        about: "Begins to connect an Outlook account without a browser on this machine. Show the person `message` or \
                `user_code` and `verification_uri`, then call poll_device_flow with `state`.",
        fields: &[
            &[Field::choice(
                "provider",
                "provider",
                &["google", "outlook"],
                "Where the account is; Google allows no calendars",
            )
            .required()],
            shared::ZONE,
        ],
        example: r#"{"provider": "outlook"}"#,
        effect: Effect::Connects,
        answer: schema::device_flow,
        act: Act::StartDeviceFlow,
    },
    Tool {
        name: "poll_device_flow",
        title: "Connect an account by code: ask",
        about: "Asks whether the person has entered the code. `account` is null until then: wait `wait_seconds` and call \
                again.",
        fields: &[&[Field::text("state", "", "The `state` of start_device_flow").required()]],
        example: r#"{"state": "..."}"#,
        effect: Effect::Connects,
        answer: schema::device_status,
        act: Act::PollDeviceFlow,
    },
    Tool {
        name: "disconnect",
        title: "Disconnect an account",
        about: "Ends an account: revokes the grant where the provider can, and deletes its tokens here. Its calendars are \
                no longer read, so time that was taken there looks free. Only on the person's explicit wish.",
        fields: &[&[Field::text("account", "", "The account's id or e-mail address").required()]],
        example: r#"{"account": "ana@example.com"}"#,
        effect: Effect::Changes,
        answer: schema::disconnected,
        act: Act::Disconnect,
    },
];
