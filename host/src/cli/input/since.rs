//! `--since`: a point in time, or how long ago.

use calendar_core::schedule::zone::Zone;
use chrono::{DateTime, TimeDelta, Utc};

use super::{minutes, when};
use crate::cli::failure::Failure;

/// The instant that `text` means: `-7d`, `-12h` and `-30m` count back from `now`, a day being 24 hours; everything else
/// is a point in time.
pub fn instant(text: &str, zone: &Zone, now: DateTime<Utc>) -> Result<DateTime<Utc>, Failure> {
    let Some(length) = text.trim().strip_prefix('-') else { return when::instant("--since", text, zone, now) };
    let ago = match length.strip_suffix('d') {
        Some(days) if days.bytes().all(|byte| byte.is_ascii_digit()) => days.parse().ok().and_then(TimeDelta::try_days),
        Some(_) => None,
        None if length.ends_with(['h', 'm']) => minutes::parse(length).map(|count| TimeDelta::minutes(count.into())),
        None => None,
    };
    ago.and_then(|ago| now.checked_sub_signed(ago)).filter(|at| *at >= DateTime::UNIX_EPOCH).ok_or_else(|| {
        let hint = "write -7d, -12h, -30m, or a point in time such as 2026-03-09";
        Failure::usage(format!("--since: {text:?} is not a length of time"), hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_back_and_points_in_time_are_taken_as_they_are() {
        let now = DateTime::from_timestamp(1_772_964_000, 0).expect("an instant");
        let ago = |text: &str| instant(text, &Zone::utc(), now).map(|at| (now - at).num_minutes());
        assert_eq!(ago("-7d"), Ok(7 * 24 * 60));
        assert_eq!(ago("-12h"), Ok(12 * 60));
        assert_eq!(ago("-30m"), Ok(30));
        assert_eq!(ago("2026-03-08T09:00Z"), Ok(60));
        for text in ["-", "-d", "-x", "-7", "-1.5d", "-99999999999d", "-99999d", "soon"] {
            assert!(ago(text).is_err(), "{text}");
        }
    }
}
