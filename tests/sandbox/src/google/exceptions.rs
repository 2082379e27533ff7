//! What a change of a series means for its exceptions.

use super::event::{Event, Status};
use super::guests::Notice;
use super::instances;
use super::store::Store;
use super::write::Order;

impl Store {
    /// Exceptions whose start the changed rules no longer give are gone.
    pub(super) fn drop_lost_exceptions(&mut self, calendar: &str, master: &Event) {
        let Some(calendar) = self.calendars.get_mut(&calendar.to_lowercase()) else { return };
        let zone = calendar.zone();
        let series = master.series(&zone);
        let lost = |event: &Event| match &event.instance_of {
            Some((of, original)) if *of == master.id => {
                let wall = series.zone.wall(original.instant(&zone));
                !master.is_series() || !matches!(series.at(wall), Ok(Some(_)))
            }
            _ => false,
        };
        calendar.events.retain(|_, event| !lost(event));
    }

    /// Exceptions end with their series.
    pub(super) fn end_exceptions(&mut self, calendar: &str, master: &Event, order: &Order<'_>) -> Vec<Notice> {
        let mut notices = Vec::new();
        for before in self.exceptions(calendar, &master.id) {
            if before.is_cancelled() {
                continue;
            }
            let mut after = before.clone();
            after.status = Status::Cancelled;
            after.updated = order.now;
            let after = self.put(calendar, after);
            let told = self.spread(Some(&before), &after, order.send);
            notices.extend(told.into_iter().filter(|notice| master.attendee(&notice.to).is_none()));
        }
        notices
    }

    /// The stored exceptions of a series.
    pub(super) fn exceptions(&self, calendar: &str, master: &str) -> Vec<Event> {
        match self.calendars.get(&calendar.to_lowercase()) {
            Some(calendar) => instances::exceptions(calendar, master).cloned().collect(),
            None => Vec::new(),
        }
    }
}
