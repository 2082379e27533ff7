//! How many requests are in flight, and when.

use super::*;

/// Counts requests under way.
struct Crowd {
    inside: std::cell::Cell<usize>,
    most: std::cell::Cell<usize>,
}

impl crate::ports::Http for Crowd {
    fn send(&self, _: Request, _: TimeDelta) -> crate::ports::Pending<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            self.inside.set(self.inside.get() + 1);
            self.most.set(self.most.get().max(self.inside.get()));
            crate::scripted::yield_once().await;
            self.inside.set(self.inside.get() - 1);
            Ok(empty(200))
        })
    }
}

#[test]
fn no_more_than_four_requests_of_a_mailbox_are_in_flight() {
    for (provider, most) in [(Provider::Outlook, 4), (Provider::Google, 20)] {
        let stage = Stage::new();
        stage.connect(provider);
        let crowd = Crowd { inside: 0.into(), most: 0.into() };
        let world = World { http: &crowd, ..stage.world() };
        let session = Session::open(world, &user(), &account(provider)).unwrap();
        let one = || session.call(Request::new(Method::Get, format!("{}/me", session.api())), Replay::Safe);
        let answers = block_on(join_all((0..50).map(|_| one())));
        assert!(answers.iter().all(|answer| answer.as_ref().unwrap().status == 200));
        assert_eq!(crowd.most.get(), most, "{provider}");
    }
}

#[test]
fn a_throttled_call_waits_as_long_as_it_is_told_in_seconds_or_by_date() {
    for (value, seconds) in [("7", 7), ("Wed, 10 Jun 2026 08:00:09 GMT", 9)] {
        for provider in [Provider::Google, Provider::Outlook] {
            let stage = Stage::new();
            stage.http.push(with_header(empty(429), "Retry-After", value));
            stage.http.push(empty(200));
            let session = stage.session(provider);
            let call = session.call(Request::new(Method::Post, format!("{}/me", session.api())), Replay::OnlyIfRefused);
            assert_eq!(block_on(call).unwrap().status, 200);
            assert_eq!(stage.world().clock.now() - START, TimeDelta::seconds(seconds), "{provider} {value}");
        }
    }
}

async fn one(session: &Session<'_>) -> u16 {
    let request = Request::new(Method::Get, format!("{}/me", session.api()));
    session.call(request, Replay::Safe).await.unwrap().status
}

/// A request of each session, all at once: their statuses.
fn ask(sessions: &[&Session<'_>]) -> Vec<u16> {
    block_on(join_all(sessions.iter().map(|session| one(session))))
}

#[test]
fn what_one_request_is_told_to_wait_holds_for_all_of_the_account() {
    for provider in [Provider::Google, Provider::Outlook] {
        let stage = Stage::new();
        stage.http.push(with_header(empty(429), "Retry-After", "7"));
        stage.http.push(empty(200));
        stage.http.push(empty(204));
        let session = stage.session(provider);
        let refused = session.call(Request::new(Method::Post, format!("{}/me", session.api())), Replay::Never);
        assert_eq!(block_on(refused).unwrap().status, 429);
        assert_eq!(stage.http.requests().len(), 1);
        assert_eq!(ask(&[&session, &session]), [200, 204]);
        assert_eq!(stage.world().clock.now() - START, TimeDelta::seconds(7), "{provider}");
        assert_eq!(stage.http.requests().len(), 3, "nothing is sent in vain");
    }
}

#[test]
fn a_later_call_keeps_the_pause_if_the_host_kept_it() {
    for (is_kept, sent) in [(true, 1), (false, 2)] {
        let stage = Stage::new();
        if is_kept {
            stage.cache.switch_on();
        }
        for _ in 0..2 {
            stage.http.push(with_header(empty(429), "Retry-After", "3600"));
        }
        assert_eq!(ask(&[&stage.session(Provider::Outlook)]), [429]);
        stage.clock.advance(TimeDelta::minutes(9));
        assert_eq!(ask(&[&stage.session(Provider::Outlook)]), [429], "{is_kept}");
        assert_eq!(stage.http.requests().len(), sent, "{is_kept}");
    }
}

#[test]
fn the_pause_of_one_account_is_no_other_accounts_and_damaged_ones_are_none() {
    let stage = Stage::new();
    stage.cache.switch_on();
    stage.http.push(with_header(empty(429), "Retry-After", "3600"));
    stage.http.push(empty(200));
    stage.http.push(empty(201));
    assert_eq!(ask(&[&stage.session(Provider::Outlook)]), [429]);
    assert_eq!(ask(&[&stage.session(Provider::Google)]), [200]);
    stage.cache.replace_all(b"soon");
    assert_eq!(ask(&[&stage.session(Provider::Outlook)]), [201]);
}
