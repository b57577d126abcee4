//! The clouds' own programs, asked when nothing else is there.

use std::process::Stdio;
use std::time::Duration;

use kubectl_oci_core::render::printable;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use super::tried::{Found, Miss};

/// How long a program may take. None of these asks a person.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The longest output, in bytes.
const OUTPUT_LIMIT: u64 = 1024 * 1024;

/// Runs a program and returns what it prints. One that is not installed is an absent source.
pub(super) async fn run(program: &str, arguments: &[&str]) -> Found<String> {
    // On Windows two of the three are scripts, which are not found without their ending.
    let name = match program {
        "az" | "gcloud" if cfg!(windows) => format!("{program}.cmd"),
        program => program.to_owned(),
    };
    let mut command = Command::new(name);
    command.args(arguments);
    match output(command).await {
        Ok((true, out, _)) => Ok(out),
        Ok((false, _, said)) => Err(Miss::Failed(format!("`{program} {}` failed{said}", arguments.join(" ")))),
        Err(Some(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Miss::Absent(format!("the program \"{program}\" is not installed")))
        }
        Err(Some(error)) => Err(Miss::Failed(format!("\"{program}\" cannot be run: {}", crate::error::words(&error)))),
        Err(None) => Err(Miss::Failed(format!("\"{program}\" did not answer in {} s", TIME_LIMIT.as_secs()))),
    }
}

/// Runs a command line that a configuration holds, as AWS's `credential_process` is run. Neither it nor what it says
/// is shown: either may hold secrets.
pub(super) async fn run_line(line: &str) -> Result<String, String> {
    let (shell, option) = if cfg!(windows) { ("cmd.exe", "/C") } else { ("sh", "-c") };
    let mut command = Command::new(shell);
    command.args([option, line]);
    match output(command).await {
        Ok((true, out, _)) => Ok(out),
        Ok((false, ..)) => Err("its program failed".to_owned()),
        Err(Some(error)) => Err(format!("its program cannot be run: {}", crate::error::words(&error))),
        Err(None) => Err(format!("its program did not answer in {} s", TIME_LIMIT.as_secs())),
    }
}

/// Whether it went well, what it printed, and the first line of its errors. No error: it took too long.
async fn output(mut command: Command) -> Result<(bool, String, String), Option<std::io::Error>> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let run = async {
        let mut child = command.spawn()?;
        let (out, errors) = (child.stdout.take(), child.stderr.take());
        let (out, errors) = futures_util::future::join(text(out), text(errors)).await;
        let status = child.wait().await?;
        let is_word = |line: &&str| !line.is_empty() && !line.starts_with("WARNING");
        let first = errors.lines().map(str::trim).find(is_word);
        let said = first.map(|line| format!(": {}", printable(line).chars().take(300).collect::<String>()));
        Ok((status.success(), out, said.unwrap_or_default()))
    };
    match tokio::time::timeout(TIME_LIMIT, run).await {
        Ok(done) => done.map_err(Some),
        Err(_) => Err(None),
    }
}

async fn text(stream: Option<impl AsyncRead + Unpin>) -> String {
    let mut out = Vec::new();
    if let Some(stream) = stream {
        // What broke off is judged by what came.
        let _ = stream.take(OUTPUT_LIMIT).read_to_end(&mut out).await;
    }
    String::from_utf8_lossy(&out).into_owned()
}
