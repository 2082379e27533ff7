//! The processes: started, killed, and started again with what they had not told of.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Sender;

use crate::plan::Plan;

/// The final outcome of an attempt.
#[derive(Debug, Clone)]
pub struct Told {
    /// Which process told of it.
    pub process: usize,
    /// Which attempt.
    pub attempt: usize,
    /// How often it was repeated.
    pub repetitions: u32,
    /// `booked EVENT`, or an error code.
    pub outcome: String,
}

/// What a process says: an outcome, or, at its end, nothing more.
pub type Message = (usize, u32, Option<Told>);

/// The processes.
pub struct Crew<'p> {
    plan: &'p Plan,
    environment: Vec<(String, String)>,
    members: Vec<Member>,
    tell: Sender<Message>,
}

struct Member {
    child: Option<Child>,
    /// How often it was started.
    life: u32,
    left: BTreeSet<usize>,
}

impl<'p> Crew<'p> {
    /// Starts all of them; the attempts on each slot are spread over all.
    pub fn start(plan: &'p Plan, environment: Vec<(String, String)>, tell: Sender<Message>) -> Self {
        let of = |process| (0..plan.attempts).filter(move |one| (one / plan.slots) % plan.processes == process);
        let members =
            (0..plan.processes).map(|process| Member { child: None, life: 0, left: of(process).collect() }).collect();
        let mut crew = Self { plan, environment, members, tell };
        (0..plan.processes).for_each(|process| crew.launch(process));
        crew
    }

    fn launch(&mut self, process: usize) {
        let member = &mut self.members[process];
        member.life += 1;
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .arg("worker")
            .args(self.plan.arguments())
            .env_clear()
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the process starts");
        let numbers: Vec<String> = member.left.iter().map(usize::to_string).collect();
        let mut stdin = child.stdin.take().expect("stdin");
        let stdout = child.stdout.take().expect("stdout");
        std::thread::spawn(move || {
            let _ = stdin.write_all(numbers.join("\n").as_bytes());
        });
        let (tell, life) = (self.tell.clone(), member.life);
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let Some(told) = read(process, &line) else { continue };
                let _ = tell.send((process, life, Some(told)));
            }
            let _ = tell.send((process, life, None));
        });
        member.child = Some(child);
    }

    /// Strikes an attempt off the list. False = it was told of before.
    pub fn strike(&mut self, told: &Told) -> bool {
        self.members[told.process].left.remove(&told.attempt)
    }

    /// Kills one process and starts it again. False = it has nothing left to do.
    pub fn kill(&mut self, process: usize) -> bool {
        let member = &mut self.members[process];
        let Some(child) = member.child.as_mut().filter(|_| !member.left.is_empty()) else { return false };
        // SIGKILL.
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        self.launch(process);
        true
    }

    /// A process of this life ended by itself. True = all have.
    pub fn ended(&mut self, process: usize, life: u32) -> bool {
        let member = &mut self.members[process];
        if member.life == life
            && let Some(mut child) = member.child.take()
        {
            let status = child.wait().expect("it ends");
            assert!(status.success() && member.left.is_empty(), "process {process} failed: {status}");
        }
        self.members.iter().all(|member| member.child.is_none())
    }
}

impl Drop for Crew<'_> {
    fn drop(&mut self) {
        for child in self.members.iter_mut().filter_map(|member| member.child.as_mut()) {
            let _ = child.kill();
        }
    }
}

fn read(process: usize, line: &str) -> Option<Told> {
    let mut words = line.splitn(3, ' ');
    let attempt = words.next()?.parse().ok()?;
    let repetitions = words.next()?.parse().ok()?;
    Some(Told { process, attempt, repetitions, outcome: words.next()?.to_owned() })
}
