//! The events of one UID: a series and the exceptions to it. An exception that also holds for all instances that follow
//! (RANGE=THISANDFUTURE) says of them only that they are different: from there on the series is unknown.

use calendar_host::types::{BusyKind, TimeRange};

use super::event::{Event, Exception, rest};
use super::kind::kind;
use super::mark::Mark;
use super::series::Series;
use super::stamp::Stamp;
use super::work::Work;
use crate::cli::input::busy::BusyTimes;

/// Adds what the events of one UID take of `span`.
pub(super) fn read(
    events: &[Event<'_>],
    uid: &str,
    calendar: Option<&str>,
    span: TimeRange,
    work: &Work,
    times: &mut BusyTimes,
) {
    let mut family = Family { except: Vec::new(), cuts: Vec::new(), calendar, span, work, times };
    let uid: String = uid.chars().take(80).collect();
    for event in events {
        // One that cannot be read takes nothing out of its series.
        if let Ok(Some(Exception { mark, is_onwards })) = event.exception() {
            if is_onwards { &mut family.cuts } else { &mut family.except }.push(mark);
        }
    }
    for event in events {
        let Some(kind) = kind(event.component) else { continue };
        if let Err(reason) = family.add(event, kind, &uid) {
            let from = event.earliest().filter(|_| !event.is_exception());
            family.times.unknown(calendar, rest(span, from), &format!("event {uid}: {reason}"));
        }
    }
}

struct Family<'a> {
    except: Vec<Mark>,
    cuts: Vec<Mark>,
    calendar: Option<&'a str>,
    span: TimeRange,
    work: &'a Work,
    times: &'a mut BusyTimes,
}

impl Family<'_> {
    fn add(&mut self, event: &Event<'_>, kind: BusyKind, uid: &str) -> Result<(), String> {
        let mut series = event.series()?;
        match event.exception()? {
            None => {
                self.work.count((self.except.len() + self.cuts.len()) as u64)?;
                series.except.extend(self.except.iter().cloned());
                series.cuts.extend(self.cuts.iter().cloned());
            }
            Some(exception) if exception.is_onwards => {
                let from = onwards(&exception.mark, &series);
                let cause = format!("event {uid}: changes for all that follow are not supported");
                self.times.unknown(self.calendar, rest(self.span, Some(from)), &cause);
            }
            Some(_) => {}
        }
        for (time, doubt) in series.taken(self.span, self.work)? {
            match doubt {
                None => self.times.add(kind, self.calendar, time),
                Some(doubt) => self.times.unknown(self.calendar, time, &format!("event {uid}: {doubt}")),
            }
        }
        Ok(())
    }
}

/// Where the instances begin that a change for all that follow may touch: at the old time or at the new one.
fn onwards(mark: &Mark, series: &Series) -> i64 {
    let old = match mark.stamp {
        Stamp::Utc(at) => at.and_utc(),
        stamp => mark.clock.first(stamp.civil()) - mark.clock.slack(),
    };
    let new = series.instance(series.start);
    (old.min(new.start).min(new.end) - series.slack).timestamp()
}
