//! A command of WASI preview 1: one request in JSON on standard input, one answer in JSON on standard output.
//!
//! Exit code 0 where the question was answered, 2 where the answer is `{"version", "error"}`.

use std::io::{Read, Write, stdin, stdout};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use kubectl_oci_wasm::request::{MAX_REQUEST, Response, respond, unreadable};

fn main() -> ExitCode {
    let response = answer();
    let mut out = stdout().lock();
    // A reader that has gone away has no use for an error.
    let _ = out.write_all(response.json.as_bytes()).and_then(|()| out.flush());
    if response.is_failure { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

fn answer() -> Response {
    let mut request = Vec::new();
    match stdin().lock().take(MAX_REQUEST as u64 + 1).read_to_end(&mut request) {
        Err(error) => unreadable(error.to_string()),
        Ok(size) if size > MAX_REQUEST => unreadable(format!("it has more than {} MiB", MAX_REQUEST >> 20)),
        Ok(_) => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).ok();
            respond(&request, now.and_then(|now| i64::try_from(now.as_secs()).ok()))
        }
    }
}
