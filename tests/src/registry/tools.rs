//! Other programs that the tests use where they are installed: crane, oras, skopeo.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder into which `tests/run` installs Go programs: `tools` beside the test's own profile.
pub fn folder() -> PathBuf {
    let own = std::env::current_exe().expect("the test's own path");
    let target = own.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists());
    target.unwrap_or(Path::new("target")).join("tools")
}

/// A program, in that folder or on the `PATH`; `None`, and a line that says so, where it is not.
#[allow(clippy::print_stdout)] // A test that cannot run says so.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found = std::iter::once(folder()).chain(std::env::split_paths(&path)).map(|folder| folder.join(name));
    let found = found.find(|path| path.is_file());
    if found.is_none() {
        println!("skipped: {name} is not installed (tests/run installs it)");
    }
    found
}

/// The program with these arguments in an environment of its own: no configuration of the user's.
pub fn command(program: &Path, home: &Path, arguments: &[&str]) -> Command {
    let mut out = Command::new(program);
    out.args(arguments)
        .current_dir(home)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
        .env("HOME", home)
        .env("DOCKER_CONFIG", home)
        .env("XDG_RUNTIME_DIR", home);
    out
}

/// Runs it, and returns what it wrote.
///
/// # Panics
///
/// If it fails.
pub fn run(program: &Path, home: &Path, arguments: &[&str]) -> String {
    let output = command(program, home, arguments).output().expect("a program that can be started");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} {}: {errors}", program.display(), arguments.join(" "));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A new folder that is removed when dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// With this in its name.
    pub fn new(name: &str) -> Self {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("kubectl-oci-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
