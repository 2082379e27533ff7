//! Other people's time: addresses in, schedules out.

use calendar_core::account::Email;
use calendar_core::error::Error;
use calendar_core::op::get_schedule::PersonSchedule;
use calendar_core::op::sources::Selection;
use calendar_core::person::{Item, OfficeHours, Status};
use chrono::Weekday;

use super::{at_most, code, range_out};
use crate::bindings::calendar::scheduling::types;
use crate::bindings::exports::calendar::scheduling::availability as wit;

/// Most addresses of one question.
const MOST_PEOPLE: usize = 50;

/// 1 to 50 addresses, doubles dropped; a bad one is named by its place.
pub fn people(values: Vec<String>) -> Result<Vec<Email>, Error> {
    let mut people: Vec<Email> = Vec::new();
    for (place, value) in values.iter().enumerate() {
        let email = Email::parse(&format!("emails[{place}]"), value)?;
        if !people.iter().any(|known| known.same_as(email.as_str())) {
            people.push(email);
        }
        if people.len() > MOST_PEOPLE {
            return at_most("emails", values.len(), MOST_PEOPLE).map(|()| people);
        }
    }
    match people.is_empty() {
        true => Err(Error::invalid("emails", "must name at least one address")),
        false => Ok(people),
    }
}

/// Which accounts ask. Calendars cannot be chosen: people are asked about, not calendars.
pub fn selection(value: types::Selection) -> Result<Selection, Error> {
    if !value.calendars.is_empty() {
        return Err(Error::invalid("calendars", "must be empty, for addresses name the calendars"));
    }
    super::selection(value)
}

/// What is known of people, outbound.
#[must_use]
pub fn people_out(people: Vec<PersonSchedule>) -> Vec<wit::PersonSchedule> {
    people.into_iter().map(person_out).collect()
}

fn person_out(person: PersonSchedule) -> wit::PersonSchedule {
    let (email, account) = (person.email.as_str().to_owned(), person.account.as_str().to_owned());
    match person.schedule {
        Ok(known) => wit::PersonSchedule {
            email,
            account,
            busy: known.items.into_iter().map(item_out).collect(),
            working_hours: known.hours.map(hours_out),
            unknown: None,
        },
        Err(error) => wit::PersonSchedule {
            email,
            account,
            busy: Vec::new(),
            working_hours: None,
            unknown: Some(wit::UnknownSchedule {
                code: code(&error.kind),
                reason: format!("{}. {}", error.message, error.remedy),
            }),
        },
    }
}

fn item_out(item: Item) -> wit::ScheduleItem {
    let status = match item.status {
        Status::Busy => wit::ScheduleStatus::Busy,
        Status::Tentative => wit::ScheduleStatus::Tentative,
        Status::OutOfOffice => wit::ScheduleStatus::OutOfOffice,
        Status::WorkingElsewhere => wit::ScheduleStatus::WorkingElsewhere,
    };
    wit::ScheduleItem { time: range_out(item.time), status }
}

fn hours_out(hours: OfficeHours) -> wit::ScheduleHours {
    let window = |(day, (start, end)): (Weekday, (u16, u16))| wit::WorkingHours {
        weekday: weekday_out(day),
        start_minute: start.into(),
        end_minute: end.into(),
    };
    wit::ScheduleHours { time_zone: hours.time_zone, windows: hours.windows.into_iter().map(window).collect() }
}

fn weekday_out(day: Weekday) -> wit::Weekday {
    match day {
        Weekday::Mon => wit::Weekday::Monday,
        Weekday::Tue => wit::Weekday::Tuesday,
        Weekday::Wed => wit::Weekday::Wednesday,
        Weekday::Thu => wit::Weekday::Thursday,
        Weekday::Fri => wit::Weekday::Friday,
        Weekday::Sat => wit::Weekday::Saturday,
        Weekday::Sun => wit::Weekday::Sunday,
    }
}

#[cfg(test)]
mod tests {
    use calendar_core::account::AccountId;
    use calendar_core::error::Kind;

    use super::*;

    fn given(values: &[&str]) -> Result<Vec<Email>, Error> {
        people(values.iter().map(|one| (*one).to_owned()).collect())
    }

    fn message(outcome: Result<Vec<Email>, Error>) -> String {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind, Kind::InvalidArgument);
        error.message
    }

    #[test]
    fn addresses_are_trimmed_and_count_once_whatever_their_case() {
        let found = given(&[" Ana@Example.com ", "ben@example.com", "ANA@example.COM"]).unwrap();
        assert_eq!(found.iter().map(Email::as_str).collect::<Vec<_>>(), ["Ana@Example.com", "ben@example.com"]);
    }

    #[test]
    fn a_bad_address_is_named_by_its_place() {
        assert!(message(given(&["a@example.com", "b@example.com", "nobody"])).starts_with("emails[2]: "));
        assert!(message(given(&[""])).starts_with("emails[0]: "));
        assert!(message(given(&[])).starts_with("emails: "));
    }

    #[test]
    fn fifty_addresses_are_taken_and_no_more() {
        let named = |count: usize| people((0..count).map(|n| format!("p{n}@example.com")).collect());
        assert_eq!(named(50).unwrap().len(), 50);
        assert!(message(named(51)).starts_with("emails: "));
        assert_eq!(given(&["a@example.com"; 60]).unwrap().len(), 1);
    }

    #[test]
    fn calendars_cannot_be_chosen() {
        let selection_of =
            |calendars: Vec<String>| selection(types::Selection { provider: None, account: None, calendars });
        assert!(selection_of(Vec::new()).is_ok());
        assert!(selection_of(vec!["c".into()]).unwrap_err().message.starts_with("calendars: "));
    }

    #[test]
    fn what_is_not_known_says_why_and_is_not_free() {
        let out = people_out(vec![PersonSchedule {
            email: Email::new("lee@contoso.example"),
            account: AccountId::new("outlook:t.o"),
            schedule: Err(Error::new(Kind::NotFound, "no such mailbox").with_remedy("Check the address.")),
        }]);
        let unknown = out[0].unknown.as_ref().unwrap();
        assert_eq!(unknown.code, types::ErrorCode::NotFound);
        assert_eq!(unknown.reason, "no such mailbox. Check the address.");
    }
}
