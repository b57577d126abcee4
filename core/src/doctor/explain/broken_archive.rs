//! `tar error`, `tar contained invalid name error`, conflicts between entries.

use super::say::say;
use super::{Context, Said};
use crate::doctor::fault::Fault;
use crate::doctor::unpack::LayerFault;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(Fault::Layer(fault)) = context.fault() else { return Ok(None) };
    let anew = "push the artifact anew";
    let said = match fault {
        LayerFault::Tar(_) | LayerFault::Content(_) => {
            say("The layer begins as an archive and breaks off, or holds something else than tar. It was pushed so: its digest is right.").advise(anew)
        }
        LayerFault::InvalidName(name) => say(format!(
            "The archive holds an entry \"{name}\", which would be unpacked outside of its folder, or has a name that is not taken: absolute names, \"../\" and backslashes are refused."
        ))
        .paste("push it from within the folder", "flux push artifact … --path .   # or: tar -C FOLDER -czf layer.tgz ."),
        LayerFault::Conflict { name, .. } => say(format!(
            "The archive holds \"{name}\" twice, once as a folder and once as a file, or as a file that may not be written. Archives that were put together from several have such."
        ))
        .advise(anew),
        LayerFault::Digest(_) => say("What the registry sends is not what its digest says: it is damaged, or changed on the way.")
            .advise("ask again; if it stays so, push the artifact anew, and look at what stands between"),
        LayerFault::NotGzip(_) | LayerFault::UnsupportedType { .. } | LayerFault::Unreadable(_) => return Ok(None),
    };
    Ok(Some(said))
}
