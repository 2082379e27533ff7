//! A second, slow implementation of the slot rules: it looks at every minute and at every event, and shares no code
//! with the engine but the wall clock of a zone at an instant.
use super::scan::{OpenMinutes, Scan};
use calendar_core::schedule::availability::{Availability, Busy};
use calendar_core::schedule::hours::Travel;
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::limits::Period;
use calendar_core::schedule::policy::{BusyKind, Treatment};
use calendar_core::schedule::reason::ReasonCode;
use calendar_core::schedule::rules::{Anchor, Rules};
use calendar_core::schedule::zone::Zone;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc, Weekday};

const PAD_MINUTES: i64 = 8 * 1440;

/// Everything the definition of a slot depends on, for one person.
pub struct Oracle<'a> {
    rules: &'a Rules,
    availability: &'a Availability,
    range: Interval,
    now: DateTime<Utc>,
    windows: Vec<Interval>,
    weekly_windows: Vec<Interval>,
    time_off: Vec<Busy>,
    open: OpenMinutes,
    weekly_open: OpenMinutes,
    minutes: Vec<DateTime<Utc>>,
    scans: Vec<(Zone, Scan)>,
}

impl<'a> Oracle<'a> {
    pub fn new(rules: &'a Rules, availability: &'a Availability, range: Interval, now: DateTime<Utc>) -> Oracle<'a> {
        // Anchors other than midnight look eight days back.
        let look_back = if rules.anchor == Anchor::LocalMidnight { 0 } else { 10 };
        let start = range.start() - TimeDelta::minutes(PAD_MINUTES) - TimeDelta::days(look_back);
        let end = range.end() + TimeDelta::minutes(PAD_MINUTES) + TimeDelta::days(2);
        let mut zones = vec![rules.zone.clone()];
        zones.extend(rules.travel.iter().map(|stay| stay.zone.clone()));
        zones.extend(rules.grid_zone.clone());
        let scans: Vec<(Zone, Scan)> =
            zones.into_iter().map(|zone| (zone.clone(), Scan::new(&zone, start, end))).collect();
        let mut oracle = Oracle {
            rules,
            availability,
            range,
            now,
            windows: Vec::new(),
            weekly_windows: Vec::new(),
            time_off: Vec::new(),
            open: OpenMinutes::default(),
            weekly_open: OpenMinutes::default(),
            minutes: std::iter::successors(Some(start), |at| Some(*at + TimeDelta::minutes(1)))
                .take_while(|at| *at < end)
                .collect(),
            scans,
        };
        let mut date = start.date_naive() + Days::new(3);
        while date < (end - TimeDelta::days(4)).date_naive() {
            let zone = rules
                .travel
                .iter()
                .find(|stay| stay.from <= date && date < stay.until)
                .map_or(&rules.zone, |stay| &stay.zone);
            let scan = &oracle.scans.iter().find(|(name, _)| name == zone).unwrap().1;
            let weekly = rules.hours.on(date.weekday());
            let listed = rules.overrides.iter().find(|one| one.date == date).map_or(weekly, |one| &one.windows[..]);
            oracle.windows.extend(listed.iter().filter_map(|(from, to)| scan.window(date, *from, *to)));
            oracle.weekly_windows.extend(weekly.iter().filter_map(|(from, to)| scan.window(date, *from, *to)));
            if rules.holidays.iter().any(|holiday| holiday.from <= date && date < holiday.until) {
                let day = Interval::new(scan.start_of_day(date), scan.start_of_day(date.succ_opt().unwrap()));
                oracle.time_off.extend(day.map(|day| Busy::from(day).of_kind(BusyKind::TimeOff)));
            }
            date = date.succ_opt().unwrap();
        }
        oracle.open = OpenMinutes::new(&oracle.minutes, &oracle.windows);
        oracle.weekly_open = OpenMinutes::new(&oracle.minutes, &oracle.weekly_windows);
        oracle
    }

    /// Every candidate in the range with all reasons against it; skipped wall times come with the first instant after the
    /// gap.
    pub fn judge(&self) -> Vec<(DateTime<Utc>, Vec<ReasonCode>)> {
        let mut judged: Vec<_> = self.grid().into_iter().map(|start| (start, self.reasons(start))).collect();
        judged.extend(self.skipped().into_iter().map(|at| (at, vec![ReasonCode::NonexistentLocalTime])));
        judged.sort_by_key(|(start, codes)| (*start, codes.first() != Some(&ReasonCode::NonexistentLocalTime)));
        judged
    }

    pub fn offered(&self) -> Vec<DateTime<Utc>> {
        self.grid().into_iter().filter(|start| self.reasons(*start).is_empty()).collect()
    }

    fn grid(&self) -> Vec<DateTime<Utc>> {
        let minutes = self.minutes.iter().copied();
        let in_range = |at: &DateTime<Utc>| self.range.contains(*at);
        if self.rules.anchor == Anchor::LocalMidnight {
            return minutes.filter(in_range).filter(|at| self.is_on_wall_grid(*at)).collect();
        }
        let first = self.range.start() - TimeDelta::days(8);
        let is_member = |at: DateTime<Utc>| match self.rules.anchor {
            Anchor::WindowStart => self.open.is_open(at, at + TimeDelta::minutes(1)),
            _ => at >= first && at < self.range.end() && self.is_open(at, &self.open) && self.collisions(at).is_empty(),
        };
        let (mut grid, mut since): (Vec<DateTime<Utc>>, Option<DateTime<Utc>>) = (Vec::new(), None);
        for at in minutes {
            since = if is_member(at) { since.or(Some(at)) } else { None };
            let Some(begin) = since else { continue };
            if in_range(&at) && (at - begin).num_minutes() % self.rules.step.num_minutes() == 0 {
                grid.push(at);
            }
        }
        grid
    }

    fn grid_zone_at(&self, at: DateTime<Utc>) -> &Zone {
        if let Some(zone) = &self.rules.grid_zone {
            return zone;
        }
        let midnight =
            |zone: &Zone, date: NaiveDate| self.scans.iter().find(|(one, _)| one == zone).unwrap().1.start_of_day(date);
        let mut stays: Vec<_> = self.rules.travel.iter().collect();
        stays.sort_by_key(|stay| stay.from);
        // Of two stays on one instant the first lasts; between two that adjoin, too.
        let stays_there = |stay: &&&Travel| {
            let next = self.rules.travel.iter().find(|next| next.from == stay.until);
            let arrival = next.map(|next| midnight(&next.zone, next.from));
            midnight(&stay.zone, stay.from) <= at
                && (at < midnight(&stay.zone, stay.until) || arrival.is_some_and(|arrival| at < arrival))
        };
        stays.iter().find(stays_there).map_or(&self.rules.zone, |stay| &stay.zone)
    }

    fn is_on_wall_grid(&self, at: DateTime<Utc>) -> bool {
        self.is_wall_grid_time(self.grid_zone_at(at).civil(at))
    }

    fn is_wall_grid_time(&self, wall: NaiveDateTime) -> bool {
        let minute = i64::from(wall.hour() * 60 + wall.minute());
        let (step, offset) = (self.rules.step.num_minutes(), self.rules.offset.num_minutes());
        wall.second() == 0 && minute >= offset && (minute - offset) % step == 0
    }

    fn skipped(&self) -> Vec<DateTime<Utc>> {
        let mut skipped = Vec::new();
        if self.rules.anchor != Anchor::LocalMidnight {
            return skipped;
        }
        for pair in self.minutes.windows(2).filter(|pair| self.range.contains(pair[1])) {
            let (before, at) = (pair[0], pair[1]);
            let zone = self.grid_zone_at(at);
            if self.grid_zone_at(before) != zone {
                continue;
            }
            let mut wall = zone.civil(before) + TimeDelta::minutes(1);
            while wall < zone.civil(at) {
                if self.is_wall_grid_time(wall) {
                    skipped.push(at);
                }
                wall += TimeDelta::minutes(1);
            }
        }
        skipped
    }

    fn is_open(&self, start: DateTime<Utc>, open: &OpenMinutes) -> bool {
        let (mut start, mut end) = (start, start + self.rules.duration);
        if self.rules.buffers_inside_window {
            start -= self.rules.buffer_before;
            end += self.rules.buffer_after;
        }
        open.is_open(start, end)
    }

    fn obstacles(&self) -> impl Iterator<Item = &Busy> {
        let blocks = |item: &&Busy| {
            self.rules.statuses.treatment(item.kind, item.calendar.as_ref()) == Treatment::Block
                && item.reservation.and_then(|one| one.expires_at).is_none_or(|at| self.now < at)
        };
        self.availability.busy.iter().chain(&self.time_off).filter(blocks)
    }

    fn collides(&self, start: DateTime<Utc>, item: &Busy, with_buffers: bool) -> bool {
        let own = item.reservation.filter(|_| with_buffers);
        let (own_before, own_after) = own.map_or_else(Default::default, |one| (one.buffer_before, one.buffer_after));
        let (before, after) =
            if with_buffers { (self.rules.buffer_before, self.rules.buffer_after) } else { Default::default() };
        item.interval.start() < start + self.rules.duration + after.max(own_before)
            && item.interval.end() > start - before.max(own_after)
    }

    /// The kinds of collisions, each once, in order of precedence.
    fn collisions(&self, start: DateTime<Utc>) -> Vec<ReasonCode> {
        let is_tentative = |kind| matches!(kind, BusyKind::Tentative | BusyKind::NotAnswered);
        let code = |item: &Busy| {
            let direct = self.collides(start, item, false);
            match item.kind {
                BusyKind::Held => self.collides(start, item, true).then_some(ReasonCode::Held),
                BusyKind::TimeOff if direct => Some(ReasonCode::TimeOff),
                kind if direct && is_tentative(kind) => Some(ReasonCode::Tentative),
                _ if direct => Some(ReasonCode::Busy),
                _ => self.collides(start, item, true).then_some(ReasonCode::Buffer),
            }
        };
        let mut codes: Vec<_> =
            self.obstacles().filter_map(|item| Some((code(item)?, is_tentative(item.kind)))).collect();
        // Buffers count when nothing firm collides itself; those of tentative events when no tentative one does, either.
        let is_taken = codes.iter().any(|(code, _)| *code < ReasonCode::Buffer);
        let is_tentatively = codes.iter().any(|(code, _)| *code == ReasonCode::Tentative);
        codes.retain(|(code, tentative)| *code != ReasonCode::Buffer || (!is_taken && (!tentative || !is_tentatively)));
        let mut codes: Vec<_> = codes.into_iter().map(|(code, _)| code).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    fn is_unknown(&self, start: DateTime<Utc>) -> bool {
        let probe = |interval: Interval| self.collides(start, &Busy::from(interval), true);
        let known = self.availability.known.unwrap_or_else(|| self.rules.fetch_range(self.range));
        self.availability.unknown.iter().any(|one| probe(one.interval))
            || start - self.rules.buffer_before < known.start()
            || start + self.rules.duration + self.rules.buffer_after > known.end()
    }

    fn is_limited(&self, start: DateTime<Utc>) -> bool {
        let bucket = |period: Period, at: DateTime<Utc>| {
            let date = self.rules.zone.civil(at).date();
            match period {
                Period::Day => (date.year(), date.ordinal()),
                Period::Month => (date.year(), date.month()),
                Period::Week { starts } => {
                    use calendar_core::schedule::limits::FirstDay::{Monday, Saturday, Sunday};
                    let first = match starts {
                        Monday => Weekday::Mon,
                        Saturday => Weekday::Sat,
                        Sunday => Weekday::Sun,
                    };
                    let mut day = date;
                    while day.weekday() != first {
                        day = day.pred_opt().unwrap();
                    }
                    (day.year(), day.ordinal())
                }
            }
        };
        let counted = |item: &&Busy| {
            matches!(item.kind, BusyKind::Booking | BusyKind::Held)
                && item.reservation.and_then(|one| one.expires_at).is_none_or(|at| self.now < at)
        };
        self.rules.limits.iter().any(|limit| {
            let same = self
                .availability
                .busy
                .iter()
                .filter(counted)
                .filter(|item| bucket(limit.period, item.interval.start()) == bucket(limit.period, start));
            let (count, booked) =
                same.fold((0, 0), |(count, sum), item| (count + 1, sum + item.interval.length().num_minutes()));
            limit.meetings.is_some_and(|most| count + 1 > most)
                || limit.minutes.is_some_and(|most| booked + self.rules.duration.num_minutes() > i64::from(most))
        })
    }

    /// All reasons against a start, in order of precedence.
    pub fn reasons(&self, start: DateTime<Utc>) -> Vec<ReasonCode> {
        let is_beyond = self.rules.horizon.is_some_and(|ahead| {
            let today = self.rules.zone.civil(self.now).date();
            self.rules.zone.civil(start).date() > today + Days::new(ahead.0.into())
        });
        let is_closed = !self.is_open(start, &self.open);
        let hours = if self.is_open(start, &self.weekly_open) { ReasonCode::Closed } else { ReasonCode::OutsideHours };
        let mut reasons = Vec::new();
        reasons.extend((start < self.now + self.rules.minimum_notice).then_some(ReasonCode::BeforeNotice));
        reasons.extend(is_beyond.then_some(ReasonCode::BeyondHorizon));
        reasons.extend(is_closed.then_some(hours));
        reasons.extend(self.collisions(start));
        reasons.extend(self.is_unknown(start).then_some(ReasonCode::UnknownAvailability));
        reasons.extend(self.is_limited(start).then_some(ReasonCode::LimitReached));
        reasons
    }
}
