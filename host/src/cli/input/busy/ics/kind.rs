//! What an event does to its time. Microsoft's X-MICROSOFT-CDO-BUSYSTATUS says more than TRANSP and STATUS and, as in
//! Outlook itself, wins over TRANSP. A word that is not known means busy. PARTSTAT is left alone: a file does not say
//! which ATTENDEE it belongs to.
//!
//! <https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxcical/cd68eae7-ed65-4dd3-8ea7-ad585c76c736>

use calendar_host::types::BusyKind;

use super::component::Component;

/// The kind of an event; none = its time is free.
pub(super) fn kind(event: &Component) -> Option<BusyKind> {
    // Written twice it is contradictory, and says nothing.
    let is = |name: &str, word: &str| event.all(name).count() == 1 && event.all(name).all(|line| line.is(word));
    let outlook = |word: &str| is("X-MICROSOFT-CDO-BUSYSTATUS", word);
    let is_all_day = event.one("DTSTART").is_some_and(|start| start.value.len() == 8);
    if is("STATUS", "CANCELLED") || outlook("FREE") {
        None
    } else if outlook("WORKINGELSEWHERE") {
        Some(BusyKind::WorkingElsewhere)
    } else if outlook("OOF") {
        // A whole day out of office is a day off.
        Some(if is_all_day { BusyKind::TimeOff } else { BusyKind::OutOfOffice })
    } else if outlook("TENTATIVE") {
        Some(BusyKind::Tentative)
    } else if is("TRANSP", "TRANSPARENT") && !outlook("BUSY") {
        None
    } else if is("STATUS", "TENTATIVE") {
        Some(BusyKind::Tentative)
    } else if is("CLASS", "PRIVATE") || is("CLASS", "CONFIDENTIAL") {
        Some(BusyKind::Private)
    } else if is_all_day {
        Some(BusyKind::AllDay)
    } else {
        Some(BusyKind::Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::input::busy::ics::component::calendars;

    #[test]
    fn every_row_of_the_table_holds() {
        for (lines, expected) in [
            ("DTSTART:20261004T090000Z", Some(BusyKind::Busy)),
            ("DTSTART;VALUE=DATE:20261004", Some(BusyKind::AllDay)),
            ("STATUS:cancelled", None),
            ("STATUS:CONFIRMED", Some(BusyKind::Busy)),
            ("STATUS:TENTATIVE", Some(BusyKind::Tentative)),
            ("STATUS:CANCELLED\nSTATUS:CONFIRMED", Some(BusyKind::Busy)),
            ("TRANSP:TRANSPARENT", None),
            ("transp:opaque", Some(BusyKind::Busy)),
            ("TRANSP:SOMETHING", Some(BusyKind::Busy)),
            ("X-MICROSOFT-CDO-BUSYSTATUS:FREE\nTRANSP:OPAQUE", None),
            ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY\nTRANSP:TRANSPARENT", Some(BusyKind::Busy)),
            ("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", Some(BusyKind::Tentative)),
            ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", Some(BusyKind::OutOfOffice)),
            ("X-MICROSOFT-CDO-BUSYSTATUS:OOF\nDTSTART;VALUE=DATE:20261004", Some(BusyKind::TimeOff)),
            ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", Some(BusyKind::WorkingElsewhere)),
            ("X-MICROSOFT-CDO-BUSYSTATUS:NEWWORD", Some(BusyKind::Busy)),
            ("X-MICROSOFT-CDO-BUSYSTATUS:FREE\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY", Some(BusyKind::Busy)),
            ("CLASS:PRIVATE", Some(BusyKind::Private)),
            ("CLASS:CONFIDENTIAL\nSTATUS:TENTATIVE", Some(BusyKind::Tentative)),
            ("CLASS:PUBLIC", Some(BusyKind::Busy)),
            ("ATTENDEE;PARTSTAT=DECLINED:mailto:ann@example.com", Some(BusyKind::Busy)),
        ] {
            let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR");
            let calendars = calendars(text.as_bytes()).expect("readable");
            assert_eq!(kind(&calendars[0].parts[0]), expected, "{lines}");
        }
    }
}
