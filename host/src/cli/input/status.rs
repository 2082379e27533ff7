//! `--status`: what calendar entries of some status do to the slots they overlap.

use std::str::FromStr;

use calendar_host::types::{StatusPolicy, Treatment};

/// The field of a status.
type Place = fn(&mut StatusPolicy) -> &mut Option<Treatment>;

/// `tentative=allow`.
#[derive(Debug, Clone, Copy)]
pub struct StatusArg {
    place: Place,
    treatment: Treatment,
}

/// Words and what they set.
const STATUSES: [(&str, Place); 7] = [
    ("tentative", |policy| &mut policy.tentative),
    ("not-answered", |policy| &mut policy.not_answered),
    ("out-of-office", |policy| &mut policy.out_of_office),
    ("focus-time", |policy| &mut policy.focus_time),
    ("all-day", |policy| &mut policy.all_day),
    ("private", |policy| &mut policy.private),
    ("working-elsewhere", |policy| &mut policy.working_elsewhere),
];

impl FromStr for StatusArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (status, treatment) = text.split_once('=').ok_or("write STATUS=block, allow or penalise")?;
        let found = STATUSES.iter().find(|(word, _)| *word == status);
        let (_, place) = found.ok_or_else(|| {
            let words: Vec<&str> = STATUSES.iter().map(|(word, _)| *word).collect();
            format!("{status:?} is no status; there are {}", words.join(", "))
        })?;
        let treatment = match treatment {
            "block" => Treatment::Block,
            "allow" => Treatment::Allow,
            "penalise" => Treatment::Penalise,
            _ => return Err(format!("{treatment:?} is none of block, allow and penalise")),
        };
        Ok(Self { place: *place, treatment })
    }
}

/// The policy of `--tentative`, which stands for two statuses, and of `--status`, which is more exact; none = all
/// defaults.
pub fn policy(tentative: Option<Treatment>, statuses: &[StatusArg]) -> Option<StatusPolicy> {
    let mut policy = StatusPolicy {
        tentative,
        not_answered: tentative,
        out_of_office: None,
        focus_time: None,
        all_day: None,
        private: None,
        working_elsewhere: None,
    };
    for one in statuses {
        *(one.place)(&mut policy) = Some(one.treatment);
    }
    (tentative.is_some() || !statuses.is_empty()).then_some(policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_can_be_treated_in_every_way() {
        for (word, place) in STATUSES {
            for (name, treatment) in
                [("block", Treatment::Block), ("allow", Treatment::Allow), ("penalise", Treatment::Penalise)]
            {
                let status = format!("{word}={name}").parse::<StatusArg>().expect("valid");
                let mut policy = policy(None, &[status]).expect("a policy");
                assert_eq!(*place(&mut policy), Some(treatment), "{word}");
            }
        }
        assert!(policy(None, &[]).is_none());
    }

    #[test]
    fn the_more_exact_option_wins() {
        let status = "tentative=penalise".parse::<StatusArg>().expect("valid");
        let policy = policy(Some(Treatment::Allow), &[status]).expect("a policy");
        assert_eq!(policy.tentative, Some(Treatment::Penalise));
        assert_eq!(policy.not_answered, Some(Treatment::Allow));
    }

    #[test]
    fn other_words_are_refused() {
        for text in ["", "tentative", "tentative=", "tentative=maybe", "busy=allow", "Tentative=allow"] {
            assert!(text.parse::<StatusArg>().is_err(), "{text}");
        }
    }
}
