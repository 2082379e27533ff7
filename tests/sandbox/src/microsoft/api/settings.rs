//! `GET /me/mailboxSettings`, its members, and `GET /me/outlook/supportedTimeZones`.
//! <https://learn.microsoft.com/graph/api/user-get-mailboxsettings>

use crate::microsoft::call::{Answer, Call, Outcome};
use crate::microsoft::error::GraphError;
use crate::microsoft::odata::shape::select_plain;
use crate::microsoft::scopes;
use crate::microsoft::time::zone_names::WINDOWS;
use crate::state::State;
use serde_json::{Value, json};

/// The settings, or one of them by its name in lower case.
///
/// # Errors
/// 403 without `MailboxSettings.Read`, 400 for an unknown member.
pub fn get(state: &State, call: &Call, member: Option<&str>) -> Outcome {
    call.need(scopes::SETTINGS)?;
    let store = state.microsoft();
    let mailbox = store.require(&call.grant.user_email)?;
    let all = json!({
        "timeZone": mailbox.zone_name,
        "dateFormat": "yyyy-MM-dd",
        "timeFormat": "HH:mm",
        "userPurpose": "user",
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "language": {"locale": "en-US", "displayName": "English (United States)"},
        "automaticRepliesSetting": {"status": "disabled", "externalAudience": "all", "internalReplyMessage": "", "externalReplyMessage": ""},
        "workingHours": mailbox.working_hours,
    });
    let Some(member) = member else {
        let mut all = all;
        all["@odata.context"] = json!(call.context("me/mailboxSettings"));
        return Ok(Answer::json(200, select_plain(all, &call.query)));
    };
    let found = all.as_object().into_iter().flatten().find(|(name, _)| name.eq_ignore_ascii_case(member));
    let (name, value) = found
        .ok_or_else(|| GraphError::bad("BadRequest", format!("Resource not found for the segment '{member}'.")))?;
    let context = call.context(&format!("me/mailboxSettings/{name}"));
    let mut answer = if value.is_object() { value.clone() } else { json!({ "value": value }) };
    answer["@odata.context"] = json!(context);
    Ok(Answer::json(200, answer))
}

/// The zones the mailbox server knows, as Windows names or, asked for so, as IANA names.
///
/// # Errors
/// 403 without `User.Read`.
pub fn time_zones(state: &State, call: &Call, name: &str) -> Outcome {
    call.need(scopes::PROFILE)?;
    state.microsoft().require(&call.grant.user_email)?;
    let iana = name.contains("'iana'");
    let mut value: Vec<Value> = Vec::new();
    for (windows, zone) in WINDOWS {
        let alias = if iana { zone } else { windows };
        if !value.iter().any(|one| one["alias"] == **alias) {
            value.push(json!({"alias": alias, "displayName": windows}));
        }
    }
    let context = call.context("Collection(microsoft.graph.timeZoneInformation)");
    Ok(Answer::json(200, json!({"@odata.context": context, "value": value})))
}
