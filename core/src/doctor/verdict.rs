//! What the controller would say, and how it got there.

use crate::diag::{Location, ObjectName};

/// A step of the controller, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepName {
    /// The API server takes the object.
    Admission,
    /// `secretRef` and `serviceAccountName`.
    Credentials,
    /// `proxySecretRef`.
    Proxy,
    /// The login of a cloud `provider`.
    Login,
    /// `certSecretRef` and `insecure`.
    Transport,
    /// `url` and `ref`.
    Reference,
    /// The tag's digest.
    Digest,
    /// `verify`.
    Verification,
    /// The manifest.
    Pull,
    /// `layerSelector`.
    Layer,
    /// What is in the layer.
    Content,
}

impl StepName {
    /// Every step, in order.
    pub const ALL: [Self; 11] = [
        Self::Admission,
        Self::Credentials,
        Self::Proxy,
        Self::Login,
        Self::Transport,
        Self::Reference,
        Self::Digest,
        Self::Verification,
        Self::Pull,
        Self::Layer,
        Self::Content,
    ];

    /// The word of `doctor -o json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admission => "admission",
            Self::Credentials => "credentials",
            Self::Proxy => "proxy",
            Self::Login => "login",
            Self::Transport => "transport",
            Self::Reference => "reference",
            Self::Digest => "digest",
            Self::Verification => "verification",
            Self::Pull => "pull",
            Self::Layer => "layer",
            Self::Content => "content",
        }
    }
}

/// How a step came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepStatus {
    /// The controller goes on.
    Ok,
    /// The controller stops here.
    Failed,
    /// There is nothing to do, or it cannot be done here.
    Skipped,
}

impl StepStatus {
    /// The word of `doctor -o json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// A step with its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub name: StepName,
    /// How it came out.
    pub status: StepStatus,
    /// What it found: for a failed step the controller's message.
    pub detail: String,
}

/// The object's `Ready` condition as the controller would write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Its status. False too where it is not [`decided`](Verdict::decided).
    pub ready: bool,
    /// Its reason; `Rejected` where the API server refuses the object, `Undecided` where something
    /// that decides is not known here.
    pub reason: &'static str,
    /// Its message; the API server's words, or ours where nothing is decided. Empty where ready.
    pub message: String,
    /// `status.artifact.revision`.
    pub revision: Option<String>,
    /// `status.artifact.digest` where the layer is stored as it is (`operation: copy`): its own. What is unpacked is
    /// packed again by Go, and its digest not known here.
    pub content: Option<String>,
    /// Whether signatures were verified; `None` where none are asked for, or none were looked at.
    pub verified: Option<bool>,
    /// The controller does not try again until the object changes.
    pub stalled: bool,
    /// False where something that decides is not known here: a login that cannot be made, a
    /// signature that was not looked at, a value that is filled in later.
    pub decided: bool,
}

impl Verdict {
    /// The reason of an object whose state hangs on something that is not known here.
    pub const UNDECIDED: &'static str = "Undecided";
    /// The reason of an object that the API server refuses.
    pub const REJECTED: &'static str = "Rejected";
}

/// What failed or surprises, in plain words, with what to do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation {
    /// Which row of the table spoke.
    pub row: &'static str,
    /// What it means: whole sentences.
    pub text: String,
    /// What to do, the most likely first.
    pub actions: Vec<Action>,
    /// Where it is about another object than the source: the place, and the object.
    pub about: Option<(Location, ObjectName)>,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// One line: "remove secretRef: the repository is public".
    pub say: String,
    /// Commands or YAML that can be pasted; empty where there is nothing to paste.
    pub paste: String,
}

impl Action {
    /// One line as it goes into `help`, what is to be pasted below it.
    pub fn to_help(&self) -> String {
        if self.paste.is_empty() { self.say.clone() } else { format!("{}\n{}", self.say, self.paste.trim_end()) }
    }
}

/// All that can be said of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The object.
    pub object: ObjectName,
    /// `spec.url`, a password in it masked.
    pub url: String,
    /// `spec.suspend` is true: the controller leaves it alone; this is what would be.
    pub suspended: bool,
    /// Its state.
    pub verdict: Verdict,
    /// The way there. Steps behind the one that failed are left out.
    pub steps: Vec<Step>,
    /// What it means; `None` where ready and nothing surprises.
    pub explanation: Option<Explanation>,
}
