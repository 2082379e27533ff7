//! Time of which the files of busy times say nothing that can be understood, and why. Unknown is not free.

use std::fmt;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::Participant;
use serde::Serialize;

use super::moment::Span;
use super::text;

/// Time of which nothing is known.
#[derive(Debug, Serialize)]
pub struct Gap {
    participant: String,
    time: Span,
    calendar: Option<String>,
    cause: String,
}

impl Gap {
    /// All of `people`.
    pub fn all(people: &[Participant], zone: &Zone) -> Vec<Self> {
        let gaps = people.iter().flat_map(|person| person.unknown.iter().map(move |one| (person, one)));
        gaps.map(|(person, one)| Self {
            participant: person.id.clone(),
            time: Span::new(&one.time, zone),
            calendar: one.calendar.clone(),
            cause: one.cause.clone(),
        })
        .collect()
    }
}

/// The lines for people: empty when everything was understood.
pub fn lines(gaps: &[Gap]) -> impl fmt::Display + '_ {
    fmt::from_fn(move |formatter| {
        for Gap { time, participant, cause, .. } in gaps {
            write!(formatter, "\nnot known {time} ({}): {}", text::line(participant), text::line(cause))?;
        }
        Ok(())
    })
}
