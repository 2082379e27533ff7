//! How much of the providers one user takes at a time, measured at the providers.

use calendar_host::types::{Provider, Selection, TimeRange};
use calendar_sandbox::fault::{Action, Fault};
use calendar_tests::people::{GOOGLE, OUTLOOK};
use calendar_tests::stage::Stage;

const USER: &str = "ana";

/// The largest number of requests to the API that were with the sandbox together, in 20 concurrent calls.
async fn crowd(provider: Provider, email: &str, variables: &[(&str, &str)]) -> usize {
    let unlimited = [("CALENDAR_HOST_MAX_CALLS", "40"), ("CALENDAR_HOST_MAX_CALLS_PER_USER", "40")];
    let stage = Stage::with(Default::default(), &[&unlimited, variables].concat()).await;
    stage.connect(USER, provider, email).await;
    let control = stage.sandbox.control();
    control.fault(Fault::new(Action::Latency { milliseconds: 200 }).always());
    control.clear_exchanges();
    let start = stage.day(2);
    let range = TimeRange { start, end: start + 86_400 };
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let host = stage.host.clone();
            tokio::spawn(async move { host.get_busy_times(USER, range, &Selection::default()).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().unknown, []);
    }
    let exchanges = control.exchanges();
    assert!(exchanges.len() >= 40, "{} requests", exchanges.len());
    let together = |at: u64| exchanges.iter().filter(|one| one.started <= at && at < one.ended).count();
    exchanges.iter().map(|one| together(one.started)).max().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_calls_of_a_user_never_have_more_than_four_requests_at_a_mailbox() {
    assert_eq!(crowd(Provider::Outlook, OUTLOOK, &[]).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_providers_get_as_many_as_the_configuration_says() {
    assert_eq!(crowd(Provider::Google, GOOGLE, &[("CALENDAR_HOST_MAX_IN_FLIGHT", "6")]).await, 6);
}
