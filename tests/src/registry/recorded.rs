//! The four registries that the controller's recorded cases speak of (`tests/controller/cases.jsonl`), with their
//! data and certificates as they were: plain HTTP, a password, TLS, and TLS with client certificates.
//!
//! The cases name ports 5000 to 5003; here they are free ones, and [`Recorded::rewrite`] puts them into manifests,
//! Secrets (base64 included) and messages.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::debian::{Process, Set};
use super::tls::Identity;
use super::tools::Folder;

/// The registries, in the order of their ports.
#[derive(Debug)]
pub struct Recorded {
    registries: Vec<Process>,
    /// Where the certificates are.
    folder: Folder,
}

impl Recorded {
    /// Starts them; `None`, and a line that says so, where Debian's `docker-registry` is not installed.
    pub fn start() -> Option<Self> {
        let folder = Folder::new("recorded");
        let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("controller/registries.tar.gz");
        let unpacked = Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(folder.path()).status();
        assert!(unpacked.is_ok_and(|status| status.success()), "the registries' data could not be unpacked");
        let read = |name: &str| std::fs::read_to_string(folder.path().join("pki").join(name)).expect("a file");
        let data = |name: &str| Some(folder.path().join(name));
        let tls = Some(Identity { certificate: read("server.crt"), key: read("server.key") });
        let sets = [
            Set { data: data("data-plain"), ..Set::default() },
            Set { data: data("data-auth"), htpasswd: Some(read("htpasswd").trim().to_owned()), ..Set::default() },
            Set { data: data("data-tls"), tls: tls.clone(), ..Set::default() },
            Set { data: data("data-mtls"), tls, clients: Some(read("ca.crt")), ..Set::default() },
        ];
        let registries: Option<Vec<Process>> = sets.iter().map(Process::docker_registry).collect();
        Some(Self { registries: registries?, folder })
    }

    /// Where they are, by their recorded ports' order.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.registries.iter().map(Process::host)
    }

    /// The folder with the authority (`ca.crt`) and the other certificates.
    pub fn certificates(&self) -> std::path::PathBuf {
        self.folder.path().join("pki")
    }

    /// A recorded text with today's ports, in words of base64 too.
    pub fn rewrite(&self, text: &str) -> String {
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let word = &rest[..rest.find(|c| !is_base64(c)).unwrap_or(rest.len())];
            let gap = &rest[word.len()..];
            let gap = &gap[..gap.find(is_base64).unwrap_or(gap.len())];
            rest = &rest[word.len() + gap.len()..];
            match STANDARD.decode(word).ok().and_then(|bytes| String::from_utf8(bytes).ok()) {
                Some(inside) if word.len() > 20 && inside.contains(":50") => {
                    out.push_str(&STANDARD.encode(self.with_ports(&inside)));
                }
                _ => out.push_str(word),
            }
            out.push_str(gap);
        }
        self.with_ports(&out)
    }

    fn with_ports(&self, text: &str) -> String {
        let ports = (5000..).zip(self.hosts());
        ports.fold(text.to_owned(), |text, (recorded, host)| {
            let by_name = host.replace("127.0.0.1", "localhost");
            text.replace(&format!("127.0.0.1:{recorded}"), host).replace(&format!("localhost:{recorded}"), &by_name)
        })
    }
}
