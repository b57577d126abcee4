//! Manifests as typed objects that remember their places.

mod consumers;
mod kind;
mod object;
pub mod schema;
mod set;
mod sources;
pub mod substitution;
mod value;
mod views;

pub use consumers::{Consumer, Consumers, Use};
pub use kind::{GROUPS, Group, Kind, Kinds, SECRET_MAKERS, SecretMaker};
pub(crate) use object::find_objects;
pub use object::{File, KUSTOMIZATION_FILES, Object, ObjectEntry, Origin, Role};
pub use set::{Found, Set};
pub use sources::{CommonVersion, Host, Sources, docker_hub_name, version_tag};
pub use value::{Text, Variable, is_opaque, may_become, substitute, variables};
pub use views::{
    CHART_MEDIA_TYPE, Chart, HelmRelease, HelmRepository, Identity, Kustomization, LayerSelector, OciRepository,
    Reference, Secret, SecretValue, ServiceAccount, SourceRef, Verify, made_secrets,
};
