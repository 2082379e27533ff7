//! `--busy`, `--optional`, `--need`: participants whose busy times are in files.

use std::path::{Path, PathBuf};

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{BusyGroup, Participant, Quorum, Role, TimeRange};
use clap::Args;

use super::busy::{self, BusyTimes};
use crate::cli::failure::Failure;

/// Files in place of accounts.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Busy times of files, in place of accounts")]
pub struct FileArgs {
    /// Somebody who must be free, by the file of their busy times: iCalendar or JSON, - is standard
    /// input; may be repeated
    #[arg(long, value_name = "FILE", conflicts_with = "calendars")]
    busy: Vec<PathBuf>,

    /// Somebody who is welcome, but not needed; may be repeated
    #[arg(long, value_name = "FILE", requires = "busy")]
    optional: Vec<PathBuf>,

    /// At least so many of the --busy files must be free, whichever [default: all of them]
    #[arg(long, value_name = "K", requires = "busy", value_parser = clap::value_parser!(u32).range(1..=200))]
    need: Option<u32>,
}

/// Who takes part.
#[derive(Debug)]
pub struct People {
    /// With their times.
    pub participants: Vec<Participant>,
    /// Of `--need`.
    pub quorums: Vec<Quorum>,
}

impl FileArgs {
    /// Whether there are files; else accounts are asked.
    pub fn is_given(&self) -> bool {
        !self.busy.is_empty()
    }

    /// Reads all files, for what they say about `known`.
    ///
    /// # Errors
    /// When a file cannot be read or understood, two cannot be told apart, or more are needed than there are.
    pub fn people(&self, zone: &Zone, known: TimeRange) -> Result<People, Failure> {
        let needed = self.need.map(|_| Role::Member).unwrap_or(Role::Required);
        let busy = self.busy.iter().map(|path| ("--busy", path.as_path(), needed));
        let all: Vec<_> =
            busy.chain(self.optional.iter().map(|path| ("--optional", path.as_path(), Role::Optional))).collect();
        let names = names(&all.iter().map(|(_, path, _)| *path).collect::<Vec<_>>())?;
        let mut participants = Vec::new();
        for ((option, path, role), id) in all.into_iter().zip(&names) {
            let BusyTimes { busy, unknown, .. } = busy::read(option, path, zone, known)?;
            participants.push(Participant {
                role,
                unknown,
                known: Some(known),
                ..Participant::new(id, named(busy, id))
            });
        }
        let members: Vec<String> = names.into_iter().take(self.busy.len()).collect();
        let quorums = match self.need {
            Some(need) if need as usize > members.len() => {
                let files = members.len();
                let message = format!("--need: {need} of {files} cannot come");
                return Err(Failure::usage(message, format!("give at most {files}, the number of --busy files")));
            }
            Some(need) => vec![Quorum { name: String::new(), need, members }],
            None => Vec::new(),
        };
        Ok(People { participants, quorums })
    }
}

/// A file without a name of its calendar is named by its participant alone.
fn named(groups: Vec<BusyGroup>, id: &str) -> Vec<BusyGroup> {
    let bare = |calendar: Option<String>| calendar.filter(|name| name != id);
    groups.into_iter().map(|group| BusyGroup { calendar: bare(group.calendar.clone()), ..group }).collect()
}

/// The stems of the files; of those with the same one, the whole path.
fn names(paths: &[&Path]) -> Result<Vec<String>, Failure> {
    let stem = |path: &Path| match path.as_os_str() == "-" {
        true => "stdin".to_owned(),
        false => path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
    };
    let stems: Vec<String> = paths.iter().map(|path| stem(path)).collect();
    let is_alone = |stem: &String| stems.iter().filter(|other| *other == stem).count() == 1;
    let whole = |path: &Path| path.to_string_lossy().into_owned();
    let names: Vec<String> = std::iter::zip(&stems, paths)
        .map(|(stem, path)| if is_alone(stem) { stem.clone() } else { whole(path) })
        .collect();
    match names.iter().enumerate().find(|(index, name)| names[..*index].contains(name)) {
        Some((_, name)) => Err(Failure::usage(format!("{name} is given twice"), "give each file of busy times once")),
        None => Ok(names),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(paths: &[&str]) -> Result<Vec<String>, Failure> {
        super::names(&paths.iter().map(Path::new).collect::<Vec<_>>())
    }

    #[test]
    fn people_are_named_by_their_files() {
        assert_eq!(names(&["a/ann.ics", "ben.json", "-"]).expect("names"), ["ann", "ben", "stdin"]);
        assert_eq!(names(&["a/team.ics", "b/team.ics", "ben"]).expect("names"), ["a/team.ics", "b/team.ics", "ben"]);
        assert_eq!(
            names(&["ann.ics", "ben.ics", "ann.ics"]).expect_err("twice").error().message,
            "ann.ics is given twice"
        );
        assert!(names(&["-", "-"]).is_err());
    }
}
