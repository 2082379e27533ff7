//! Starts that are not free, with their reasons. For people, starts that follow each other and are refused for the same
//! first reason are one line.

use std::fmt;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{Refusal, RefusedStart};
use serde::Serialize;

use super::moment::{Moment, Span};
use super::text;

/// A start that is not free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    start: Moment,
    reasons: Vec<Reason>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Reason {
    code: String,
    rule: String,
    participant: Option<String>,
    calendar: Option<String>,
    time: Option<Span>,
    bound: Option<Moment>,
    local: Option<String>,
    cause: Option<String>,
}

impl Refused {
    /// `one` in `zone`.
    pub fn new(one: RefusedStart, zone: &Zone) -> Self {
        let reasons = one.reasons.into_iter().map(|reason| Reason::new(reason, zone)).collect();
        Self { start: Moment::from_seconds(one.start, zone), reasons }
    }

    fn when(&self) -> String {
        format!("{} {} {}", self.start.day(), self.start.clock(), self.start.offset())
    }
}

impl Reason {
    fn new(one: Refusal, zone: &Zone) -> Self {
        Self {
            time: one.time.map(|time| Span::new(&time, zone)),
            bound: one.bound.map(|at| Moment::from_seconds(at, zone)),
            code: one.code,
            rule: one.rule,
            participant: one.participant,
            calendar: one.calendar,
            local: one.local,
            cause: one.cause,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.code.replace('_', " "))?;
        if let Some(time) = &self.time {
            write!(formatter, " {time}")?;
        }
        if let Some(bound) = &self.bound {
            write!(formatter, " {bound}")?;
        }
        let words = [&self.local, &self.participant, &self.calendar, &self.cause].into_iter().flatten();
        let words: Vec<_> = words.map(|word| text::line(word)).collect();
        if !words.is_empty() {
            write!(formatter, " ({})", words.join(", "))?;
        }
        write!(formatter, " [{}]", text::line(&self.rule))
    }
}

/// The lines for people. `free` are the starts of the slots, ascending, as seconds: they part what they lie between.
pub fn lines<'a>(refused: &'a [Refused], free: &'a [i64]) -> impl fmt::Display + 'a {
    fmt::from_fn(move |formatter| {
        for run in refused.chunk_by(|one, next| {
            let (from, to) = (one.start.seconds(), next.start.seconds());
            let parted = free.partition_point(|at| *at < from) != free.partition_point(|at| *at <= to);
            !parted && one.reasons.first() == next.reasons.first()
        }) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            write!(formatter, "\nnot {}", first.when())?;
            // Of one start all reasons, of several the one they share.
            let shown = if run.len() == 1 { first.reasons.len() } else { 1 };
            if run.len() > 1 {
                write!(formatter, " to {} ({} starts)", last.when(), run.len())?;
            }
            let reasons: Vec<String> = first.reasons.iter().take(shown).map(ToString::to_string).collect();
            write!(formatter, ": {}", reasons.join("; "))?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar_host::types::TimeRange;

    const MIDNIGHT: i64 = 1_791_072_000;

    fn refused(minutes: i64, busy: Option<(i64, i64)>) -> Refused {
        let at = |minutes: i64| MIDNIGHT + minutes * 60;
        let reason = |code: &str, rule: &str, time| Refusal {
            code: code.into(),
            participant: Some("ann".into()),
            calendar: None,
            time,
            rule: rule.into(),
            bound: None,
            local: None,
            cause: None,
        };
        let hours = reason("outside_hours", "rules.working-hours", None);
        let time = busy.map(|(start, end)| TimeRange { start: at(start), end: at(end) });
        let mut reasons: Vec<_> =
            time.map(|time| reason("busy", "participants[0].busy", Some(time))).into_iter().collect();
        reasons.push(hours);
        Refused::new(RefusedStart { start: at(minutes), reasons }, &Zone::utc())
    }

    #[test]
    fn starts_refused_for_the_same_first_reason_are_one_line_unless_a_slot_lies_between() {
        let all = [
            refused(0, None),
            refused(30, None),
            refused(60, Some((60, 120))),
            refused(90, Some((60, 120))),
            refused(120, Some((120, 150))),
            refused(180, None),
            refused(210, None),
            refused(270, None),
        ];
        let free = [MIDNIGHT + 150 * 60, MIDNIGHT + 240 * 60];
        insta::assert_snapshot!(lines(&all, &free).to_string().trim_start(), @r"
        not Sun 2026-10-04 00:00 UTC to Sun 2026-10-04 00:30 UTC (2 starts): outside hours (ann) [rules.working-hours]
        not Sun 2026-10-04 01:00 UTC to Sun 2026-10-04 01:30 UTC (2 starts): busy Sun 2026-10-04 01:00-02:00 UTC (ann) [participants[0].busy]
        not Sun 2026-10-04 02:00 UTC: busy Sun 2026-10-04 02:00-02:30 UTC (ann) [participants[0].busy]; outside hours (ann) [rules.working-hours]
        not Sun 2026-10-04 03:00 UTC to Sun 2026-10-04 03:30 UTC (2 starts): outside hours (ann) [rules.working-hours]
        not Sun 2026-10-04 04:30 UTC: outside hours (ann) [rules.working-hours]
        ");
    }
}
