//! Running the plugin's binary as its users do, in an environment of its own.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::golden;
use crate::registry::tools::Folder;

/// The binary: `KUBECTL_OCI_BIN`, or the one built beside the tests.
pub fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("KUBECTL_OCI_BIN") {
        return path.into();
    }
    let own = std::env::current_exe().expect("the test's own path");
    let target = own.parent().and_then(Path::parent).expect("the target folder");
    let binary = target.join("kubectl-oci");
    assert!(binary.exists(), "{} is not there: cargo build -p kubectl-oci", binary.display());
    binary
}

/// Runs a script of bash in a folder, with the plugin in its path and no credentials but the folder's own: what it wrote.
/// For signals and pipes; [`Run`] does the rest.
pub fn shell(folder: &Path, script: &str, arguments: &[&str]) -> Output {
    let bin = binary();
    Command::new("bash")
        .args(["-c", script, "-"])
        .args(arguments)
        .current_dir(folder)
        .env("PATH", format!("{}:/usr/bin:/bin", bin.parent().expect("a folder").display()))
        .env("DOCKER_CONFIG", folder)
        .output()
        .expect("a shell")
}

/// A command line, and where it is run.
#[derive(Debug)]
pub struct Run {
    folder: Folder,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    input: Vec<u8>,
    timeout: String,
    within: Duration,
    placeholders: Vec<(String, String)>,
}

/// How it ended.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code.
    pub code: i32,
    /// What it answered.
    pub stdout: String,
    /// What it said.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
    /// The most memory that it had, in KiB, where the system tells (a few milliseconds before its end).
    pub memory: u64,
    arguments: String,
    /// The folder it ran in, as it was left.
    pub folder: Folder,
}

impl Run {
    /// `kubectl-oci` with these arguments, of a command that asks a registry: they take `--timeout`, here 10 s.
    pub fn new(arguments: &[&str]) -> Self {
        Self {
            folder: Folder::new("run"),
            arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
            environment: Vec::new(),
            input: Vec::new(),
            timeout: "10s".to_owned(),
            within: Duration::from_secs(30),
            placeholders: Vec::new(),
        }
    }

    /// With more arguments.
    #[must_use]
    pub fn and(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|&argument| argument.to_owned()));
        self
    }

    /// With this on standard input.
    #[must_use]
    pub fn input(mut self, text: &str) -> Self {
        self.input = text.as_bytes().to_vec();
        self
    }

    /// With a file in its folder.
    #[must_use]
    pub fn file(self, name: &str, text: &str) -> Self {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, text).expect("a file");
        // Whatever is usual here: modes are part of what is packed.
        let mode = |path: &Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode));
        mode(&path, 0o644).expect("a file of ours");
        for folder in path.ancestors().skip(1).take_while(|folder| *folder != self.folder.path()) {
            mode(folder, 0o755).expect("a folder of ours");
        }
        self
    }

    /// With a program of this name on its `PATH`: a script for `sh`.
    #[must_use]
    pub fn program(self, name: &str, script: &str) -> Self {
        let out = self.file(&format!("bin/{name}"), &format!("#!/bin/sh\n{script}"));
        let path = out.folder.path().join("bin").join(name);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("a program");
        out
    }

    /// With a variable.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With what `docker login` leaves behind.
    #[must_use]
    pub fn logged_in(self, host: &str, user: &str, password: &str) -> Self {
        use base64::Engine as _;
        let auth = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        self.file("config.json", &format!(r#"{{"auths":{{"{host}":{{"auth":"{auth}"}}}}}}"#))
    }

    /// With another `--timeout`.
    #[must_use]
    pub fn timeout(mut self, timeout: &str) -> Self {
        timeout.clone_into(&mut self.timeout);
        self
    }

    /// It has to end by itself within this time.
    #[must_use]
    pub fn within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    /// What stands for a text that differs between runs.
    #[must_use]
    pub fn placeholder(mut self, text: &str, placeholder: &str) -> Self {
        self.placeholders.push((text.to_owned(), placeholder.to_owned()));
        self
    }

    /// Runs it.
    ///
    /// # Panics
    ///
    /// If it does not end in time, or by a signal.
    pub fn go(self) -> Outcome {
        let started = Instant::now();
        let mut child = Command::new(binary())
            .args(&self.arguments)
            .args(["--timeout", &self.timeout])
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", format!("{}/bin:/usr/local/bin:/usr/bin:/bin", self.folder.path().display()))
            .env("HOME", self.folder.path())
            .env("DOCKER_CONFIG", self.folder.path())
            .env("COLUMNS", "100")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        // A password fits into a pipe; whoever does not read it may close it.
        let _ = child.stdin.take().expect("standard input").write_all(&self.input);
        let stdout = read(child.stdout.take().expect("standard output"));
        let stderr = read(child.stderr.take().expect("standard error"));
        let mut memory = 0;
        let status = loop {
            if let Some(status) = child.try_wait().expect("its state") {
                break status;
            }
            if started.elapsed() > self.within {
                let _ = child.kill();
                let _ = child.wait();
                panic!("{:?} still runs after {:?}", self.arguments, self.within);
            }
            memory = peak_memory(child.id()).unwrap_or(memory);
            thread::sleep(Duration::from_millis(3));
        };
        let took = started.elapsed();
        let folder = self.folder.path().display().to_string();
        let scrub = |text: String| {
            let text = text.replace(&folder, "[CWD]");
            let text = text.replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
            self.placeholders.iter().fold(text, |text, (from, to)| text.replace(from.as_str(), to))
        };
        Outcome {
            code: status.code().unwrap_or_else(|| panic!("{:?} ended by {status}", self.arguments)),
            stdout: scrub(stdout.join().expect("standard output")),
            stderr: scrub(stderr.join().expect("standard error")),
            took,
            memory,
            arguments: scrub(self.arguments.join(" ")),
            folder: self.folder,
        }
    }
}

/// In KiB, as Linux tells it.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

fn read(mut from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).expect("what it wrote");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

impl Outcome {
    /// Compares the command line, the exit code and both outputs with `tests/cases/registry/<name>`.
    ///
    /// # Panics
    ///
    /// Where they differ.
    pub fn golden(&self, name: &str) -> &Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/registry").join(name);
        let mut text = format!("$ kubectl-oci {}\nexit {}\n", self.arguments, self.code);
        for (name, output) in [("standard output", &self.stdout), ("standard error", &self.stderr)] {
            if !output.is_empty() {
                text.push_str(&format!("--- {name}\n{output}"));
            }
        }
        golden::check(&path, &text);
        self
    }

    /// # Panics
    ///
    /// If any of these is anywhere in what it wrote.
    pub fn assert_silent_about(&self, secrets: &[&str]) -> &Self {
        for secret in secrets {
            assert!(!self.stdout.contains(secret), "standard output holds {secret:?}:\n{}", self.stdout);
            assert!(!self.stderr.contains(secret), "standard error holds {secret:?}:\n{}", self.stderr);
        }
        self
    }

    /// # Panics
    ///
    /// If it took longer, by more than a slow machine explains.
    pub fn assert_within(&self, time: Duration) -> &Self {
        let limit = time + Duration::from_secs(10);
        assert!(self.took < limit, "{} took {:?}, not {time:?}", self.arguments, self.took);
        self
    }
}
