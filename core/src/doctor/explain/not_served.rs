//! `no matches for kind "OCIRepository" in version …`

use super::say::say;
use super::{Context, Said};
use crate::doctor::fault::Fault;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(Fault::NotServed { removed, newest }) = context.fault() else { return Ok(None) };
    let version = &context.case.object.api_version;
    let text = match removed {
        Some(release) => format!(
            "Flux 2.{release} and later no longer serve {version} of OCIRepository. The cluster knows no such kind, so nothing is created."
        ),
        None => format!("No Flux serves {version} of OCIRepository: the group or the version is misspelled."),
    };
    let group = "source.toolkit.fluxcd.io";
    let paste = format!("apiVersion: {group}/{newest}\nkind: OCIRepository");
    Ok(Some(say(text).paste(format!("write {group}/{newest}, which Flux 2.6 and later serve"), paste)))
}
