//! Lengths of time in whole minutes: `30`, `45m`, `1h`, `1h30m`, `90 min` is not one.

/// The length of a meeting: 1 minute to 24 hours.
pub fn duration(text: &str) -> Result<u32, String> {
    within(text, 1, 1440)
}

/// A buffer before or after a meeting: none to 24 hours.
pub fn buffer(text: &str) -> Result<u32, String> {
    within(text, 0, 1440)
}

/// The minimum notice: none to 365 days.
pub fn notice(text: &str) -> Result<u32, String> {
    within(text, 0, 525_600)
}

fn within(text: &str, low: u32, high: u32) -> Result<u32, String> {
    let minutes = parse(text).ok_or("not a number of minutes; write 30, 45m, 1h or 1h30m")?;
    if (low..=high).contains(&minutes) {
        Ok(minutes)
    } else {
        Err(format!("{minutes} minutes is outside {low} to {high}"))
    }
}

/// The minutes of `text`; none when it is not a length of time.
pub fn parse(text: &str) -> Option<u32> {
    let (hours, rest) = match text.split_once('h') {
        Some((hours, rest)) => (number(hours)?, rest),
        None => (0, text),
    };
    let minutes = match (rest, text.contains('h')) {
        ("", true) => 0,
        (rest, _) => number(rest.strip_suffix('m').unwrap_or(rest))?,
    };
    hours.checked_mul(60)?.checked_add(minutes)
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_read_with_and_without_units() {
        for (text, minutes) in [("30", 30), ("45m", 45), ("1h", 60), ("1h30m", 90), ("1h30", 90), ("0", 0)] {
            assert_eq!(parse(text), Some(minutes), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "h", "m", "-5", "+5", "1.5h", "1d", "30 m", "1h1h", "99999999999", "71582789h"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn bounds_are_named() {
        assert_eq!(duration("0"), Err("0 minutes is outside 1 to 1440".into()));
        assert_eq!(duration("25h"), Err("1500 minutes is outside 1 to 1440".into()));
        assert_eq!(buffer("0"), Ok(0));
        assert_eq!(notice("525601"), Err("525601 minutes is outside 0 to 525600".into()));
    }
}
