//! The text format of OpenMetrics. Labels hold operations, outcomes, providers and digests of users, nothing else.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use super::{BOUNDS_MS, Numbers, OTHERS};
use crate::audit::Traffic;
use crate::audit::digest;

/// The numbers as text, ending with `# EOF`.
pub(super) fn text(numbers: &Numbers) -> String {
    let mut registry = Registry::with_prefix("calendar_host");
    registry.register_collector(Box::new(Snapshot(numbers.clone())));
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = text::encode(&mut text, &registry);
    text
}

#[derive(Debug)]
struct Snapshot(Numbers);

/// A counter of requests: its name, what it says, and where it is.
type Count = (&'static str, &'static str, fn(&Traffic) -> u64);

const TRAFFIC: [Count; 5] = [
    ("provider_requests", "Requests sent to the provider; they count against its quota", |traffic| traffic.requests),
    ("provider_retries", "Requests sent again after a failure", |traffic| traffic.retries),
    ("provider_throttled", "Answers that ask to slow down", |traffic| traffic.throttled),
    ("token_refreshes", "Requests for a new access token", |traffic| traffic.refreshes),
    ("auth_failures", "Answers that refuse a token or a grant", |traffic| traffic.auth_failures),
];

impl Collector for Snapshot {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        self.calls(&mut encoder)?;
        for count in TRAFFIC {
            self.traffic(&mut encoder, count)?;
        }
        for (name, help, value) in [
            ("cache_hits", "Busy times that came from the cache", self.0.cache_hits),
            ("cache_misses", "Busy times that were not in the cache", self.0.cache_misses),
            ("audit_write_failures", "Audit records that could not be written", self.0.audit_failures),
        ] {
            let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            metric.encode_counter::<NoLabelSet, u64, u64>(&value, None)?;
        }
        Ok(())
    }
}

impl Snapshot {
    #[allow(clippy::cast_precision_loss, reason = "seconds of calls, for a graph")]
    fn calls(&self, encoder: &mut DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let help = "Seconds from the beginning of a call to its end";
        let mut metric = encoder.encode_descriptor("call_duration_seconds", help, None, MetricType::Histogram)?;
        for ((operation, outcome), durations) in &self.0.calls {
            let labels = [("operation", operation.as_str()), ("outcome", outcome.as_str())];
            // The encoder wants what is in each step, not up to it.
            let mut before = 0;
            let steps = BOUNDS_MS.into_iter().zip(durations.within).map(|(bound, within)| {
                let step = (bound as f64 / 1000.0, within.saturating_sub(before));
                before = within;
                step
            });
            let mut steps: Vec<(f64, u64)> = steps.collect();
            steps.push((f64::INFINITY, durations.count.saturating_sub(before)));
            let sum = durations.sum_ms as f64 / 1000.0;
            metric.encode_family(&labels)?.encode_histogram::<NoLabelSet>(sum, durations.count, &steps, None)?;
        }
        Ok(())
    }

    fn traffic(&self, encoder: &mut DescriptorEncoder<'_>, (name, help, read): Count) -> Result<(), fmt::Error> {
        let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        for ((user, provider), traffic) in &self.0.traffic {
            let user = if user == OTHERS { "others".to_owned() } else { digest(user) };
            let labels = [("provider", provider.as_str()), ("user", user.as_str())];
            metric.encode_family(&labels)?.encode_counter::<NoLabelSet, u64, u64>(&read(traffic), None)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Provider;

    #[test]
    fn the_text_holds_steps_that_add_up_and_no_name_of_a_user() {
        let mut numbers = Numbers { audit_failures: 1, ..Numbers::default() };
        numbers.add_call("get-event", "ok", 7);
        numbers.add_call("get-event", "ok", 80_000);
        let traffic = Traffic { requests: 3, retries: 1, throttled: 1, refreshes: 0, auth_failures: 0 };
        numbers.add_traffic("ana\"@example.com", Provider::Google, traffic);
        insta::assert_snapshot!(numbers.prometheus());
    }
}
