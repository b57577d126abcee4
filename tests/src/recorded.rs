//! The registries that the recorded cases refer to, started anew: their data lies in
//! `tests/controller/registries.tar.gz`, and Debian's `docker-registry` serves it.
//!
//! The recorded ports (5000 plain HTTP, 5001 with a password, 5002 TLS, 5003 TLS with client
//! certificates, 5999 nobody) are replaced by free ones everywhere, so that runs do not meet.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kubectl_oci_core::yaml::decode_base64;

/// The four registries with their recorded ports.
const REGISTRIES: [(&str, u16); 4] = [("plain", 5000), ("auth", 5001), ("tls", 5002), ("mtls", 5003)];

/// The recorded port on which nobody listens.
const CLOSED: u16 = 5999;

/// How long a registry may take to listen.
const PATIENCE: Duration = Duration::from_secs(30);

/// Running registries; they end, and their folder goes, when this is dropped.
#[derive(Debug)]
pub struct Registries {
    folder: PathBuf,
    children: Vec<Child>,
    /// Recorded port, port of today.
    ports: Vec<(u16, u16)>,
}

impl Registries {
    /// Starts them; `None` where `docker-registry` is not installed.
    ///
    /// # Panics
    ///
    /// Where it is installed and does not come up.
    pub fn start() -> Option<Self> {
        let mut asked = Command::new("docker-registry");
        asked.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        let is_there = asked.status().is_ok_and(|status| status.success());
        if !is_there {
            return None;
        }
        let folder = std::env::temp_dir().join(format!("kubectl-oci-recorded-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let archive = recordings().join("registries.tar.gz");
        let unpacked = Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(&folder).status();
        assert!(unpacked.is_ok_and(|status| status.success()), "registries.tar.gz cannot be unpacked");
        let mut out = Self { folder, children: Vec::new(), ports: vec![(CLOSED, free_port())] };
        for (name, recorded) in REGISTRIES {
            out.serve(name, recorded);
        }
        for (_, port) in out.ports.iter().filter(|(recorded, _)| *recorded != CLOSED) {
            wait_for(*port);
        }
        Some(out)
    }

    fn serve(&mut self, name: &str, recorded: u16) {
        let port = free_port();
        let folder = self.folder.display();
        let extra = match name {
            "auth" => format!("auth: {{htpasswd: {{realm: acme, path: {folder}/pki/htpasswd}}}}"),
            "tls" => format!("  tls: {{certificate: {folder}/pki/server.crt, key: {folder}/pki/server.key}}"),
            "mtls" => format!(
                "  tls: {{certificate: {folder}/pki/server.crt, key: {folder}/pki/server.key, clientcas: [{folder}/pki/ca.crt]}}"
            ),
            _ => String::new(),
        };
        let config = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder}/data-{name}}}}}\nhttp:\n  addr: 127.0.0.1:{port}\n{extra}\n"
        );
        let path = self.folder.join(format!("{name}.yml"));
        std::fs::write(&path, config).expect("a configuration");
        let mut command = Command::new("docker-registry");
        command.arg("serve").arg(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.children.push(command.spawn().expect("a registry that starts"));
        self.ports.push((recorded, port));
    }

    /// A recorded text with the ports of today.
    pub fn today(&self, text: &str) -> String {
        self.ports.iter().fold(text.to_owned(), |text, (recorded, port)| {
            ["127.0.0.1", "localhost"]
                .iter()
                .fold(text, |text, host| text.replace(&format!("{host}:{recorded}"), &format!("{host}:{port}")))
        })
    }

    /// A text of today with the recorded ports.
    pub fn as_recorded(&self, text: &str) -> String {
        self.ports.iter().fold(text.to_owned(), |text, (recorded, port)| {
            ["127.0.0.1", "localhost"]
                .iter()
                .fold(text, |text, host| text.replace(&format!("{host}:{port}"), &format!("{host}:{recorded}")))
        })
    }

    /// A folder with the recorded Secrets and accounts, for the ports of today.
    ///
    /// # Panics
    ///
    /// Where they cannot be read or written.
    pub fn secrets(&self) -> PathBuf {
        let folder = self.folder.join("secrets");
        std::fs::create_dir_all(&folder).expect("a folder");
        for entry in std::fs::read_dir(recordings().join("secrets")).expect("the recorded Secrets") {
            let path = entry.expect("an entry").path();
            let text = std::fs::read_to_string(&path).expect("a Secret");
            let target = folder.join(path.file_name().expect("a name"));
            std::fs::write(target, self.secret(&text)).expect("a Secret that can be written");
        }
        folder
    }

    /// A Secret with its hosts replaced, which stand in base64.
    fn secret(&self, text: &str) -> String {
        let mut out = String::new();
        let mut changed = false;
        for line in text.lines() {
            let decoded = line.strip_prefix("  ").and_then(|line| {
                let (key, value) = line.split_once(": ")?;
                let bytes = decode_base64(value).filter(|_| value.len() > 20)?;
                Some((key, String::from_utf8(bytes).ok()?))
            });
            match decoded.map(|(key, value)| (key, self.today(&value), value)) {
                Some((key, today, recorded)) if today != recorded => {
                    changed = true;
                    out.push_str(&format!("  {key}: '{today}'\n"));
                }
                _ => out.push_str(&format!("{line}\n")),
            }
        }
        if changed { out.replace("\ndata:\n", "\nstringData:\n") } else { out }
    }
}

impl Drop for Registries {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The folder of what was recorded.
pub fn recordings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("controller")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

fn wait_for(port: u16) {
    let begin = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        assert!(begin.elapsed() < PATIENCE, "no registry on port {port}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
