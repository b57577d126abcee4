//! What kind of place a host is. Hosts are given with their port, as they stand in a URL.

/// Registries that anybody reaches, over HTTPS with a certificate that every system trusts.
const PUBLIC: [&str; 11] = [
    "ghcr.io",
    "docker.io",
    "index.docker.io",
    "registry-1.docker.io",
    "quay.io",
    "registry.gitlab.com",
    "public.ecr.aws",
    "mcr.microsoft.com",
    "registry.k8s.io",
    "cgr.dev",
    "lscr.io",
];

/// The name without its port.
fn name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The port, where one is written.
pub fn port(host: &str) -> Option<u16> {
    host.strip_prefix(name(host))?.strip_prefix(':')?.parse().ok()
}

/// True for a well-known registry that serves HTTPS alone.
pub fn is_public(host: &str) -> bool {
    let host = host.strip_suffix(":443").unwrap_or(host);
    PUBLIC.iter().any(|public| host.eq_ignore_ascii_case(public))
}

/// True for a Service of the cluster: `registry.flux-system.svc.cluster.local:5000`.
pub fn is_service(host: &str) -> bool {
    let name = name(host).trim_end_matches('.');
    name.ends_with(".svc") || name.contains(".svc.")
}

/// True for a host that only the cluster or the machine itself reaches: a Service, `localhost`, a
/// private address, a name for local networks.
pub fn is_private(host: &str) -> bool {
    const SUFFIXES: [&str; 7] = [".localhost", ".local", ".internal", ".lan", ".home.arpa", ".corp", ".test"];
    let name = name(host).trim_end_matches('.').to_ascii_lowercase();
    is_service(&name)
        || name == "localhost"
        || SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
        || !name.contains('.')
        || name.starts_with('[')
        || is_private_address(&name)
}

fn is_private_address(name: &str) -> bool {
    use std::net::Ipv4Addr;
    name.parse().is_ok_and(|address: Ipv4Addr| address.is_private() || address.is_loopback() || address.is_link_local())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_apart() {
        for host in ["ghcr.io", "docker.io:443", "Quay.io"] {
            assert!(is_public(host), "{host}");
        }
        for host in ["ghcr.io.example.com", "ghcr.io:5000", "my.ghcr.io"] {
            assert!(!is_public(host), "{host}");
        }
        for host in ["registry.flux-system.svc.cluster.local:5000", "r.ns.svc"] {
            assert!(is_service(host), "{host}");
        }
        assert!(!is_service("svc.example.com") && !is_service("a.svcs.example.com"));
        for host in ["localhost:5000", "127.0.0.1:5000", "192.168.1.2", "zot:5000", "zot.lan", "r.ns.svc:80"] {
            assert!(is_private(host), "{host}");
        }
        for host in ["registry.example.com", "8.8.8.8:5000"] {
            assert!(!is_private(host), "{host}");
        }
        assert_eq!(port("a.b:5000"), Some(5000));
        assert_eq!(port("a.b"), None);
    }
}
