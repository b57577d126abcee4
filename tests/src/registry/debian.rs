//! Real registries, started for a test: Debian's `docker-registry` (distribution 2.8) and crane's, which
//! has the referrers API.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::tls::Identity;
use super::tools::{self, Folder};

/// A registry in a process of its own, with its data in a folder of its own; both end when it is dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    folder: Folder,
    host: String,
}

/// How Docker's registry is to start.
#[derive(Debug, Clone, Default)]
pub struct Set {
    /// A line of `htpasswd` (bcrypt).
    pub htpasswd: Option<String>,
    /// With TLS.
    pub tls: Option<Identity>,
    /// Only for clients of this authority (PEM).
    pub clients: Option<String>,
    /// The folder of its data, to be copied; `None`: empty.
    pub data: Option<std::path::PathBuf>,
}

/// User `puller` with password `secret`.
pub const HTPASSWD: &str = "puller:$2y$04$XdACSjTW.3NfOrkUgigU4.lTVGRNGq4TDn0Ey54zna2tHs/dCQJd6";

impl Process {
    /// Debian's `docker-registry`; `None`, and a line that says so, where it is not installed.
    pub fn docker_registry(set: &Set) -> Option<Self> {
        let program = tools::find("docker-registry")?;
        let folder = Folder::new("docker-registry");
        let path = folder.path();
        let data = path.join("data");
        match &set.data {
            Some(from) => copy(from, &data),
            None => std::fs::create_dir_all(&data).expect("a folder"),
        }
        let mut config = format!(
            "version: 0.1\nlog: {{level: warn}}\nstorage:\n  filesystem: {{rootdirectory: {}}}\n  delete: {{enabled: true}}\n",
            data.display()
        );
        if let Some(line) = &set.htpasswd {
            std::fs::write(path.join("htpasswd"), format!("{line}\n")).expect("a file");
            let _ = writeln!(config, "auth: {{htpasswd: {{realm: acme, path: {}/htpasswd}}}}", path.display());
        }
        let port = free_port();
        let _ = writeln!(config, "http:\n  addr: 127.0.0.1:{port}");
        if let Some(identity) = &set.tls {
            let (certificate, key) = identity.write(path, "server").expect("files");
            let _ = writeln!(config, "  tls:\n    certificate: {}\n    key: {}", certificate.display(), key.display());
            if let Some(authority) = &set.clients {
                std::fs::write(path.join("clients.crt"), authority).expect("a file");
                let _ = writeln!(config, "    clientcas: [{}/clients.crt]", path.display());
            }
        }
        let file = path.join("config.yml");
        std::fs::write(&file, config).expect("a file");
        let mut command = Command::new(program);
        command.arg("serve").arg(file);
        Some(Self::start(command, folder, port))
    }

    /// `crane registry serve`; `None`, and a line that says so, where crane is not installed.
    pub fn crane() -> Option<Self> {
        let program = tools::find("crane")?;
        let port = free_port();
        let folder = Folder::new("crane-registry");
        let mut command = Command::new(program);
        command.args(["registry", "serve", "--address"]).arg(format!("127.0.0.1:{port}"));
        Some(Self::start(command, folder, port))
    }

    fn start(mut command: Command, folder: Folder, port: u16) -> Self {
        let log = folder.path().join("log");
        let output = std::fs::File::create(&log).expect("a file");
        let errors = output.try_clone().expect("a file");
        let child = command
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .expect("a registry that can be started");
        let mut out = Self { child, folder, host: format!("127.0.0.1:{port}") };
        let started = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let ended = out.child.try_wait().expect("its state").is_some();
            if ended || started.elapsed() > Duration::from_secs(20) {
                let words = std::fs::read_to_string(&log).unwrap_or_default();
                panic!("the registry does not listen on port {port}: {words}");
            }
            sleep(Duration::from_millis(20));
        }
        out
    }

    /// `127.0.0.1:5000`
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Its folder, with its log.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    socket.local_addr().expect("an address").port()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a file that can be copied");
        }
    }
}
