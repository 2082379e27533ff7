//! Busy times of an iCalendar file (RFC 5545). Reads every event, exception, repetition and free/busy answer that takes
//! time within a span. What is certain is busy; what cannot be understood is unknown over all the time it might take;
//! what cannot be read at all refuses the file. Tasks, journals and alarms take no time. Not here: which calendar a
//! person has, and who among the ATTENDEEs they are.

mod clock;
mod component;
mod days;
mod event;
mod expand;
mod family;
mod freebusy;
mod gaps;
mod kind;
mod line;
mod mark;
mod period;
mod rule;
mod series;
mod stamp;
mod vtimezone;
mod work;

use std::collections::BTreeMap;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::TimeRange;
use chrono::{DateTime, TimeDelta};

use super::BusyTimes;
use clock::Clocks;
use component::Component;
use event::Event;
use work::Work;

/// Reads a file. Whole days and times without a zone are those of `zone`.
pub(super) fn read(bytes: &[u8], zone: &Zone, span: TimeRange) -> Result<BusyTimes, String> {
    let calendars = component::calendars(bytes)?;
    let (mut times, work) = (BusyTimes::of(span), Work::default());
    for calendar in &calendars {
        add(calendar, zone, span, &work, &mut times);
    }
    Ok(times)
}

fn add(calendar: &Component, zone: &Zone, span: TimeRange, work: &Work, times: &mut BusyTimes) {
    let name = calendar.value("X-WR-CALNAME").map(plain);
    let name = name.as_deref();
    let ceiling = DateTime::from_timestamp(span.end, 0).unwrap_or_default().naive_utc() + TimeDelta::days(400);
    let clocks = Clocks::new(calendar, zone, ceiling, work);
    let mut families: BTreeMap<(&str, usize), Vec<Event<'_>>> = BTreeMap::new();
    for (index, part) in calendar.parts.iter().enumerate() {
        match part.name.as_str() {
            "VEVENT" => {
                // Without UID it is on its own.
                let uid = part.value("UID").filter(|uid| !uid.is_empty());
                let key = uid.map_or(("without UID", index + 1), |uid| (uid, 0));
                families.entry(key).or_default().push(Event::new(part, &clocks));
            }
            "VFREEBUSY" | "VTIMEZONE" | "VTODO" | "VJOURNAL" | "VALARM" => {}
            word if word.starts_with("X-") => {}
            word => {
                times.unknown(name, span, &format!("{} is not supported", word.chars().take(40).collect::<String>()))
            }
        }
    }
    for ((uid, _), events) in &families {
        family::read(events, uid, name, span, work, times);
    }
    freebusy::read(calendar, name, &clocks, span, times);
}

/// TEXT (RFC 5545 section 3.3.11) without its escapes, on one line.
fn plain(text: &str) -> String {
    let (mut plain, mut letters) = (String::new(), text.chars());
    while let Some(letter) = letters.next() {
        plain.extend(match letter {
            '\\' => letters.next().map(|next| if matches!(next, 'n' | 'N') { ' ' } else { next }),
            letter => Some(letter),
        });
    }
    plain.chars().take(200).collect()
}

#[cfg(test)]
mod tests;
