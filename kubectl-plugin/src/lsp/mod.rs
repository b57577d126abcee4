//! `kubectl oci lsp`: findings, hovers, completions and fixes in any editor that speaks the Language Server Protocol.
//!
//! One loop answers one message after the other ([`server`]). Between two changes of the files it has a [`round`]: the
//! rules over the files as they are. Everything that is said comes from `kubectl_oci_core`; what is here moves bytes
//! ([`stdio`], [`inbox`]), keeps texts ([`documents`]) and files ([`files`], [`scan`], [`watch`]), and converts
//! ([`convert`]).

mod actions;
mod client;
mod convert;
mod diagnostics;
mod documents;
mod files;
mod inbox;
mod lifecycle;
mod requests;
mod round;
mod scan;
mod server;
mod stdio;
mod uri;
mod watch;

pub(crate) use lifecycle::run;

use kubectl_oci_core::render::Look;

/// How a failure is written where there is no terminal.
fn plain() -> Look {
    Look { color: false, hyperlinks: false, width: 100 }
}
