//! The session as a component of WASI preview 2: the world of wit/kubectl-oci.wit.

use std::time::{SystemTime, UNIX_EPOCH};

use kubectl_oci_core::model::Role;
use kubectl_oci_core::render;
use kubectl_oci_core::text;

use crate::request::{self, Tags};
use crate::session::Session;

wit_bindgen::generate!({ world: "kubectl-oci", path: "wit" });

use exports::kubectl_oci::core::manifests::{Encoding, Failure, File, Guest, Subject};

struct Component;

export!(Component);

impl Guest for Component {
    fn lint(files: Vec<File>, config: String, encoding: Encoding) -> Result<String, Failure> {
        let encoding = match encoding {
            Encoding::Utf8 => text::Encoding::Utf8,
            Encoding::Utf16 => text::Encoding::Utf16,
            Encoding::Utf32 => text::Encoding::Utf32,
        };
        let mut session = Session::new(&config, encoding, now()).map_err(failure)?;
        for File { path, text, is_context } in files {
            session.put(&path, text, if is_context { Role::Context } else { Role::Named });
        }
        Ok(session.check_all())
    }

    fn resolve(subject: Subject, tags: Option<Vec<String>>, config: String) -> Result<String, Failure> {
        let tags = tags.map(|tags| Tags::List(tags).into_text()).transpose().map_err(failure)?;
        let (manifest, semver, filter) = match subject {
            Subject::Manifest(manifest) => (Some(manifest), None, String::new()),
            Subject::Range(range) => (None, Some(range.semver), range.filter),
        };
        request::resolve(manifest, semver, &filter, tags.as_deref(), &config, now()).map_err(failure)
    }
}

fn failure(failure: render::Failure) -> Failure {
    Failure { message: failure.message, why: failure.why, help: failure.help }
}

/// In Unix seconds.
fn now() -> Option<i64> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(now.as_secs()).ok()
}
