//! A calendar of a mailbox.

use super::ids;
use serde_json::{Value, json};

/// One calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// Number in its mailbox.
    pub serial: u64,
    /// Name shown to people.
    pub name: String,
    /// Whether it is the default calendar, the only one that counts for free/busy.
    pub is_default: bool,
    /// Whether the owner of the mailbox may write.
    pub can_edit: bool,
    /// Its owner, who may be somebody else.
    pub owner: (String, String),
    /// Providers of online meetings it allows.
    pub providers: Vec<String>,
}

impl Calendar {
    /// Whether online meetings of a provider can be made here.
    pub fn allows(&self, provider: &str) -> bool {
        self.providers.iter().any(|one| one.eq_ignore_ascii_case(provider))
    }

    /// Its id; calendars do not move, so both kinds of ids name the same folder.
    pub fn id(&self, tag: [u8; 5], immutable: bool) -> String {
        ids::write(tag, ids::Named { serial: self.serial, original: None, folder: (!immutable).then_some(0) })
    }

    /// The resource. Only the person who created a calendar can share it; others see its private items only as delegates
    /// who were allowed to.
    pub fn json(&self, tag: [u8; 5], immutable: bool) -> Value {
        let is_own = ids::tag(&self.owner.1) == tag;
        let default = self.providers.first().map_or("unknown", String::as_str);
        json!({
            "id": self.id(tag, immutable),
            "name": self.name,
            "color": "auto",
            "hexColor": "",
            "isDefaultCalendar": self.is_default,
            "changeKey": ids::change_key(tag, self.serial, 1),
            "canShare": self.can_edit && is_own,
            "canViewPrivateItems": self.can_edit && is_own,
            "canEdit": self.can_edit,
            "allowedOnlineMeetingProviders": self.providers,
            "defaultOnlineMeetingProvider": default,
            "isTallyingResponses": self.is_default,
            "isRemovable": !self.is_default,
            "owner": {"name": self.owner.0, "address": self.owner.1},
        })
    }
}
