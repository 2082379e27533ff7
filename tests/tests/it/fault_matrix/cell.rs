//! One cell: prepares, orders the fault, calls, looks at the provider, and calls again when the
//! fault is over.

use std::time::{Duration, Instant};

use calendar_host::types::{ErrorCode, Provider};
use calendar_sandbox::fault::Fault as Order;
use calendar_sandbox::mail::MailKind;
use calendar_sandbox::record::Outcome;
use calendar_tests::people::vendor;

use super::expected::effect;
use super::fault::{Fault, Nature};
use super::operation::{Operation, Reach};
use super::place::{Place, half};
use super::scene::{Answer, Scene};

/// The component's own deadline, and a moment for the host around it.
const DEADLINE: Duration = Duration::from_secs(46);

#[derive(Debug, Clone)]
pub struct Cell {
    pub operation: Operation,
    pub provider: Provider,
    pub reach: Reach,
    pub fault: Fault,
}

/// What became of a cell.
#[derive(Debug)]
pub struct Tried {
    /// As printed.
    pub text: String,
    /// What must not be, whatever the rules say.
    pub wrong: Vec<String>,
    pub elapsed: Duration,
}

impl Cell {
    pub async fn run(&self, place: &mut Place) -> Tried {
        let is_fresh = self.operation.is_sign_in() || self.fault.clock_minutes != 0 || self.needs_a_stranger();
        if is_fresh {
            place.forget(self.provider);
        }
        if self.fault.clock_minutes != 0 && !self.operation.is_sign_in() {
            place.short_tokens();
        }
        let scene = self.prepare(place).await;
        let mut wrong = Vec::new();
        self.order(place, &scene).await;
        place.stage.forget_requests();
        place.stage.sandbox.control().clear_exchanges();
        let begun = Instant::now();
        let answer = self.call(place, &scene).await;
        let elapsed = begun.elapsed();
        if elapsed > DEADLINE {
            wrong.push(format!("it took {elapsed:?}"));
        }
        if !self.was_hit(place) {
            wrong.push("the fault hit nothing".to_owned());
        }
        place.heal();
        let mut text = match &answer {
            Ok(word) => word.clone(),
            Err(code) => code.as_str().to_owned(),
        };
        if self.operation.is_write() {
            text = format!("{text}, {}", self.standing(place, &scene));
        }
        if self.operation == Operation::HoldSlot {
            let holds = place.holds(&scene).await;
            text = format!("{text}, {holds} hold{}", if holds == 1 { "" } else { "s" });
        }
        if self.operation.connects() {
            let accounts = place.stage.host.list_accounts(&scene.user).await.map_or(0, |all| all.len());
            text = format!("{text}, {accounts} account{}", if accounts == 1 { "" } else { "s" });
        }
        place.rest_after(&self.fault).await;
        self.afterwards(place, &scene, answer, &mut wrong).await;
        if is_fresh || self.fault.nature == Nature::TokenRefused {
            place.forget(self.provider);
        }
        Tried { text, wrong, elapsed }
    }

    async fn prepare(&self, place: &mut Place) -> Scene {
        let user = match self.operation {
            Operation::CompleteOauthFlow | Operation::StartDeviceFlow | Operation::PollDeviceFlow => place.new_user(),
            _ => place.user(self.provider).await,
        };
        let hour = place.hour();
        let title = format!("Meeting {}", hour.start);
        let mut scene = Scene { user, hour, title, event: None, sign_in: String::new() };
        match self.operation {
            Operation::GetEvent | Operation::Retitle | Operation::Move | Operation::CancelEvent => {
                scene.event = Some(place.book(&scene.user, &scene.title, hour).await.1);
            }
            Operation::CompleteOauthFlow => {
                self.shift_clock(place);
                let email = Some(Place::email(self.provider));
                scene.sign_in = place.stage.consent(&scene.user, self.provider, email).await;
            }
            Operation::PollDeviceFlow => {
                self.shift_clock(place);
                let started = place.stage.host.start_device_flow(&scene.user, self.provider).await;
                let started = started.expect("a code to poll for");
                let email = Some(Place::email(self.provider));
                assert!(place.stage.sandbox.control().answer_device(&started.user_code, email));
                scene.sign_in = started.state;
            }
            Operation::Refresh => {
                self.shift_clock(place);
                place.stage.sandbox.control().expire_access_tokens(vendor(self.provider));
            }
            _ => {}
        }
        scene
    }

    fn shift_clock(&self, place: &Place) {
        if self.fault.clock_minutes != 0 {
            place.shift_clock(self.fault.clock_minutes);
        }
    }

    /// Orders the fault, which begins with the next request.
    async fn order(&self, place: &mut Place, scene: &Scene) {
        self.shift_clock(place);
        if let Some(action) = &self.fault.action {
            let order = Order::new(action.clone()).on(vendor(self.provider));
            let (method, path) = self.operation.request(self.provider);
            let order = match self.reach {
                Reach::Once => order.method(method).path(path),
                Reach::Always => order.method(method).path(path).always(),
                Reach::Down => order.path(api(self.provider)).always(),
            };
            place.stage.sandbox.control().fault(order);
        }
        if self.fault.is_refused {
            let answers = self.answers_before(place, scene).await;
            let gate = place.stage.gate.as_ref().expect("a place with a gate");
            gate.shut_after(answers, self.reach == Reach::Once);
        }
    }

    /// How many answers come before the request that counts: seen in a call without a fault, in
    /// another hour.
    async fn answers_before(&self, place: &mut Place, scene: &Scene) -> usize {
        if self.reach == Reach::Down || self.operation.begins_with_it() {
            return 0;
        }
        if self.needs_a_stranger() {
            place.forget(self.provider);
        }
        let rehearsal = self.prepare(place).await;
        place.stage.forget_requests();
        let answer = self.call(place, &rehearsal).await;
        assert!(answer.is_ok(), "{self:?}: {answer:?}");
        if self.operation == Operation::Refresh {
            // The rehearsal renewed the token.
            place.stage.sandbox.control().expire_access_tokens(vendor(self.provider));
            assert_eq!(rehearsal.user, scene.user);
        }
        let requests = place.stage.requests.lock().expect("no panic while locked");
        let (method, path) = self.operation.request(self.provider);
        let counts = |path_of: &str| {
            path_of.contains(path) && !path_of.ends_with("/freeBusy") || path == "/freeBusy" && path_of.ends_with(path)
        };
        requests.iter().position(|one| one.method == method && counts(&one.path)).expect("the request that counts")
    }

    /// Whether a call of the same user before this one would change which requests go together.
    fn needs_a_stranger(&self) -> bool {
        self.fault.is_refused && self.operation.begins_with_it_once_known()
    }

    /// A fault that hits nothing proves nothing.
    fn was_hit(&self, place: &Place) -> bool {
        let is_never_asked = self.operation == Operation::Disconnect && self.provider == Provider::Outlook;
        if is_never_asked || self.fault.nature == Nature::Harmless {
            return true;
        }
        if self.fault.is_refused {
            let requests = place.stage.requests.lock().expect("no panic while locked");
            return requests.iter().any(|one| one.failure.is_some());
        }
        place.stage.sandbox.control().exchanges().iter().any(|one| one.outcome != Outcome::Answered)
    }

    async fn call(&self, place: &Place, scene: &Scene) -> Answer {
        scene.call(self.operation, self.provider, &place.stage.host).await
    }

    /// What stands at the provider, in the table's words.
    fn standing(&self, place: &Place, scene: &Scene) -> String {
        let held = place.held(self.provider, scene.hour);
        let live: Vec<_> = held.iter().filter(|one| one.is_live).collect();
        let is_done = match (self.operation, live.as_slice()) {
            (Operation::CancelEvent, []) => true,
            (Operation::BookMeeting | Operation::QuickBookMeeting, []) => false,
            (_, [one]) => match self.operation {
                Operation::Retitle => one.title == scene.new_title(),
                Operation::Move => one.start == half(scene.hour, 1).start,
                Operation::CancelEvent => false,
                _ => true,
            },
            (_, many) => return format!("{} events", many.len()),
        };
        effect(self.operation, is_done).to_owned()
    }

    /// The fault is over: the same call must do what it did not, and nothing twice.
    async fn afterwards(&self, place: &mut Place, scene: &Scene, answer: Answer, wrong: &mut Vec<String>) {
        let is_untold = matches!(&answer, Ok(word) if word.starts_with("ok, unknown"));
        match self.operation {
            Operation::Disconnect => {
                let left = place.stage.host.list_accounts(&scene.user).await.map_or(1, |all| all.len());
                if left > 0 {
                    wrong.push("the account is still there".to_owned());
                }
            }
            Operation::CompleteOauthFlow if answer.is_err() => {
                if self.call(place, scene).await != Err(ErrorCode::InvalidArgument) {
                    wrong.push("the state can be used twice".to_owned());
                }
                place.stage.connect(&scene.user, self.provider, Place::email(self.provider)).await;
            }
            Operation::PollDeviceFlow if answer.is_err() => {
                let again = self.call(place, scene).await;
                if again != self.next_poll() {
                    wrong.push(format!("the next poll: {again:?}"));
                }
            }
            Operation::HoldSlot => {
                if answer.is_err() {
                    self.expect_ok(place, scene, wrong).await;
                }
                let (holds, events) = (place.holds(scene).await, place.held(self.provider, scene.hour).len());
                if (holds, events) != (1, 0) {
                    wrong.push(format!("in the end: {holds} holds, {events} events"));
                }
            }
            Operation::Refresh if self.fault.nature == Nature::GrantEnded => {
                if self.call(place, scene).await != Err(ErrorCode::ReauthorizationRequired) {
                    wrong.push("the end of the grant is forgotten".to_owned());
                }
                place.stage.connect(&scene.user, self.provider, Place::email(self.provider)).await;
                self.expect_ok(place, scene, wrong).await;
            }
            _ if answer.is_err() || is_untold => self.expect_ok(place, scene, wrong).await,
            _ => {}
        }
        let is_believed = self.operation == Operation::CancelEvent && self.fault.nature == Nature::Missing;
        if self.operation.is_write() && !is_believed {
            self.expect_done_once(place, scene, wrong);
        }
    }

    /// What the poll after a failed one says: an account, unless the code was spent or the flow is over; after a time-out it
    /// has to wait first (RFC 8628 section 3.5).
    fn next_poll(&self) -> Answer {
        match self.fault.nature {
            Nature::Refused(_) | Nature::GrantEnded | Nature::TokenUnknown => Err(ErrorCode::InvalidArgument),
            Nature::BodyLost(ErrorCode::Timeout) | Nature::Unclear { code: ErrorCode::Timeout, .. } => {
                Ok("pending".to_owned())
            }
            Nature::BodyLost(_) | Nature::Unreadable | Nature::Unclear { done: true, .. } => {
                Err(ErrorCode::ReauthorizationRequired)
            }
            _ => Ok("ok".to_owned()),
        }
    }

    async fn expect_ok(&self, place: &Place, scene: &Scene, wrong: &mut Vec<String>) {
        let again = self.call(place, scene).await;
        if again != Ok("ok".to_owned()) {
            wrong.push(format!("the same call after the fault: {again:?}"));
        }
    }

    fn expect_done_once(&self, place: &Place, scene: &Scene, wrong: &mut Vec<String>) {
        let standing = self.standing(place, scene);
        if standing != effect(self.operation, true) {
            wrong.push(format!("in the end: {standing}"));
        }
        let titles = [scene.title.as_str(), &scene.new_title()];
        let count = |kind| place.mails(self.provider, kind, &titles);
        let changes = usize::from(matches!(self.operation, Operation::Retitle | Operation::Move));
        let cancelled = usize::from(self.operation == Operation::CancelEvent);
        let mails = [MailKind::Invitation, MailKind::Update, MailKind::Cancellation].map(count);
        if mails != [1, changes, cancelled] {
            wrong.push(format!("invitations, updates, cancellations: {mails:?}"));
        }
    }
}

fn api(provider: Provider) -> &'static str {
    if provider == Provider::Google { "/calendar/v3/" } else { "/v1.0/" }
}
