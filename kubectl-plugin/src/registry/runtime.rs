//! The runtime of what is asynchronous. Only commands that ask a registry, or that leave something behind when they
//! are interrupted, start it.

use std::sync::LazyLock;
use std::time::Duration;

use kubectl_oci_core::render::Failure;
use tokio::sync::watch;

use crate::error::{Error, Result};
use crate::exit::Exit;

/// What is waited beyond the limit: requests end by themselves at it, and say what they waited for.
const GRACE: Duration = Duration::from_millis(500);

/// How long threads may take to put away what they began: a million files are not removed at once.
const TIDYING: Duration = Duration::from_secs(60);

/// How many threads write files.
static WRITING: LazyLock<watch::Sender<usize>> = LazyLock::new(|| watch::Sender::new(0));

/// Why it came to no end of its own.
enum Stopped {
    TooLate,
    Interrupted,
}

/// A thread that writes files, for as long as it does.
struct Writing;

impl Writing {
    fn new() -> Self {
        WRITING.send_modify(|number| *number += 1);
        Self
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        WRITING.send_modify(|number| *number -= 1);
    }
}

/// Writes files on a thread of its own, which is waited for whatever ends the run.
pub(crate) fn write_on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    let writing = Writing::new();
    tokio::task::spawn_blocking(move || {
        let _writing = writing;
        work()
    })
}

/// Waits for the threads that write files, but not for ever, and not for somebody who asks twice.
async fn tidied() {
    let mut writing = WRITING.subscribe();
    tokio::select! {
        _ = writing.wait_for(|number| *number == 0) => {}
        () = interruption() => {}
        () = tokio::time::sleep(TIDYING) => {}
    }
}

/// Runs something to its end, or to the end of the time that it has, or until the user stops it. Threads of files are
/// given the time to remove what is half-written.
pub(crate) fn run<T>(limit: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::from)?;
    let done = runtime.block_on(async {
        tokio::select! {
            // First, so that no file is begun before a signal would be heard.
            biased;
            () = interruption() => Err(Stopped::Interrupted),
            done = tokio::time::timeout(limit.saturating_add(GRACE), work) => done.map_err(|_| Stopped::TooLate),
        }
    });
    runtime.block_on(tidied());
    // A name that is being looked up is not waited for.
    runtime.shutdown_background();
    done.unwrap_or_else(|stopped| {
        Err(match stopped {
            Stopped::Interrupted => Error::Interrupted,
            Stopped::TooLate => {
                let failure = Failure::new(format!("it was not done in {limit:?}"));
                let failure = failure.help("give it longer with --timeout");
                Error::Failed { failure, exit: Exit::Unreachable }
            }
        })
    })
}

/// Ctrl-C, and the ways in which a system asks a program to end.
#[cfg(unix)]
async fn interruption() {
    use tokio::signal::unix::{SignalKind, signal};

    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let mut signals: Vec<_> = kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect();
    if signals.is_empty() {
        return std::future::pending().await;
    }
    let each = signals.iter_mut().map(|signal| Box::pin(signal.recv()));
    futures_util::future::select_all(each).await;
}

#[cfg(not(unix))]
async fn interruption() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
