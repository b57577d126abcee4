//! Hosts of URLs: which are the same, and which nobody outside may send us to.

use std::net::IpAddr;

use reqwest::Url;

/// Whether the host is an address of this machine or of a network of its own: loopback, link-local, private or
/// unspecified. Names are not resolved.
pub(crate) fn is_private(url: &Url) -> bool {
    match address(url) {
        Some(IpAddr::V4(ip)) => {
            ip.is_loopback()
                || ip.is_link_local()
                || ip.is_private()
                || ip.is_unspecified()
                || matches!(ip.octets(), [224, 0, 0, _])
        }
        Some(IpAddr::V6(ip)) => {
            let mapped = ip
                .to_ipv4_mapped()
                .is_some_and(|ip| ip.is_loopback() || ip.is_link_local() || ip.is_private() || ip.is_unspecified());
            mapped
                || ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_unicast_link_local()
                || ip.is_unique_local()
                || ip.segments()[0] & 0xff0f == 0xff02
        }
        None => false,
    }
}

/// Whether the host is this machine: `localhost` or a loopback address.
pub(crate) fn is_this_machine(url: &Url) -> bool {
    url.host_str() == Some("localhost") || address(url).is_some_and(|ip| ip.is_loopback())
}

/// The host's address, where it is written as one.
pub(crate) fn address(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Whether two URLs name the same host, whatever the port.
pub(crate) fn same_host_name(a: &Url, b: &Url) -> bool {
    a.host_str() == b.host_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known() {
        let private = ["10.1.2.3", "127.0.0.1", "169.254.169.254", "[::1]", "[fd00:ec2::254]", "0.0.0.0", "[fe80::1]"];
        for host in private {
            assert!(is_private(&format!("http://{host}/").parse().expect("a URL")), "{host}");
        }
        for host in ["8.8.8.8", "ghcr.io", "[2001:db8::1]", "localhost"] {
            assert!(!is_private(&format!("http://{host}/").parse().expect("a URL")), "{host}");
        }
    }
}
