//! The runtime of what is asynchronous. Only commands that ask a registry start it.

use std::time::Duration;

use kubectl_oci_core::render::Failure;

use crate::error::{Error, Result};
use crate::exit::Exit;

/// What is waited beyond the limit: requests end by themselves at it, and say what they waited for.
const GRACE: Duration = Duration::from_millis(500);

/// Runs something to its end, or to the end of the time that it has.
pub(crate) fn run<T>(limit: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::from)?;
    let done = runtime.block_on(async { tokio::time::timeout(limit + GRACE, work).await });
    // A name that is being looked up is not waited for.
    runtime.shutdown_background();
    done.unwrap_or_else(|_| {
        let failure = Failure::new(format!("it was not done in {limit:?}")).help("give it longer with --timeout");
        Err(Error::Failed { failure, exit: Exit::Unreachable })
    })
}
