//! What a registry and its token server answer, read as go-containerregistry reads it.

use std::fmt;

use crate::compat::go::json::{Decoder, GoSlice, Json};

/// The tags of one page of `/v2/<name>/tags/list`.
///
/// # Errors
///
/// Go's words where the body is not what it should be.
pub fn tags_page(body: &[u8]) -> Result<Vec<String>, String> {
    let text = String::from_utf8_lossy(body);
    // A stream decoder, unlike `Unmarshal`, tells an empty body from one that breaks off.
    let json = Json::parse(&text).map_err(|error| match error.words.as_str() {
        "unexpected end of JSON input" if text.trim().is_empty() => "EOF".to_owned(),
        "unexpected end of JSON input" => "unexpected EOF".to_owned(),
        _ => error.words,
    })?;
    let mut decoder = Decoder::default();
    let mut tags: GoSlice<String> = GoSlice::default();
    let (mut name, mut next) = (String::new(), String::new());
    let names = ["name", "tags", "next"];
    let Ok(()) = decoder.structure(json.root(), ("remote.Tags", "Tags"), &names, |decoder, field, value| {
        match field {
            "tags" => decoder.slice(value, "[]string", &mut tags, |decoder, value, tag| {
                decoder.string(value, "string", tag);
            }),
            "name" => decoder.string(value, "string", &mut name),
            _ => decoder.string(value, "string", &mut next),
        }
        Ok::<(), std::convert::Infallible>(())
    });
    decoder.finish().map_err(|error| error.to_string())?;
    Ok(tags.into_vec())
}

/// What a token server answers. `Debug` shows no token.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TokenAnswer {
    /// For the registry; never empty.
    pub token: String,
    /// For the token server, to get the next one; empty if none.
    pub refresh_token: String,
    /// Seconds that the token is good for; nothing where the server does not say.
    pub expires_in: Option<u64>,
}

impl fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenAnswer").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

impl TokenAnswer {
    /// Reads an answer. `access_token` wins over `token`.
    ///
    /// # Errors
    ///
    /// Go's words where it is no JSON, and go-containerregistry's where there is no token in it; the body itself,
    /// which the controller prints behind them, may hold secrets and is left out.
    pub fn parse(body: &[u8]) -> Result<Self, String> {
        let text = String::from_utf8_lossy(body);
        let json = Json::parse(&text).map_err(|error| error.words)?;
        let mut decoder = Decoder::default();
        let (mut token, mut access, mut refresh) = (String::new(), String::new(), String::new());
        let mut expires_in = None;
        let names = ["token", "access_token", "refresh_token", "expires_in"];
        let Ok(()) = decoder.structure(json.root(), ("transport.Token", "Token"), &names, |decoder, name, value| {
            match name {
                "token" => decoder.string(value, "string", &mut token),
                "access_token" => decoder.string(value, "string", &mut access),
                "refresh_token" => decoder.string(value, "string", &mut refresh),
                _ => expires_in = value.literal().parse().ok(),
            }
            Ok::<(), std::convert::Infallible>(())
        });
        decoder.finish().map_err(|error| error.to_string())?;
        let token = if access.is_empty() { token } else { access };
        if token.is_empty() {
            return Err("no token in bearer response".to_owned());
        }
        Ok(Self { token, refresh_token: refresh, expires_in })
    }
}
