//! `lint --online`: what the registries say of the objects, as findings.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use kubectl_oci_core::context::Surroundings;
use kubectl_oci_core::diag::Diagnostic;
use kubectl_oci_core::doctor::{Case, Cases, Diagnosis};
use kubectl_oci_core::lint::{SkipReason, Skipped};
use kubectl_oci_core::model::{Role, Set};

use super::Session;
use crate::check::Checked;
use crate::doctor::{Ways, diagnose};
use crate::error::Result;
use crate::registry;
use crate::term::print_error;

/// How many objects are looked at side by side.
const AT_A_TIME: usize = 8;

/// How long all of it may take.
const LIMIT: Duration = Duration::from_secs(600);

/// What came of asking.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The findings, by the position of their file.
    pub(super) found: BTreeMap<usize, Vec<Diagnostic>>,
    /// Files with objects whose registry cannot be reached.
    pub(super) offline: Vec<Skipped>,
}

/// Asks about every OCIRepository that was named.
pub(super) fn ask(checked: &Checked, session: &Session) -> Result<Asked> {
    let set = Set::new(&checked.files);
    let surroundings = Surroundings::new(&set);
    let all = Cases::new(&set, &surroundings);
    let mut cases: Vec<(usize, Case)> = Vec::new();
    for (index, file) in checked.files.iter().enumerate().filter(|(_, file)| file.role == Role::Named) {
        cases.extend(all.of_file(file).into_iter().map(|case| (index, case)));
    }
    let ways = Ways::default();
    let diagnoses: Vec<Diagnosis> = registry::run(LIMIT, async {
        let failed = |error: registry::Error| error.ends("the registry cannot be asked");
        let each = cases.iter().map(|(_, case)| {
            let asked = diagnose(case, &ways);
            async { asked.await.map_err(failed) }
        });
        stream::iter(each).buffered(AT_A_TIME).try_collect().await
    })?;
    if session.global.verbose {
        for warning in ways.take_warnings() {
            print_error(&format!("warning: {warning}\n"));
        }
    }
    let mut found: BTreeMap<usize, Vec<Diagnostic>> = BTreeMap::new();
    let mut offline = BTreeMap::new();
    for ((index, case), diagnosis) in cases.iter().zip(&diagnoses) {
        for finding in case.findings(diagnosis) {
            // It may be about an object that consumes the source, in another file.
            found.entry(finding.at.file.0 as usize).or_default().push(finding);
        }
        if let (true, Some(file)) = (Case::is_offline(diagnosis), checked.files.get(*index)) {
            let detail = Some(diagnosis.verdict.message.clone());
            offline.entry(*index).or_insert(Skipped { path: file.path.clone(), reason: SkipReason::Offline, detail });
        }
    }
    Ok(Asked { found, offline: offline.into_values().collect() })
}
