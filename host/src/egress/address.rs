//! Which addresses of the internet a name may lead to. Only addresses that are reachable from
//! everywhere: a name that suddenly leads into the operator's own network is refused after
//! resolution, before any connection.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A destination that requests never reach.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} leads to {address}, {kind}")]
pub(super) struct Prohibited {
    /// The host as asked for.
    pub(super) name: String,
    /// Where it leads.
    pub(super) address: IpAddr,
    /// What is wrong with that.
    pub(super) kind: &'static str,
}

/// The addresses among `found` that requests to `name` may use. `localhost` and loopback literals
/// mean this machine and nothing else: the policy lets them pass only if the configuration names
/// them. Every other name means the public internet.
pub(super) fn permitted(name: &str, found: impl IntoIterator<Item = IpAddr>) -> Result<Vec<IpAddr>, Prohibited> {
    let means_loopback = name == "localhost" || literal(name).is_some_and(|address| address.is_loopback());
    let (mut good, mut bad) = (Vec::new(), None);
    for address in found {
        let problem = match means_loopback {
            true => (!address.is_loopback()).then_some("not an address of this machine"),
            false => special(address),
        };
        match problem {
            None => good.push(address),
            Some(kind) => bad = bad.or(Some(Prohibited { name: name.to_owned(), address, kind })),
        }
    }
    match (good.is_empty(), bad) {
        (true, Some(bad)) => Err(bad),
        _ => Ok(good),
    }
}

/// The address that a host of a URI is, if it is one.
pub(super) fn literal(host: &str) -> Option<IpAddr> {
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => host.parse().ok(),
    }
}

/// What an address is when it is no public one (IANA's special-purpose registries).
fn special(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => special_v4(address),
        IpAddr::V6(address) => special_v6(address),
    }
}

fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
    Some(match address.octets() {
        [0, ..] => "an unspecified address",
        [127, ..] => "a loopback address",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "a private address",
        [100, 64..=127, ..] => "a shared address of a provider's network",
        [169, 254, ..] => "a link-local address",
        [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [192, 88, 99, _] => "a reserved address",
        [198, 18 | 19, ..] => "an address for measurements",
        [224..=239, ..] => "a multicast address",
        [240..=255, ..] => "a reserved address",
        _ => return None,
    })
}

fn special_v6(address: Ipv6Addr) -> Option<&'static str> {
    let [a, b, c, d, e, f, high, low] = address.segments();
    let embedded = || {
        let ([one, two], [three, four]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(one, two, three, four)
    };
    Some(match (a, b) {
        _ if address.is_unspecified() => "an unspecified address",
        _ if address.is_loopback() => "a loopback address",
        // The well-known prefix of NAT64: where an IPv6-only network reaches the IPv4 internet.
        (0x64, 0xff9b) if (c, d, e, f) == (0, 0, 0, 0) => return special_v4(embedded()),
        (0, 0) if (c, d, e) == (0, 0, 0) => "an IPv4 address in disguise",
        (0xfc00..=0xfdff, _) => "a private address",
        (0xfe80..=0xfeff, _) => "a link-local or site-local address",
        (0xff00..=0xffff, _) => "a multicast address",
        (0x2001, 0..=0x1ff) => "a reserved address",
        (0x2001, 0xdb8) | (0x3fff, 0..=0xfff) => "a reserved address",
        (0x2002, _) => "an IPv4 address in disguise",
        // Everything outside of 2000::/3 is not given to anybody.
        (0x2000..=0x3fff, _) => return None,
        _ => "a reserved address",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes(name: &str, address: &str) -> bool {
        permitted(name, [address.parse().unwrap()]).is_ok()
    }

    #[test]
    fn names_lead_to_the_public_internet_only() {
        for address in [
            "8.8.8.8",
            "172.15.255.255",
            "172.32.0.1",
            "100.63.0.1",
            "100.128.0.1",
            "192.167.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "2a00:1450:4001:81b::200a",
            "2603:1036::1",
            "64:ff9b::808:808",
        ] {
            assert!(goes("graph.microsoft.com", address), "{address}");
        }
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!goes("graph.microsoft.com", address), "{address}");
        }
    }

    #[test]
    fn names_of_this_machine_lead_nowhere_else() {
        for name in ["localhost", "127.0.0.1", "[::1]"] {
            assert!(goes(name, "127.0.0.1") && goes(name, "::1"), "{name}");
            for address in ["8.8.8.8", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "0.0.0.0"] {
                assert!(!goes(name, address), "{name} {address}");
            }
        }
        for name in ["localhost.example.com", "localhost.localdomain", "127.0.0.1.nip.io", "2130706433", "0177.0.0.1"] {
            assert!(!goes(name, "127.0.0.1"), "{name}");
        }
    }

    #[test]
    fn prohibited_addresses_among_good_ones_are_left_out() {
        let found = ["10.0.0.1", "8.8.8.8"].map(|address| address.parse().unwrap());
        assert_eq!(permitted("example.com", found), Ok(vec!["8.8.8.8".parse().unwrap()]));
        let error = permitted("example.com", ["10.0.0.1".parse().unwrap()]).unwrap_err();
        assert_eq!(error.to_string(), "example.com leads to 10.0.0.1, a private address");
        assert_eq!(permitted("example.com", []), Ok(vec![]));
    }
}
