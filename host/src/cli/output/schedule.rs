//! Other people's time: what takes it, the hours they work, and why it is not known.

use std::fmt;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{PersonSchedule, ScheduleHours, ScheduleStatus, Weekday, WorkingHours};
use serde::Serialize;

use super::moment::Span;
use super::text;

/// People and the range that was asked for.
#[derive(Debug, Serialize)]
pub struct People {
    people: Vec<Person>,
    range: Span,
    time_zone: String,
}

#[derive(Debug, Serialize)]
struct Person {
    email: String,
    /// The account that answered.
    account: String,
    busy: Vec<Item>,
    working_hours: Option<Hours>,
    /// None = it is known.
    unknown: Option<Unknown>,
}

#[derive(Debug, Serialize)]
struct Item {
    #[serde(flatten)]
    time: Span,
    status: &'static str,
}

#[derive(Debug, Serialize)]
struct Hours {
    time_zone: String,
    windows: Vec<Window>,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct Window {
    weekday: &'static str,
    start_minute: u32,
    end_minute: u32,
}

#[derive(Debug, Serialize)]
struct Unknown {
    code: &'static str,
    reason: String,
}

impl People {
    /// The answer to a question about `range`, times in `zone`.
    pub fn new(people: Vec<PersonSchedule>, range: Span, zone: &Zone) -> Self {
        let people = people.into_iter().map(|one| Person::new(one, zone)).collect();
        Self { people, range, time_zone: zone.name().to_owned() }
    }
}

impl Person {
    fn new(person: PersonSchedule, zone: &Zone) -> Self {
        let PersonSchedule { email, account, busy, working_hours, unknown } = person;
        let item = |one: &calendar_host::types::ScheduleItem| Item {
            time: Span::new(&one.time, zone),
            status: status(one.status),
        };
        Self {
            email,
            account,
            busy: busy.iter().map(item).collect(),
            working_hours: working_hours.map(Hours::from),
            unknown: unknown.map(|one| Unknown { code: one.code.as_str(), reason: one.reason }),
        }
    }
}

impl From<ScheduleHours> for Hours {
    fn from(hours: ScheduleHours) -> Self {
        let window = |one: &WorkingHours| Window {
            weekday: weekday(one.weekday),
            start_minute: one.start_minute,
            end_minute: one.end_minute,
        };
        Self { time_zone: hours.time_zone, windows: hours.windows.iter().map(window).collect() }
    }
}

/// The interface's word.
fn status(status: ScheduleStatus) -> &'static str {
    match status {
        ScheduleStatus::Busy => "busy",
        ScheduleStatus::Tentative => "tentative",
        ScheduleStatus::OutOfOffice => "out-of-office",
        ScheduleStatus::WorkingElsewhere => "working-elsewhere",
    }
}

/// The interface's word.
fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    }
}

impl fmt::Display for People {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, person) in self.people.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(formatter, "{end}{}:", text::line(&person.email))?;
            match &person.unknown {
                Some(unknown) => {
                    let reason = text::line(&unknown.reason);
                    write!(formatter, "\n  not known (not the same as free): {reason} ({})", unknown.code)?;
                }
                None if person.busy.is_empty() => {
                    write!(formatter, "\n  nothing between {} and {}", self.range.start, self.range.end)?;
                }
                None => {}
            }
            for item in &person.busy {
                write!(formatter, "\n  {} {}", item.time, item.status)?;
            }
            if let Some(hours) = &person.working_hours {
                write!(formatter, "\n  {hours}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.windows.is_empty() {
            return write!(formatter, "works no regular hours");
        }
        write!(formatter, "works")?;
        // Days of the same hours one after the other are told together.
        let same =
            |one: &Window, next: &Window| (one.start_minute, one.end_minute) == (next.start_minute, next.end_minute);
        for (index, days) in self.windows.chunk_by(same).enumerate() {
            let window = days.first().map(|day| format!("{}-{}", clock(day.start_minute), clock(day.end_minute)));
            let end = if index == 0 { " " } else { ", " };
            write!(formatter, "{end}{} {}", short(days), window.unwrap_or_default())?;
        }
        write!(formatter, " {}", text::line(&self.time_zone))
    }
}

/// Days as they are written on the command line: `mon,wed`, and `mon-fri` for a row of three or more.
fn short(days: &[Window]) -> String {
    const WEEK: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let names: Vec<&str> = days.iter().map(|day| day.weekday).collect();
    let letters = |name: &&str| name.chars().take(3).collect::<String>();
    match (names.first(), names.last()) {
        (Some(first), Some(last)) if names.len() > 2 && WEEK.windows(names.len()).any(|row| row == names) => {
            format!("{}-{}", letters(first), letters(last))
        }
        _ => names.iter().map(letters).collect::<Vec<_>>().join(","),
    }
}

/// `09:00`; minutes after the next midnight are told on its clock.
fn clock(minute: u32) -> String {
    let minute = if minute > 1440 { minute - 1440 } else { minute };
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use calendar_host::types::{ErrorCode, ScheduleItem, TimeRange, UnknownSchedule};

    use super::*;

    fn at(text: &str) -> i64 {
        chrono::DateTime::parse_from_rfc3339(text).expect("an instant").timestamp()
    }

    fn range(start: &str, end: &str) -> TimeRange {
        TimeRange { start: at(start), end: at(end) }
    }

    fn person(email: &str, busy: Vec<ScheduleItem>) -> PersonSchedule {
        let (email, account) = (email.to_owned(), "outlook:t.o".to_owned());
        PersonSchedule { email, account, busy, working_hours: None, unknown: None }
    }

    /// Around the change to summer time in London.
    fn people() -> People {
        let item = |start, end, status| ScheduleItem { time: range(start, end), status };
        let mut lee = person(
            "lee@contoso.example",
            vec![
                item("2026-03-27T09:00:00Z", "2026-03-27T09:30:00Z", ScheduleStatus::Busy),
                item("2026-03-30T08:00:00Z", "2026-03-30T16:00:00Z", ScheduleStatus::OutOfOffice),
            ],
        );
        let days = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday];
        let window = |weekday| WorkingHours { weekday, start_minute: 480, end_minute: 1020 };
        let mut windows = days.map(window).to_vec();
        let late = [Weekday::Friday, Weekday::Sunday];
        windows.extend(late.map(|weekday| WorkingHours { weekday, start_minute: 1320, end_minute: 1800 }));
        lee.working_hours = Some(ScheduleHours { time_zone: "Europe/London".into(), windows });
        let mut typo = person("typo@contoso.example", Vec::new());
        let reason = "the schedule of `typo@contoso.example`: no such mailbox.\u{1b}[2J Check the address.".to_owned();
        typo.unknown = Some(UnknownSchedule { code: ErrorCode::NotFound, reason });
        let zone = Zone::parse("Europe/London").expect("a zone");
        let asked = Span::new(&range("2026-03-27T00:00:00Z", "2026-04-03T00:00:00Z"), &zone);
        People::new(vec![lee, person("ben@example.com", Vec::new()), typo], asked, &zone)
    }

    #[test]
    fn each_person_has_busy_ranges_hours_or_the_reason_why_not() {
        insta::assert_snapshot!(people().to_string());
    }

    #[test]
    fn programs_read_the_words_of_the_interface() {
        insta::assert_json_snapshot!(people());
    }
}
