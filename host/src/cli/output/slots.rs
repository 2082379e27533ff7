//! Free slots with the reasons for what is not free.

use std::fmt;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{FoundSlots, Proposals, RefusalCount, Slots as Record};
use serde::Serialize;

use super::moment::Moment;
use super::offer::Offer;
use super::text;
use super::unknown::{self, Unknown};

/// The answer to a search for slots.
#[derive(Debug, Serialize)]
pub struct Slots {
    /// Free slots by start; proposals in order of preference.
    pub slots: Vec<Offer>,
    /// What could not be read; as long as there is any, no slot is offered.
    pub unknown: Vec<Unknown>,
    reasons: Vec<Reason>,
    nearest: Vec<Offer>,
    /// The answer was cut short: the search continues here.
    truncated_at: Option<Moment>,
    time_zone: String,
}

#[derive(Debug, Serialize)]
struct Reason {
    reason: String,
    count: u32,
}

impl Slots {
    /// The answer of accounts in `zone`.
    pub fn new(record: Record, zone: &Zone) -> Self {
        let offers = |ranges: &[_]| ranges.iter().map(|range| Offer::of_range(range, zone)).collect();
        Self {
            slots: offers(&record.slots),
            nearest: offers(&record.nearest),
            unknown: Unknown::all(record.unknown),
            ..Self::refused(record.reasons, record.truncated_at, zone)
        }
    }

    /// The answer of files in `zone`.
    pub fn of_files(found: FoundSlots, zone: &Zone) -> Self {
        Self {
            slots: found.slots.into_iter().map(|slot| Offer::of_slot(slot, zone)).collect(),
            nearest: found.nearest.into_iter().map(|slot| Offer::of_slot(slot, zone)).collect(),
            ..Self::refused(found.reasons, found.truncated_at, zone)
        }
    }

    /// The proposals of files in `zone`.
    pub fn of_proposals(found: Proposals, zone: &Zone) -> Self {
        Self {
            slots: found.proposals.into_iter().map(|one| Offer::of_slot(one.slot, zone)).collect(),
            nearest: found.nearest.into_iter().map(|slot| Offer::of_slot(slot, zone)).collect(),
            ..Self::refused(found.reasons, found.truncated_at, zone)
        }
    }

    fn refused(reasons: Vec<RefusalCount>, truncated_at: Option<i64>, zone: &Zone) -> Self {
        let reason = |RefusalCount { reason, count }| Reason { reason, count };
        Self {
            slots: Vec::new(),
            nearest: Vec::new(),
            unknown: Vec::new(),
            truncated_at: truncated_at.map(|at| Moment::from_seconds(at, zone)),
            reasons: reasons.into_iter().map(reason).collect(),
            time_zone: zone.name().to_owned(),
        }
    }

    /// How many starts are refused.
    pub fn refused_count(&self) -> usize {
        self.reasons.iter().map(|reason| reason.count as usize).sum()
    }

    /// The number of refused starts by reason, which the answer itself shows only when there is no slot.
    pub fn counts(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|formatter| {
            for reason in self.reasons.iter().filter(|_| !self.slots.is_empty()) {
                let words = text::line(&reason.reason).replace('_', " ");
                write!(formatter, "\nnot free: {} candidates: {words}", reason.count)?;
            }
            Ok(())
        })
    }

    /// The lines after the slots: why there are not more, and what could not be read.
    pub fn remarks(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|formatter| {
            if self.slots.is_empty() {
                formatter.write_str("No free slot.")?;
                for reason in &self.reasons {
                    write!(
                        formatter,
                        "\n  {} candidates: {}",
                        reason.count,
                        text::line(&reason.reason).replace('_', " ")
                    )?;
                }
            }
            if !self.nearest.is_empty() {
                formatter.write_str("\nThe nearest ones after it:")?;
            }
            for span in &self.nearest {
                write!(formatter, "\n  {span}")?;
            }
            write!(formatter, "{}", unknown::lines(&self.unknown))
        })
    }
}

impl fmt::Display for Slots {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, span) in self.slots.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(formatter, "{end}{span}")?;
        }
        if let Some(at) = &self.truncated_at {
            write!(formatter, "\nThere are more: continue with --from {at}")?;
        }
        write!(formatter, "{}", self.remarks())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar_host::types::{ErrorCode, TimeRange, UnknownSource};

    fn record() -> Record {
        Record {
            slots: vec![
                TimeRange { start: 1_772_964_000, end: 1_772_965_800 },
                TimeRange { start: 1_772_965_800, end: 1_772_967_600 },
            ],
            unknown: Vec::new(),
            reasons: vec![RefusalCount { reason: "outside_hours".into(), count: 12 }],
            nearest: Vec::new(),
            truncated_at: None,
        }
    }

    #[test]
    fn slots_are_listed_one_a_line() {
        let zone = Zone::parse("Asia/Kolkata").expect("a zone");
        insta::assert_snapshot!(Slots::new(record(), &zone), @r"
        Sun 2026-03-08 15:30-16:00 +05:30
        Sun 2026-03-08 16:00-16:30 +05:30
        ");
    }

    #[test]
    fn programs_read_slots_unknown_and_reasons() {
        insta::assert_json_snapshot!(Slots::new(record(), &Zone::utc()), @r#"
        {
          "slots": [
            {
              "start": "2026-03-08T10:00:00Z",
              "end": "2026-03-08T10:30:00Z"
            },
            {
              "start": "2026-03-08T10:30:00Z",
              "end": "2026-03-08T11:00:00Z"
            }
          ],
          "unknown": [],
          "reasons": [
            {
              "reason": "outside_hours",
              "count": 12
            }
          ],
          "nearest": [],
          "truncated_at": null,
          "time_zone": "UTC"
        }
        "#);
    }

    #[test]
    fn an_answer_that_was_cut_short_says_where_to_continue() {
        let record = Record { truncated_at: Some(1_772_967_600), ..record() };
        let text = Slots::new(record, &Zone::utc()).to_string();
        assert!(text.ends_with("\nThere are more: continue with --from 2026-03-08T11:00:00Z"), "{text}");
    }

    #[test]
    fn without_slots_the_reasons_and_the_unknown_calendars_are_named() {
        let mut record = record();
        record.nearest = std::mem::take(&mut record.slots).into_iter().take(1).collect();
        record.unknown = vec![UnknownSource {
            account: "google:1".into(),
            calendar: Some("team\u{1b}[31m".into()),
            code: ErrorCode::PermissionDenied,
            reason: "no access".into(),
        }];
        insta::assert_snapshot!(Slots::new(record, &Zone::utc()), @r"
        No free slot.
          12 candidates: outside hours
        The nearest ones after it:
          Sun 2026-03-08 10:00-10:30 UTC
        Not known (not the same as free):
          google:1, calendar team [31m: no access (permission-denied)
        ");
    }
}
