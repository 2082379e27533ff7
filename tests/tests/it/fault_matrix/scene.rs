//! What a call is about, and the call itself.

use calendar_host::CalendarHost;
use calendar_host::types::{
    ErrorCode, EventLocator, HoldRequest, MeetingChanges, ProposalQuery, Provider, QuickBookingRequest, Selection,
    SlotQuery, TimeRange, UnknownSource,
};
use calendar_tests::people::CUSTOMER;
use calendar_tests::query::{booking, slots};

use super::operation::Operation;
use super::place::{Place, half};

/// What the call is about.
pub struct Scene {
    pub user: String,
    pub hour: TimeRange,
    pub title: String,
    pub event: Option<EventLocator>,
    /// Callback address or `state` of a sign-in that is under way.
    pub sign_in: String,
}

/// How a call ended: the word for the table, and whether it failed.
pub type Answer = Result<String, ErrorCode>;

impl Scene {
    /// Makes the call.
    pub async fn call(&self, operation: Operation, provider: Provider, host: &CalendarHost) -> Answer {
        let (user, all) = (self.user.as_str(), Selection::default());
        let event = || self.event.as_ref().expect("an event to begin with");
        let unknown = |unknown: &[UnknownSource]| match unknown {
            [] => "ok".to_owned(),
            [first, ..] => format!("ok, unknown: {}", first.code.as_str()),
        };
        let ok = "ok".to_owned();
        let query = || slots(self.hour, 30, "UTC");
        let answer = match operation {
            Operation::ListCalendars | Operation::Refresh => {
                host.list_calendars(user, &all).await.map(|found| unknown(&found.unknown))
            }
            Operation::GetBusyTimes => {
                host.get_busy_times(user, self.hour, &all).await.map(|found| unknown(&found.unknown))
            }
            Operation::CheckAvailability => {
                host.check_availability(user, &query()).await.map(|found| unknown(&found.unknown))
            }
            Operation::FindNextAvailableSlot => {
                host.find_next_available_slot(user, &query()).await.map(|found| unknown(&found.unknown))
            }
            Operation::GetSchedule => {
                let people = [Place::colleague(provider).to_owned()];
                let found = host.get_schedule(user, &people, self.hour, &all).await;
                found.map(|found| match &found[0].unknown {
                    None => "ok".to_owned(),
                    Some(why) => format!("ok, unknown: {}", why.code.as_str()),
                })
            }
            Operation::HoldSlot => host.hold_slot(user, &HoldRequest::new(half(self.hour, 0))).await.map(|_| ok),
            Operation::ProposeMeetingTimes => {
                let proposal = ProposalQuery::new(query(), 2);
                host.propose_meeting_times(user, &proposal).await.map(|found| unknown(&found.unknown))
            }
            Operation::GetUpcomingMeetings => {
                let found = host.get_upcoming_meetings(user, self.hour, &all, None).await;
                found.map(|found| unknown(&found.unknown))
            }
            Operation::GetEvent => host.get_event(user, event()).await.map(|_| ok),
            Operation::BookMeeting => {
                host.book_meeting(user, &booking(&self.title, half(self.hour, 0))).await.map(|_| ok)
            }
            Operation::QuickBookMeeting => host.quick_book_meeting(user, &self.quick(query())).await.map(|_| ok),
            Operation::Retitle => {
                let changes = MeetingChanges { title: Some(self.new_title()), ..MeetingChanges::default() };
                host.update_event(user, event(), &changes).await.map(|_| ok)
            }
            Operation::Move => {
                let changes = MeetingChanges { time: Some(half(self.hour, 1)), ..MeetingChanges::default() };
                host.update_event(user, event(), &changes).await.map(|_| ok)
            }
            Operation::CancelEvent => host.cancel_event(user, event(), None, None).await.map(|_| ok),
            Operation::CompleteOauthFlow => host.complete_oauth_flow(user, &self.sign_in).await.map(|_| ok),
            Operation::StartDeviceFlow => host.start_device_flow(user, provider).await.map(|_| ok),
            Operation::PollDeviceFlow => {
                let polled = host.poll_device_flow(user, &self.sign_in).await;
                polled.map(|polled| if polled.account.is_some() { ok } else { "pending".to_owned() })
            }
            Operation::Disconnect => {
                let done = host.disconnect(user, Place::email(provider)).await;
                done.map(|done| if done.revoked { "ok, revoked".to_owned() } else { "ok, not revoked".to_owned() })
            }
        };
        answer.map_err(|error| error.code)
    }

    /// The title that an update asks for.
    pub fn new_title(&self) -> String {
        format!("{}, changed", self.title)
    }

    fn quick(&self, query: SlotQuery) -> QuickBookingRequest {
        QuickBookingRequest {
            query,
            title: self.title.clone(),
            attendees: vec![CUSTOMER.to_owned()],
            description: None,
            location: None,
            video: false,
            target: Selection::default(),
            idempotency_key: None,
        }
    }
}
