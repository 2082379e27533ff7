//! The bounds of a view, `startDateTime` and `endDateTime`: they use their own offset, else UTC. `Prefer` never touches them.

use super::moment::parse_wall;
use crate::microsoft::error::GraphError;
use crate::microsoft::odata::query::Query;
use chrono::{DateTime, NaiveDate, Utc};

/// A half-open span of UTC instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Range {
    /// First instant.
    pub from: DateTime<Utc>,
    /// First instant after it.
    pub to: DateTime<Utc>,
}

/// Most days a view may span. Exchange refuses more than 1,825.
const MOST_DAYS: i64 = 1_825;

impl Range {
    /// Reads both bounds from a query.
    ///
    /// # Errors
    /// 400 when one is missing or unreadable, when the end lies before the start, or when the span is too long.
    pub fn read(query: &Query) -> Result<Self, GraphError> {
        let from = bound(query, "startDateTime")?;
        let to = bound(query, "endDateTime")?;
        if to < from {
            let message = "The start date should be before the end date.";
            return Err(GraphError::bad("ErrorCalendarEndDateIsEarlierThanStartDate", message));
        }
        if (to - from).num_days() > MOST_DAYS {
            let message = "The specified view range exceeds the maximum range of 1825 days.";
            return Err(GraphError::bad("ErrorCalendarViewRangeTooBig", message));
        }
        Ok(Self { from, to })
    }

    /// Whether something from `start` to `end` overlaps; a thing without length counts where it starts.
    pub fn meets(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> bool {
        start < self.to && (end > self.from || (start == end && start >= self.from))
    }
}

fn bound(query: &Query, name: &str) -> Result<DateTime<Utc>, GraphError> {
    let text = query.get(name).ok_or_else(|| {
        let message = format!("This request requires a time window specified by the query string parameters StartDateTime and EndDateTime; '{name}' is missing.");
        GraphError::bad("ErrorInvalidParameter", message)
    })?;
    parse(text).ok_or_else(|| {
        GraphError::bad("ErrorInvalidParameter", format!("The value '{text}' of parameter '{name}' is invalid."))
    })
}

/// Reads an ISO 8601 time with or without offset, or a date.
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    if let Some(wall) = parse_wall(text.trim_end_matches(['Z', 'z'])) {
        return Some(wall.and_utc());
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .and_then(|date| date.and_hms_opt(0, 0, 0))
        .map(|wall| wall.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Range, GraphError> {
        Range::read(&Query::parse(text).unwrap())
    }

    #[test]
    fn bounds_use_their_own_offset_or_utc() {
        let range = read("startdatetime=2026-06-10T00:00:00-08:00&EndDateTime=2026-06-11T00:00").unwrap();
        assert_eq!(range.from.to_rfc3339(), "2026-06-10T08:00:00+00:00");
        assert_eq!(range.to.to_rfc3339(), "2026-06-11T00:00:00+00:00");
    }

    #[test]
    fn an_unencoded_plus_reads_as_a_space_and_is_refused() {
        assert!(read("startDateTime=2026-06-10T00:00:00%2B02:00&endDateTime=2026-06-11T00:00:00%2B02:00").is_ok());
        let error = read("startDateTime=2026-06-10T00:00:00+02:00&endDateTime=2026-06-11T00:00:00Z").unwrap_err();
        assert_eq!(error.code, "ErrorInvalidParameter");
    }

    #[test]
    fn a_missing_reversed_or_endless_range_is_refused() {
        let code = |text| read(text).unwrap_err().code;
        assert_eq!(code("startDateTime=2026-06-10"), "ErrorInvalidParameter");
        assert_eq!(
            code("startDateTime=2026-06-10&endDateTime=2026-06-09"),
            "ErrorCalendarEndDateIsEarlierThanStartDate"
        );
        assert_eq!(code("startDateTime=2026-06-10&endDateTime=2036-06-10"), "ErrorCalendarViewRangeTooBig");
    }

    #[test]
    fn touching_is_not_overlapping_but_a_point_counts_where_it_starts() {
        let range = read("startDateTime=2026-06-10&endDateTime=2026-06-11").unwrap();
        assert!(!range.meets(parse("2026-06-09").unwrap(), range.from));
        assert!(!range.meets(range.to, parse("2026-06-12").unwrap()));
        assert!(range.meets(range.from, range.from));
    }
}
