//! What a rule sees: an object, its view, its neighbours, the configuration; and how it reports.

mod inclusion;
mod post_build;
mod references;
mod rings;
mod secrets;
mod surroundings;
mod unanswered;

pub use inclusion::{Inclusion, resolve};
pub use post_build::{PostBuild, PostBuilds};
pub use rings::{Rings, Waiting};
pub use secrets::{Presence, SecretNames};
pub use surroundings::Surroundings;
pub use unanswered::Unanswered;

use std::cell::{Cell, OnceCell};

use crate::config::{Config, FluxVersion};
use crate::diag::{Diagnostic, Location, ObjectName, Severity};
use crate::model::schema::{self, SchemaError};
use crate::model::{
    HelmRelease, HelmRepository, Kind, Kustomization, Object, OciRepository, Secret, ServiceAccount, Set, Text,
};
use crate::text::Span;

/// An object's fields, typed by its kind.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant)] // One lives at a time, on the stack: boxing would cost more than it saves.
pub enum View<'a> {
    /// An OCIRepository.
    Oci(OciRepository<'a>),
    /// A HelmRelease.
    HelmRelease(HelmRelease<'a>),
    /// A HelmRepository.
    HelmRepository(HelmRepository<'a>),
    /// A Flux Kustomization.
    Kustomization(Kustomization<'a>),
    /// A Secret.
    Secret(Secret<'a>),
    /// A ServiceAccount.
    ServiceAccount(ServiceAccount<'a>),
    /// Another kind, or one without a `spec` that can be read.
    Other,
}

impl<'a> View<'a> {
    /// The view of an object.
    pub fn of(object: Object<'a>) -> Self {
        let view = match object.kind() {
            Kind::OciRepository => OciRepository::of(object).map(Self::Oci),
            Kind::HelmRelease => HelmRelease::of(object).map(Self::HelmRelease),
            Kind::HelmRepository => HelmRepository::of(object).map(Self::HelmRepository),
            Kind::Kustomization => Kustomization::of(object).map(Self::Kustomization),
            Kind::Secret => Secret::of(object).map(Self::Secret),
            Kind::ServiceAccount => ServiceAccount::of(object).map(Self::ServiceAccount),
            _ => None,
        };
        view.unwrap_or(Self::Other)
    }
}

/// What is shared by all rules that look at one object.
pub struct Subject<'c, 'a> {
    /// The object.
    pub object: Object<'a>,
    /// Its fields.
    pub view: View<'a>,
    /// Every object that was named.
    pub set: &'c Set<'a>,
    /// What kustomizations do to it.
    pub surroundings: &'c Surroundings<'a>,
    /// The configuration.
    pub config: &'c Config,
    /// Looked up once: an object may have as many fields as findings.
    name: OnceCell<ObjectName>,
    fragment: OnceCell<bool>,
    schema_errors: OnceCell<Vec<SchemaError<'a>>>,
}

impl<'c, 'a> Subject<'c, 'a> {
    /// An object with everything around it.
    pub fn new(object: Object<'a>, set: &'c Set<'a>, surroundings: &'c Surroundings<'a>, config: &'c Config) -> Self {
        Self {
            object,
            view: View::of(object),
            set,
            surroundings,
            config,
            name: OnceCell::new(),
            fragment: OnceCell::new(),
            schema_errors: OnceCell::new(),
        }
    }
}

/// What one rule sees of one object. Everything a rule reports goes through [`Context::report`].
pub struct Context<'c, 'a> {
    subject: &'c Subject<'c, 'a>,
    rule: &'static str,
    severity: Severity,
    out: &'c mut Vec<Diagnostic>,
    looked_around: Cell<bool>,
}

impl<'c, 'a> Context<'c, 'a> {
    /// A context for a rule, with the severity that the rule has by default.
    pub fn new(
        subject: &'c Subject<'c, 'a>,
        rule: &'static str,
        severity: Severity,
        out: &'c mut Vec<Diagnostic>,
    ) -> Self {
        Self { subject, rule, severity, out, looked_around: Cell::new(false) }
    }

    /// The object.
    pub fn object(&self) -> Object<'a> {
        self.subject.object
    }

    /// Every object that was named.
    pub fn set(&self) -> &'c Set<'a> {
        self.looked_around.set(true);
        self.subject.set
    }

    /// What kustomizations do to objects.
    pub fn surroundings(&self) -> &'c Surroundings<'a> {
        self.looked_around.set(true);
        self.subject.surroundings
    }

    /// True once the rule has asked for other objects than its own.
    pub(crate) fn looked_around(&self) -> bool {
        self.looked_around.get()
    }

    /// The configuration.
    pub fn config(&self) -> &'c Config {
        self.subject.config
    }

    /// The Flux release that the cluster runs.
    pub fn flux(&self) -> FluxVersion {
        self.subject.config.flux
    }

    /// The object as an OCIRepository.
    pub fn oci(&self) -> Option<&'c OciRepository<'a>> {
        match &self.subject.view {
            View::Oci(view) => Some(view),
            _ => None,
        }
    }

    /// The object as a HelmRelease.
    pub fn helm_release(&self) -> Option<&'c HelmRelease<'a>> {
        match &self.subject.view {
            View::HelmRelease(view) => Some(view),
            _ => None,
        }
    }

    /// The object as a HelmRepository.
    pub fn helm_repository(&self) -> Option<&'c HelmRepository<'a>> {
        match &self.subject.view {
            View::HelmRepository(view) => Some(view),
            _ => None,
        }
    }

    /// The object as a Flux Kustomization.
    pub fn kustomization(&self) -> Option<&'c Kustomization<'a>> {
        match &self.subject.view {
            View::Kustomization(view) => Some(view),
            _ => None,
        }
    }

    /// The object as a Secret.
    pub fn secret(&self) -> Option<&'c Secret<'a>> {
        match &self.subject.view {
            View::Secret(view) => Some(view),
            _ => None,
        }
    }

    /// The object as a ServiceAccount.
    pub fn service_account(&self) -> Option<&'c ServiceAccount<'a>> {
        match &self.subject.view {
            View::ServiceAccount(view) => Some(view),
            _ => None,
        }
    }

    /// What is wrong with the object by its schema: worked out once, for the first rule that asks.
    pub fn schema_errors(&self) -> &'c [SchemaError<'a>] {
        self.subject.schema_errors.get_or_init(|| schema::check(self.object()))
    }

    /// True where the object is a part of one: a patch, a merge input, a document for another to
    /// complete. Nothing is missing in such.
    pub fn is_fragment(&self) -> bool {
        self.looked_around.set(true);
        *self.subject.fragment.get_or_init(|| self.surroundings().is_fragment(self.set(), self.object()))
    }

    /// True where something in view may add a field that is missing here: the object is a
    /// fragment, another document of its name has the field, or a patch aims at it.
    pub fn may_be_supplied(&self, route: &str) -> bool {
        self.is_fragment() || self.surroundings().may_supply(self.set(), self.object(), route)
    }

    /// Reports at a place of the object's file.
    pub fn report(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let object = self.object();
        self.report_at(object.locate(span), message)
    }

    /// Reports at a value.
    pub fn report_text(&mut self, text: &Text<'a>, message: impl Into<String>) -> &mut Diagnostic {
        self.report(text.span(), message)
    }

    /// Reports at a place anywhere in the set.
    pub fn report_at(&mut self, at: Location, message: impl Into<String>) -> &mut Diagnostic {
        let diagnostic = Diagnostic {
            rule: self.rule,
            severity: self.severity,
            at,
            object: Some(self.subject.name.get_or_init(|| self.object().object_name()).clone()),
            message: message.into(),
            why: None,
            help: None,
            labels: Vec::new(),
            fix: None,
            rests_on_set: false,
        };
        let index = self.out.len();
        self.out.push(diagnostic);
        &mut self.out[index]
    }
}
