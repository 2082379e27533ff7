//! What calendar entries of each status do to the slots they overlap.

use calendar_core::schedule::policy::{StatusPolicy, Statuses, Treatment};

use crate::bindings::exports::calendar::scheduling::availability as wit;

/// The policy of all calendars; what is not given keeps its default.
#[must_use]
pub fn statuses(given: Option<wit::StatusPolicy>) -> Statuses {
    let mut all = StatusPolicy::default();
    if let Some(given) = given {
        let set = |treated: &mut Treatment, wanted: Option<wit::Treatment>| {
            if let Some(wanted) = wanted {
                *treated = treatment(wanted);
            }
        };
        set(&mut all.tentative, given.tentative);
        set(&mut all.not_answered, given.not_answered);
        set(&mut all.out_of_office, given.out_of_office);
        set(&mut all.focus_time, given.focus_time);
        set(&mut all.all_day, given.all_day);
        set(&mut all.private, given.private);
        set(&mut all.working_elsewhere, given.working_elsewhere);
    }
    Statuses { all, ..Statuses::default() }
}

fn treatment(given: wit::Treatment) -> Treatment {
    match given {
        wit::Treatment::Block => Treatment::Block,
        wit::Treatment::Allow => Treatment::Allow,
        wit::Treatment::Penalise => Treatment::Penalise,
    }
}
