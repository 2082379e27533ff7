//! The exports: decode, run, encode. Nothing else happens here.

use calendar_core::account::UserId;
use calendar_core::error::Error;
use calendar_core::op;
use calendar_core::ports::World;

use crate::bindings::calendar::scheduling::types as wit;
use crate::bindings::exports::calendar::scheduling::{authorization, availability, calendars, holds, meetings, slots};
use crate::codec;
use crate::wasi;

/// The component.
pub struct Component;

/// Checks the user, runs the operation, encodes a failure.
fn call<T, F>(user_id: &str, operation: impl FnOnce(World<'static>, UserId) -> F) -> Result<T, wit::Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let outcome = codec::user(user_id).and_then(|user| wasi::run(|world| operation(world, user)));
    outcome.map_err(codec::error_out)
}

impl authorization::Guest for Component {
    fn start_oauth_flow(
        user_id: String,
        provider: wit::Provider,
        redirect_uri: Option<String>,
        login_hint: Option<String>,
    ) -> Result<authorization::AuthorizationRequest, wit::Error> {
        call(&user_id, async |world, user| {
            let provider = codec::provider(provider);
            let (redirect_uri, hint) = (redirect_uri.as_deref(), login_hint.as_deref());
            let request = op::authorization::start_oauth_flow(world, &user, provider, redirect_uri, hint)?;
            Ok(codec::account::request_out(request))
        })
    }

    fn complete_oauth_flow(user_id: String, callback_url: String) -> Result<authorization::Account, wit::Error> {
        call(&user_id, async |world, user| {
            let account = op::authorization::complete_oauth_flow(world, &user, &callback_url).await?;
            Ok(codec::account::account_out(account))
        })
    }

    fn start_device_flow(
        user_id: String,
        provider: wit::Provider,
    ) -> Result<authorization::DeviceAuthorization, wit::Error> {
        call(&user_id, async |world, user| {
            let device = op::authorization::start_device_flow(world, &user, codec::provider(provider)).await?;
            Ok(codec::account::device_out(device))
        })
    }

    fn poll_device_flow(user_id: String, state: String) -> Result<authorization::DeviceStatus, wit::Error> {
        call(&user_id, async |world, user| {
            let status = op::authorization::poll_device_flow(world, &user, &state).await?;
            Ok(codec::account::device_status_out(status))
        })
    }

    fn is_authenticated(user_id: String, provider: Option<wit::Provider>) -> Result<bool, wit::Error> {
        call(&user_id, async |world, user| {
            op::authorization::is_authenticated(world, &user, provider.map(codec::provider))
        })
    }

    fn account_status(user_id: String, account: String) -> Result<authorization::Account, wit::Error> {
        call(&user_id, async |world, user| {
            op::authorization::account_status(world, &user, &account).map(codec::account::account_out)
        })
    }

    fn list_accounts(user_id: String) -> Result<Vec<authorization::Account>, wit::Error> {
        call(&user_id, async |world, user| {
            let accounts = op::authorization::list_accounts(world, &user)?;
            Ok(accounts.into_iter().map(codec::account::account_out).collect())
        })
    }

    fn disconnect(user_id: String, account: String) -> Result<authorization::Disconnection, wit::Error> {
        call(&user_id, async |world, user| {
            let done = op::authorization::disconnect(world, &user, &account).await?;
            Ok(codec::account::disconnection_out(done))
        })
    }
}

impl calendars::Guest for Component {
    fn list_calendars(user_id: String, selection: wit::Selection) -> Result<calendars::CalendarList, wit::Error> {
        call(&user_id, async |world, user| {
            let selection = codec::selection(selection)?;
            let found = op::list_calendars::list_calendars(world, &user, &selection).await?;
            Ok(codec::query::calendars_out(found))
        })
    }
}

impl availability::Guest for Component {
    fn get_busy_times(
        user_id: String,
        range: wit::TimeRange,
        selection: wit::Selection,
    ) -> Result<availability::BusyTimes, wit::Error> {
        call(&user_id, async |world, user| {
            let (range, selection) = (codec::read_range(range)?, codec::selection(selection)?);
            let read = op::get_busy_times::get_busy_times(world, &user, range, &selection).await?;
            Ok(codec::query::busy_out(read))
        })
    }

    fn get_schedule(
        user_id: String,
        emails: Vec<String>,
        range: wit::TimeRange,
        selection: wit::Selection,
    ) -> Result<Vec<availability::PersonSchedule>, wit::Error> {
        call(&user_id, async |world, user| {
            let people = codec::schedule::people(emails)?;
            let (range, selection) = (codec::read_range(range)?, codec::schedule::selection(selection)?);
            let told = op::get_schedule::get_schedule(world, &user, &people, range, &selection).await?;
            Ok(codec::schedule::people_out(told))
        })
    }

    fn check_availability(user_id: String, query: availability::SlotQuery) -> Result<availability::Slots, wit::Error> {
        call(&user_id, async |world, user| {
            let query = codec::query::slot_query(query)?;
            let found = op::search::check_availability(world, &user, &query).await?;
            Ok(codec::query::slots_out(found))
        })
    }

    fn find_next_available_slot(
        user_id: String,
        query: availability::SlotQuery,
    ) -> Result<availability::Slots, wit::Error> {
        call(&user_id, async |world, user| {
            let query = codec::query::slot_query(query)?;
            let found = op::search::find_next_available_slot(world, &user, &query).await?;
            Ok(codec::query::slots_out(found))
        })
    }

    fn propose_meeting_times(
        user_id: String,
        proposal: availability::ProposalQuery,
    ) -> Result<availability::Slots, wit::Error> {
        call(&user_id, async |world, user| {
            let proposal = codec::query::proposal(proposal)?;
            let found = op::propose_meeting_times::propose_meeting_times(world, &user, &proposal).await?;
            Ok(codec::query::slots_out(found))
        })
    }
}

impl slots::Guest for Component {
    fn find_slots(query: slots::FindQuery) -> Result<slots::FoundSlots, wit::Error> {
        codec::slots::find(query).map_err(codec::error_out)
    }

    fn propose_slots(query: slots::FindQuery, preferences: slots::Preferences) -> Result<slots::Proposals, wit::Error> {
        codec::slots::propose(query, preferences).map_err(codec::error_out)
    }
}

impl meetings::Guest for Component {
    fn book_meeting(user_id: String, request: meetings::BookingRequest) -> Result<meetings::Meeting, wit::Error> {
        call(&user_id, async |world, user| {
            let request = codec::booking::booking(request)?;
            let meeting = op::book_meeting::book_meeting(world, &user, &request).await?;
            Ok(codec::meeting::meeting_out(meeting))
        })
    }

    fn quick_book_meeting(
        user_id: String,
        request: meetings::QuickBookingRequest,
    ) -> Result<meetings::Meeting, wit::Error> {
        call(&user_id, async |world, user| {
            let request = codec::booking::quick_booking(request)?;
            let meeting = op::quick_book_meeting::quick_book_meeting(world, &user, &request).await?;
            Ok(codec::meeting::meeting_out(meeting))
        })
    }

    fn get_event(user_id: String, event: meetings::EventLocator) -> Result<meetings::Meeting, wit::Error> {
        call(&user_id, async |world, user| {
            let locator = codec::booking::locator(event)?;
            let meeting = op::get_event::get_event(world, &user, &locator).await?;
            Ok(codec::meeting::meeting_out(meeting))
        })
    }

    fn update_event(
        user_id: String,
        event: meetings::EventLocator,
        changes: meetings::MeetingChanges,
    ) -> Result<meetings::Meeting, wit::Error> {
        call(&user_id, async |world, user| {
            let locator = codec::booking::locator(event)?;
            let if_match = changes.if_match.clone();
            let changes = codec::booking::changes(changes)?;
            let update = op::update_event::update_event(world, &user, &locator, &changes, if_match.as_deref());
            Ok(codec::meeting::meeting_out(update.await?))
        })
    }

    fn cancel_event(
        user_id: String,
        event: meetings::EventLocator,
        comment: Option<String>,
        if_match: Option<String>,
    ) -> Result<meetings::Meeting, wit::Error> {
        call(&user_id, async |world, user| {
            let locator = codec::booking::locator(event)?;
            let (comment, if_match) = (comment.as_deref(), if_match.as_deref());
            let cancelled = op::cancel_event::cancel_event(world, &user, &locator, comment, if_match);
            Ok(codec::meeting::meeting_out(cancelled.await?))
        })
    }

    fn get_upcoming_meetings(
        user_id: String,
        range: wit::TimeRange,
        selection: wit::Selection,
        max: Option<u32>,
    ) -> Result<meetings::MeetingList, wit::Error> {
        call(&user_id, async |world, user| {
            let (range, selection) = (codec::read_range(range)?, codec::selection(selection)?);
            let max = codec::booking::agenda_length(max)?;
            let agenda = op::upcoming_meetings::get_upcoming_meetings(world, &user, range, &selection, max);
            Ok(codec::meeting::list_out(agenda.await?))
        })
    }
}

impl holds::Guest for Component {
    fn hold_slot(user_id: String, request: holds::HoldRequest) -> Result<holds::Hold, wit::Error> {
        call(&user_id, async |world, user| {
            let request = codec::holds::slot(request)?;
            let hold = op::holds::hold_slot(world, &user, &request).await?;
            Ok(codec::holds::hold_out(hold))
        })
    }

    fn release_hold(user_id: String, id: String) -> Result<bool, wit::Error> {
        call(&user_id, async |world, user| op::holds::release_hold(world, &user, &codec::holds::id(id)?))
    }

    fn list_holds(user_id: String) -> Result<Vec<holds::Hold>, wit::Error> {
        call(&user_id, async |world, user| {
            let holds = op::holds::list_holds(world, &user)?;
            Ok(holds.into_iter().map(codec::holds::hold_out).collect())
        })
    }
}
