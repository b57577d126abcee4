//! What a key of a pull secret holds.

use std::borrow::Cow;
use std::fmt;

use crate::compat::go::base64;
use crate::compat::go::json::{Decoder, TypeError, Value};

/// What a registry is sent. `Debug` says only what is there.
///
/// Names and passwords are bytes, since base64 may hold any.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    username: Vec<u8>,
    password: Vec<u8>,
    identity_token: String,
    registry_token: String,
}

/// Why an entry cannot be decoded.
pub(super) enum Refusal {
    Shape(TypeError),
    /// In Go's words.
    Auth(String),
}

impl Credentials {
    /// The name, `<token>` or `00000000-0000-0000-0000-000000000000` where a token is what counts.
    /// Stray bytes are replaced.
    pub fn username(&self) -> Cow<'_, str> {
        text(&self.username)
    }

    /// The name as it is sent.
    pub fn username_bytes(&self) -> &[u8] {
        &self.username
    }

    /// The password. Stray bytes are replaced.
    pub fn password(&self) -> Cow<'_, str> {
        text(&self.password)
    }

    /// The password as it is sent.
    pub fn password_bytes(&self) -> &[u8] {
        &self.password
    }

    /// A refresh token for the registry's token server; empty if none.
    pub fn identity_token(&self) -> &str {
        &self.identity_token
    }

    /// A bearer token for the registry itself; empty if none.
    pub fn registry_token(&self) -> &str {
        &self.registry_token
    }

    /// Whether there is nothing to send: the key fits and the request is anonymous all the same.
    pub fn is_empty(&self) -> bool {
        *self == Credentials::default()
    }

    /// Reads an entry as go-containerregistry's `AuthConfig` does. An `auth` that is not empty wins
    /// over `username` and `password`.
    pub(super) fn decode(value: Value<'_>) -> Result<Credentials, Refusal> {
        const NAMES: [&str; 5] = ["username", "password", "auth", "identitytoken", "registrytoken"];
        let mut decoder = Decoder::default();
        let mut fields: [String; 5] = Default::default();
        let target = ("authn.authConfig", "authConfig");
        let Ok(()) = decoder.structure(value, target, &NAMES, |decoder, name, value| {
            let fields = NAMES.iter().zip(&mut fields);
            for (_, field) in fields.filter(|(known, _)| **known == name) {
                decoder.string(value, "string", field);
            }
            Ok::<(), std::convert::Infallible>(())
        });
        decoder.finish().map_err(Refusal::Shape)?;
        let [username, password, auth, identity_token, registry_token] = fields;
        let (username, password) = if auth.is_empty() {
            (username.into_bytes(), password.into_bytes())
        } else {
            let unable = |cause| Refusal::Auth(format!("unable to decode auth field: {cause}"));
            decode_auth(&auth).map_err(unable)?
        };
        Ok(Credentials { username, password, identity_token, registry_token })
    }
}

/// Bytes as text, each stray one replaced, as Go prints them.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Cow::Owned(out)
}

/// Splits an `auth` into name and password. Whether padding is due is guessed from its end.
fn decode_auth(auth: &str) -> Result<(Vec<u8>, Vec<u8>), String> {
    let padded = auth.trim().ends_with('=');
    let decoded =
        base64::decode(auth, padded).map_err(|offset| format!("illegal base64 data at input byte {offset}"))?;
    let mut parts = decoded.splitn(2, |byte| *byte == b':').map(<[u8]>::to_vec);
    match (parts.next(), parts.next()) {
        (Some(username), Some(password)) => Ok((username, password)),
        _ => Err("must be formatted as base64(username:password)".to_owned()),
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |empty: bool| if empty { "none" } else { "redacted" };
        f.debug_struct("Credentials")
            .field("username", &shown(self.username.is_empty()))
            .field("password", &shown(self.password.is_empty()))
            .field("identity_token", &shown(self.identity_token.is_empty()))
            .field("registry_token", &shown(self.registry_token.is_empty()))
            .finish()
    }
}
