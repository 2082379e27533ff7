//! Bounds on what one question may cost, so that hostile or careless input stays cheap.
//!
//! Reaching a bound on time, events or slots cuts the answer short and says where to continue; more persons than
//! allowed is an error, because leaving one out would be a wrong answer.

/// The bounds of one question; the defaults suit a service, an operator may raise them up to [`Caps::CEILING`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// Longest range searched, in days of 24 hours.
    pub days: u32,
    /// Most participants of a group question.
    pub persons: usize,
    /// Most separate busy intervals of one person, counted after merging, within the range searched.
    pub events: usize,
    /// Most slots of an answer, and most refusals spelled out.
    pub slots: usize,
}

impl Caps {
    /// The largest values accepted.
    pub const CEILING: Caps = Caps { days: 366, persons: 10_000, events: 10_000_000, slots: 1_000_000 };

    /// These bounds, none above the ceiling and none below one.
    pub fn bounded(self) -> Caps {
        let most = Caps::CEILING;
        Caps {
            days: self.days.clamp(1, most.days),
            persons: self.persons.clamp(1, most.persons),
            events: self.events.clamp(1, most.events),
            slots: self.slots.clamp(1, most.slots),
        }
    }
}

impl Default for Caps {
    fn default() -> Self {
        Caps { days: 62, persons: 50, events: 20_000, slots: 5_000 }
    }
}

/// How much work an answer took; grows linearly with the input and the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// Busy, held and unknown intervals looked at, each once per person.
    pub events: usize,
    /// Working windows made from the weekly hours.
    pub windows: usize,
    /// Candidate starts visited.
    pub grid_points: usize,
    /// Steps of the pointers that walk along the sorted sets.
    pub steps: usize,
}

impl Work {
    /// Adds the work of a part.
    pub fn add(&mut self, part: Work) {
        self.events += part.events;
        self.windows += part.windows;
        self.grid_points += part.grid_points;
        self.steps += part.steps;
    }
}
