//! Asking again, later.

use std::time::{Duration, SystemTime};

use backon::{ExponentialBuilder, Retryable};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::Response;
use crate::registry::error::{Error, Result};
use crate::registry::options::Options;

/// Why a try does not count.
enum Retry {
    /// An answer that may be another one next time, and how long the registry wants us to wait.
    Answer(Box<Response>, Option<Duration>),
    Failed(Error),
}

/// Tries as often as the options say. The last answer counts, whatever it is.
pub(super) async fn retrying<Try>(options: &Options, mut attempt: impl FnMut() -> Try) -> Result<Response>
where
    Try: Future<Output = Result<Response>>,
{
    let waits = ExponentialBuilder::default()
        .with_min_delay(options.retry_delay)
        .with_factor(3.0)
        .with_max_times(options.tries.saturating_sub(1))
        .with_jitter();
    let tries = || {
        let attempt = attempt();
        async move {
            match attempt.await {
                Ok(response) if is_retried(response.status()) => {
                    let wait = wanted_delay(response.headers(), SystemTime::now());
                    Err(Retry::Answer(Box::new(response), wait))
                }
                Ok(response) => Ok(response),
                Err(error) => Err(Retry::Failed(error)),
            }
        }
    };
    let outcome = tries
        .retry(waits)
        .sleep(tokio::time::sleep)
        .when(|retry| match retry {
            Retry::Answer(_, wait) => wait.is_none_or(|wait| wait <= options.longest_delay),
            Retry::Failed(error) => error.is_temporary(),
        })
        .adjust(|retry, delay| {
            // Never sooner than asked for; nothing where the tries, or the time, are used up.
            let wanted = if let Retry::Answer(_, Some(wait)) = retry { *wait } else { Duration::ZERO };
            delay.map(|delay| delay.max(wanted)).filter(|delay| options.has_time_for(*delay))
        })
        .await;
    match outcome {
        Ok(response) => Ok(response),
        Err(Retry::Answer(response, _)) => Ok(*response),
        Err(Retry::Failed(error)) => Err(error),
    }
}

/// The statuses that go-containerregistry asks again for.
fn is_retried(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 499 | 500 | 502 | 503 | 504 | 522)
}

/// What `Retry-After` says: seconds, or a date.
fn wanted_delay(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let wait = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().expect("a header"));
            wanted_delay(&headers, SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_767))
        };
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(10)));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:07 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("soon"), None);
    }
}
