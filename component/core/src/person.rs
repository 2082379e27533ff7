//! One person's time as an account is told it: what takes it, and the hours the person works. No
//! titles, no event ids. Not here: the user's own calendars (`calendar`), and who asks (`op`).

use chrono::Weekday;

use crate::schedule::hours::Window;
use crate::schedule::interval::{Interval, clip, merge, subtract};

/// What takes the time, the least binding first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Works, but not at the usual place.
    WorkingElsewhere,
    /// May be there: accepted with reserve, or not answered.
    Tentative,
    /// Is busy, or the provider does not say with what.
    Busy,
    /// Is away.
    OutOfOffice,
}

impl Status {
    const MOST_BINDING_FIRST: [Status; 4] =
        [Status::OutOfOffice, Status::Busy, Status::Tentative, Status::WorkingElsewhere];
}

/// Time that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// When.
    pub time: Interval,
    /// By what.
    pub status: Status,
}

/// The hours a person works by their own settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeHours {
    /// IANA name of the zone whose wall clock they follow.
    pub time_zone: String,
    /// The windows, each with the weekday on which it starts, Monday first; none = no regular hours.
    pub windows: Vec<(Weekday, Window)>,
}

/// What is known of one person's time in the range asked for: where there is no item, it is free.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schedule {
    /// What takes the time.
    pub items: Vec<Item>,
    /// The person's hours, where the provider tells them.
    pub hours: Option<OfficeHours>,
}

/// The items inside `range`, by start, no two at once: where several overlap, the most binding
/// status counts. Neighbours of one status are joined.
#[must_use]
pub fn layered(items: &[Item], range: Interval) -> Vec<Item> {
    let mut taken: Vec<Interval> = Vec::new();
    let mut layered = Vec::new();
    for status in Status::MOST_BINDING_FIRST {
        let times = items.iter().filter(|item| item.status == status).map(|item| item.time).collect();
        let set = clip(&merge(times), range);
        layered.extend(subtract(&set, &taken).into_iter().map(|time| Item { time, status }));
        taken.extend(set);
        taken = merge(taken);
    }
    layered.sort_unstable_by_key(|item| item.time);
    layered
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{Busy, OutOfOffice, Tentative, WorkingElsewhere};

    fn items(list: &[(i64, i64, Status)]) -> Vec<Item> {
        let item = |(start, end, status): &(i64, i64, Status)| Item {
            time: Interval::of_seconds(start * 60, end * 60).unwrap(),
            status: *status,
        };
        list.iter().map(item).collect()
    }

    #[test]
    fn the_most_binding_status_counts_and_neighbours_of_one_status_are_joined() {
        let given = items(&[
            (50, 70, WorkingElsewhere),
            (0, 30, Tentative),
            (10, 20, Busy),
            (15, 25, OutOfOffice),
            (20, 22, Busy),
            (30, 40, Tentative),
            (60, 65, Tentative),
            (90, 200, Busy),
        ]);
        let expected = items(&[
            (5, 10, Tentative),
            (10, 15, Busy),
            (15, 25, OutOfOffice),
            (25, 40, Tentative),
            (50, 60, WorkingElsewhere),
            (60, 65, Tentative),
            (65, 70, WorkingElsewhere),
            (90, 100, Busy),
        ]);
        assert_eq!(layered(&given, Interval::of_seconds(5 * 60, 100 * 60).unwrap()), expected);
        assert_eq!(layered(&[], Interval::ALWAYS), []);
    }

    #[test]
    fn a_status_ranks_as_it_binds() {
        let mut order = Status::MOST_BINDING_FIRST;
        order.reverse();
        assert!(order.is_sorted());
    }
}
