//! The façade of `doctor`: what the controller makes of an OCIRepository, and what that means.
//!
//! The reconcile of source-controller 1.9.1 as a state machine without I/O. [`Cases::of_file`] takes what
//! the files say; [`Case::step`] says what it needs to know of the registry, and, once it knows
//! enough, the [`Diagnosis`]: reason and message of the object's `Ready` condition as the controller
//! would write them, the way there, what it means and what to do. Whoever drives it fetches what is
//! asked for ([`Fetch`]) over the [`Connection`] and keeps the answers in an [`Evidence`]:
//!
//! ```
//! # use kubectl_oci_core::doctor::{Answer, Case, Connection, Diagnosis, Evidence, Fetch, Progress};
//! fn diagnose(case: &Case, ask: impl Fn(&Connection, &Fetch) -> Answer) -> Option<Diagnosis> {
//!     let mut evidence = Evidence::default();
//!     loop {
//!         match case.step(&evidence) {
//!             Progress::Done(diagnosis) => return Some(*diagnosis),
//!             Progress::Need(fetches) => {
//!                 for fetch in fetches {
//!                     let answer = ask(case.connection()?, &fetch);
//!                     evidence.insert(fetch, answer);
//!                 }
//!             }
//!         }
//!     }
//! }
//! ```

mod case;
mod connection;
mod evidence;
mod explain;
mod fault;
mod offline;
mod online;
mod secrets;
#[cfg(test)]
mod tests;
mod unpack;
mod verdict;
mod walk;

pub use case::{Case, Cases, Unseen};
pub use connection::{ClientCertificate, Connection, Proxy};
pub use evidence::{
    Access, Answer, Cause, CertificateFacts, CertificateProblem, Challenge, Evidence, Failure, Fetch, Login,
    RawManifest, Scheme, What,
};
pub use unpack::{Contents, LayerFacts, LayerFault, Magic, Unpacking};
pub use verdict::{Action, Diagnosis, Explanation, Step, StepName, StepStatus, Verdict};

use walk::Walk;

/// What a step comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// These are to be asked, in any order, side by side.
    Need(Vec<Fetch>),
    /// All that can be said.
    Done(Box<Diagnosis>),
}

impl Case {
    /// Walks the controller's steps as far as the answers reach, and explains where they end.
    ///
    /// Never asks for the same twice, so a driver that answers everything comes to an end. Needs
    /// nothing where [`Case::connection`] is `None`.
    pub fn step(&self, evidence: &Evidence) -> Progress {
        let walk = match walk::walk(self, evidence) {
            Ok(walk) => walk,
            Err(fetch) => return Progress::Need(vec![fetch]),
        };
        let explanation = match explain::explain(self, evidence, &walk) {
            Ok(explanation) => explanation,
            Err(fetches) => return Progress::Need(fetches),
        };
        Progress::Done(Box::new(Diagnosis {
            object: self.object.clone(),
            url: self.url(),
            suspended: self.suspended,
            verdict: verdict(self, &walk),
            steps: walk.steps.into_iter().map(|step| Step { detail: self.mask(&step.detail), ..step }).collect(),
            explanation,
        }))
    }
}

fn verdict(case: &Case, walk: &Walk) -> Verdict {
    let revision = walk.revision.clone();
    let base = Verdict {
        ready: false,
        reason: Verdict::UNDECIDED,
        message: String::new(),
        revision: None,
        content: None,
        verified: None,
        stalled: false,
        decided: true,
    };
    match &walk.failed {
        Some(failed) if !walk.is_owed_to_gaps() => Verdict {
            reason: failed.reason,
            message: case.mask(&failed.message),
            verified: (failed.reason == "VerificationError").then_some(false),
            stalled: failed.stalled,
            ..base
        },
        None if walk.gaps.is_empty() => {
            Verdict { ready: true, reason: "Succeeded", revision, content: walk.content.clone(), ..base }
        }
        _ => Verdict { message: case.mask(&walk.unknowns()), decided: false, ..base },
    }
}
