//! Books the first free hour of the next week with a customer. README.md shows this file.

use calendar_host::types::{BookingRequest, SlotQuery, SlotRules, TimeRange};
use calendar_host::{CalendarHost, Config};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let host = CalendarHost::open(Config::from_env()?).await?; // once; clones share everything
    let user = "default"; // your own name for the person: an account was connected for it

    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs() as i64;
    let week = TimeRange { start: now, end: now + 7 * 24 * 3600 };
    let query = SlotQuery::new(week, SlotRules::new(60, "Europe/Berlin"));
    let found = host.find_next_available_slot(user, &query).await?;
    let slot = found.slots.first().ok_or("no free hour; found.reasons and found.unknown say why")?;

    let mut request = BookingRequest::new("Demo", *slot);
    request.attendees = vec!["customer@example.org".to_owned()];
    request.video = true;
    let meeting = host.book_meeting(user, &request).await?;
    println!("{} at {}: {:?}", meeting.title, meeting.time.start, meeting.conferencing_link);
    Ok(())
}
