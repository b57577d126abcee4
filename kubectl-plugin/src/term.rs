//! What the terminal can do: colour, width, links. And the one place that prints.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anstream::AutoStream;
use kubectl_oci_core::render::Look;

use crate::cli::ColorChoice;

/// One of the two outputs, with what it can show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    pub(crate) out: Look,
    pub(crate) err: Look,
}

impl Terminal {
    pub(crate) fn detect(choice: ColorChoice) -> Self {
        let environment = |name: &str| std::env::var_os(name);
        let look = |is_terminal: bool, links: bool| {
            let color = has_color(choice, is_terminal, environment);
            Look { color, hyperlinks: color && links, width: if is_terminal { width() } else { 100 } }
        };
        let out_is_terminal = io::stdout().is_terminal();
        Self {
            out: look(out_is_terminal, out_is_terminal && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout)),
            err: look(io::stderr().is_terminal(), false),
        }
    }
}

/// Colour: what was asked for, then `NO_COLOR`, then what forces it, then whether somebody looks.
/// See <https://no-color.org> and <https://force-color.org>; empty variables count as unset.
fn has_color(choice: ColorChoice, is_terminal: bool, environment: impl Fn(&str) -> Option<OsString>) -> bool {
    let is_set = |name: &str| environment(name).is_some_and(|value| !value.is_empty());
    let is_on = |name: &str| environment(name).is_some_and(|value| !value.is_empty() && value != "0");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if is_set("NO_COLOR") => false,
        ColorChoice::Auto if is_on("FORCE_COLOR") || is_on("CLICOLOR_FORCE") => true,
        ColorChoice::Auto => {
            let is_refused = ["FORCE_COLOR", "CLICOLOR"].iter().any(|name| environment(name).is_some_and(|v| v == "0"));
            is_terminal && !is_refused && environment("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

fn width() -> usize {
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|width| *width > 0);
    asked.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))).unwrap_or(100)
}

/// Prints to the standard output, all of it at once.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = AutoStream::always(io::stdout().lock());
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Prints to the standard error. A reader that is not there is no reason to stop.
pub(crate) fn print_error(text: &str) {
    let _ = AutoStream::always(io::stderr().lock()).write_all(text.as_bytes());
}

/// A line on the terminal that counts bytes, and is gone when the work is done. Nothing where nobody looks.
#[derive(Debug, Clone)]
pub(crate) struct Progress(Option<Arc<Mutex<Line>>>);

#[derive(Debug)]
struct Line {
    what: &'static str,
    total: Option<u64>,
    bytes: u64,
    shown: Instant,
    is_shown: bool,
}

impl Progress {
    /// `what` is being done, to so many bytes where that is known.
    pub(crate) fn new(what: &'static str, total: Option<u64>, is_quiet: bool) -> Self {
        let is_seen = io::stderr().is_terminal() && !is_quiet;
        let line = Line { what, total, bytes: 0, shown: Instant::now(), is_shown: false };
        Self(is_seen.then(|| Arc::new(Mutex::new(line))))
    }

    /// Counts some more.
    pub(crate) fn add(&self, bytes: usize) {
        let Some(line) = &self.0 else { return };
        let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
        line.bytes += bytes as u64;
        if line.shown.elapsed() >= Line::PACE {
            line.show();
        }
    }

    /// Counts from the beginning.
    pub(crate) fn restart(&self) {
        if let Some(line) = &self.0 {
            line.lock().unwrap_or_else(PoisonError::into_inner).bytes = 0;
        }
    }
}

impl Line {
    const PACE: Duration = Duration::from_millis(100);

    fn show(&mut self) {
        let mebibytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        let of = self.total.map_or_else(String::new, |total| format!(" of {:.1}", mebibytes(total)));
        print_error(&format!("\r\x1b[K{} {:.1}{of} MiB", self.what, mebibytes(self.bytes)));
        (self.shown, self.is_shown) = (Instant::now(), true);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.is_shown {
            print_error("\r\x1b[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_decided_in_order() {
        let color = |choice, is_terminal, variables: &[(&str, &str)]| {
            has_color(choice, is_terminal, |name| {
                variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
            })
        };
        use ColorChoice::{Always, Auto, Never};
        assert!(color(Auto, true, &[]));
        assert!(!color(Auto, false, &[]));
        assert!(!color(Auto, true, &[("NO_COLOR", "1")]));
        assert!(color(Auto, true, &[("NO_COLOR", "")]));
        assert!(color(Auto, false, &[("FORCE_COLOR", "1")]));
        assert!(color(Auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!color(Auto, false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!color(Auto, false, &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
        assert!(!color(Auto, true, &[("CLICOLOR", "0")]));
        assert!(!color(Auto, true, &[("FORCE_COLOR", "0")]));
        assert!(!color(Auto, true, &[("TERM", "dumb")]));
        assert!(color(Always, false, &[("NO_COLOR", "1")]));
        assert!(!color(Never, true, &[("FORCE_COLOR", "1")]));
    }
}
