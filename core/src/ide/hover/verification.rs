//! `verify`: who checks what.

use crate::model::{OciRepository, Text};

/// Identities beyond these are counted.
const LISTED: usize = 3;

pub(super) fn words(oci: &OciRepository<'_>) -> Option<String> {
    let verify = oci.verify.as_ref()?;
    let secret = verify.secret_ref.as_ref().map(Text::as_str).filter(|name| !name.is_empty());
    let mut out = "source-controller looks, before the pull, for a signature ".to_owned();
    if verify.is_notation() {
        out.push_str("of the Notary Project that the trust policy in ");
        push_secret(&mut out, secret);
        out.push_str(" admits.");
    } else if !verify.is_cosign() {
        return None;
    } else if !verify.is_keyless() {
        out.push_str("of cosign by one of the keys `*.pub` in ");
        push_secret(&mut out, secret);
        out.push('.');
    } else {
        out.push_str("of cosign without a key (a certificate of ");
        match verify.trusted_root.as_ref() {
            Some(root) => {
                out.push_str("the root in ");
                push_secret(&mut out, Some(root.as_str()));
            }
            None => out.push_str("the public Sigstore"),
        }
        out.push(')');
        push_identities(&mut out, oci);
    }
    out.push_str("\n\nHere, offline, nothing is verified.");
    Some(out)
}

fn push_secret(out: &mut String, name: Option<&str>) {
    match name {
        Some(name) => {
            for part in ["the Secret `", name, "`"] {
                out.push_str(part);
            }
        }
        None => out.push_str("its Secret"),
    }
}

fn push_identities(out: &mut String, oci: &OciRepository<'_>) {
    let identities = oci.verify.as_ref().map_or(&[][..], |verify| &verify.identities);
    if identities.is_empty() {
        out.push_str("; no identity is asked for.");
        return;
    }
    out.push_str(" by\n");
    for identity in identities.iter().take(LISTED) {
        out.push_str("\n- ");
        for (name, text) in [("subject ", &identity.subject), (", issuer ", &identity.issuer)] {
            if let Some(text) = text {
                for part in [name, "`", text.as_str(), "`"] {
                    out.push_str(part);
                }
            }
        }
    }
    if identities.len() > LISTED {
        out.push_str("\n- …");
    }
}
