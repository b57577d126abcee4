use std::borrow::Cow;

use super::{Check, Rule, Scope, page};
use crate::compat::go::json::{Json, Value};
use crate::compat::x509;
use crate::context::Context;
use crate::model::{Kind, Kinds, SecretValue};
use crate::rules::support::{keyring, secret_place};
use crate::yaml::decode_base64;

pub(super) const RULE: Rule = Rule {
    id: "plaintext-secret-in-git",
    summary: "credentials or a private key that stand in the file unencrypted",
    scope: Scope::Set,
    kinds: Kinds::of(&[Kind::Secret]),
    check: Check::Object(check),
    page: page!("plaintext-secret-in-git"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(secret) = ctx.secret() else { return };
    if secret.is_hidden() {
        return;
    }
    for (key, value) in &secret.entries {
        let Some(what) = plaintext(key.text(), value) else { continue };
        ctx.report(secret_place::span(secret, *key, value), format!("{what} unencrypted"))
            .why("whoever can read the repository, or its history, has it; base64 is no encryption")
            .help("replace it at its source, then encrypt the Secret with SOPS, or let External Secrets fetch it");
    }
}

/// What a value gives away.
fn plaintext(key: &str, value: &SecretValue<'_>) -> Option<String> {
    let bytes = value.bytes()?;
    if ![".dockerconfigjson", ".dockercfg"].contains(&key) {
        let key = format!("the private key \"{key}\" stands here");
        return x509::holds_plain_private_key(&bytes).then_some(key);
    }
    let json = Json::parse(std::str::from_utf8(&bytes).ok()?).ok()?;
    let auths = if key == ".dockercfg" { json.root() } else { json.root().get("auths")? };
    let (host, _) = auths.members().find(|(_, entry)| has_password(*entry))?;
    Some(format!("the credentials for \"{}\" stand here", keyring::shown(&host)))
}

fn has_password(entry: Value<'_>) -> bool {
    let field = |name: &str| entry.get(name).and_then(Value::as_text).filter(|text| !text.is_empty());
    let from_auth = field("auth").and_then(|auth| decode_base64(&auth)).and_then(|bytes| String::from_utf8(bytes).ok());
    let from_auth =
        from_auth.as_deref().and_then(|auth| auth.split_once(':')).map(|(_, password)| Cow::Borrowed(password));
    let fields = [field("password"), field("identitytoken"), field("registrytoken"), from_auth];
    fields.into_iter().flatten().any(|password| !password.is_empty() && !SecretValue::is_placeholder(&password))
}
