//! Who may do what: challenges, Basic, tokens and their endpoint.

use std::collections::BTreeMap;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::answer::Answer;
use super::http::{Request, pairs};

/// Access to a registry. `Auth::basic` and `Auth::bearer` are as they should be.
#[derive(Debug, Clone)]
pub struct Auth {
    /// Names and passwords.
    pub users: Vec<(String, String)>,
    /// Identity tokens (`refresh_token` of the OAuth2 POST).
    pub identity_tokens: Vec<String>,
    /// Bearer tokens that need no token endpoint, as `registrytoken` of Docker's file has them.
    pub registry_tokens: Vec<String>,
    /// `WWW-Authenticate` headers of a 401, with `{realm}`, `{service}` and `{scope}` to be filled in.
    /// Basic is accepted if one begins with it, tokens likewise.
    pub challenges: Vec<String>,
    /// The base URL of the registry whose `/token` is named; `None`: this one's.
    pub realm: Option<String>,
    /// Whether tokens for pulling are given to anybody.
    pub anonymous_pull: bool,
    /// Users who may not push: they are given tokens for pulling only.
    pub pull_only: Vec<String>,
    /// What a token answer looks like.
    pub token: TokenField,
    /// How tokens are asked for.
    pub grants: Grants,
    /// How many requests a token is good for before it is `invalid_token`.
    pub token_uses: usize,
    /// A token without the scope that is needed is answered with 403 `DENIED` at once, and not with a new
    /// challenge (`insufficient_scope`).
    pub denies_at_once: bool,
}

/// Where the token is in the answer to a request for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenField {
    /// `token`
    Token,
    /// `access_token`
    AccessToken,
    /// In both.
    Both,
    /// In neither, with status 200.
    Neither,
    /// As the text itself.
    NotJson,
}

/// How tokens are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grants {
    /// `GET` with Basic, as in Docker's token specification; `POST` is 405.
    Get,
    /// `POST` of a form, as in OAuth2; `GET` is 405.
    Post,
    /// Both.
    Both,
}

/// `Basic` as it should be.
pub const BASIC: &str = r#"Basic realm="{realm}""#;
/// `Bearer` as it should be.
pub const BEARER: &str = r#"Bearer realm="{realm}",service="{service}",scope="{scope}""#;

impl Auth {
    /// User name and password with every request.
    pub fn basic(user: &str, password: &str) -> Self {
        Self {
            users: vec![(user.to_owned(), password.to_owned())],
            identity_tokens: Vec::new(),
            registry_tokens: Vec::new(),
            challenges: vec![BASIC.to_owned()],
            realm: None,
            anonymous_pull: false,
            pull_only: Vec::new(),
            token: TokenField::Both,
            grants: Grants::Both,
            token_uses: usize::MAX,
            denies_at_once: false,
        }
    }

    /// Tokens for them.
    pub fn bearer(user: &str, password: &str) -> Self {
        Self { challenges: vec![BEARER.to_owned()], ..Self::basic(user, password) }
    }

    /// With other challenges.
    #[must_use]
    pub fn challenge(mut self, challenges: &[&str]) -> Self {
        self.challenges = challenges.iter().map(|&challenge| challenge.to_owned()).collect();
        self
    }

    fn has_scheme(&self, scheme: &str) -> bool {
        let known = |challenge: &String| challenge.to_ascii_lowercase().starts_with(scheme);
        self.challenges.iter().any(known)
    }

    fn user(&self, basic: &str) -> Option<String> {
        let text = decode(basic)?;
        let (name, password) = text.split_once(':')?;
        self.users.iter().any(|(user, word)| user == name && word == password).then(|| name.to_owned())
    }
}

/// Base64 as text.
pub(super) fn decode(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()
}

/// Tokens that were given out; registries that stand beside each other share them.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<BTreeMap<String, Token>>);

#[derive(Debug, Clone)]
struct Token {
    scopes: Vec<String>,
    uses: usize,
}

/// What a request needs: type, name, and one action or the other.
#[derive(Debug, Clone)]
pub(super) struct Need {
    pub(super) repository: String,
    pub(super) actions: Vec<&'static str>,
    /// The repository that is mounted from.
    pub(super) from: Option<String>,
}

impl Need {
    fn scope(&self) -> String {
        if self.repository.is_empty() {
            return String::new();
        }
        let own = format!("repository:{}:{}", self.repository, self.actions.join(","));
        match &self.from {
            Some(from) => format!("{own} repository:{from}:pull"),
            None => own,
        }
    }

    fn met_by(&self, scopes: &[String]) -> bool {
        let actions = scopes.iter().filter_map(|scope| scope.strip_prefix(&format!("repository:{}:", self.repository)));
        let granted: Vec<&str> = actions.flat_map(|actions| actions.split(',')).collect();
        // Whoever may push may delete.
        let has = |action: &&str| granted.contains(action) || (*action == "delete" && granted.contains(&"push"));
        self.repository.is_empty() || self.actions.iter().all(has)
    }
}

/// `None`: go on. Else what to say instead.
pub(super) fn check(auth: &Auth, tokens: &Tokens, request: &Request, need: &Need, host: &Host) -> Option<Answer> {
    let challenge = |error: &str| Some(unauthorized(auth, need, host, error));
    let Some(header) = request.header("authorization") else { return challenge("") };
    let (scheme, value) = header.split_once(' ').unwrap_or((header, ""));
    match scheme.to_ascii_lowercase().as_str() {
        "basic" if auth.has_scheme("basic") => match auth.user(value) {
            Some(name) if auth.pull_only.contains(&name) && need.actions.iter().any(|&action| action != "pull") => {
                Some(Answer::error(403, "DENIED", "requested access to the resource is denied"))
            }
            Some(_) => None,
            None => challenge(""),
        },
        "bearer" if auth.registry_tokens.iter().any(|token| token == value) => None,
        "bearer" if auth.has_scheme("bearer") => {
            let mut tokens = tokens.0.lock().expect("the tokens");
            let Some(token) = tokens.get_mut(value).filter(|token| token.uses > 0) else {
                return challenge("invalid_token");
            };
            token.uses -= 1;
            match (need.met_by(&token.scopes), auth.denies_at_once) {
                (true, _) => None,
                (false, true) => Some(Answer::error(403, "DENIED", "requested access to the resource is denied")),
                (false, false) => challenge("insufficient_scope"),
            }
        }
        _ => challenge(""),
    }
}

/// Where a registry is.
#[derive(Debug, Clone)]
pub(super) struct Host {
    /// `http://127.0.0.1:5000`
    pub(super) base: String,
    /// `127.0.0.1:5000`
    pub(super) name: String,
}

fn unauthorized(auth: &Auth, need: &Need, host: &Host, error: &str) -> Answer {
    let mut out = Answer::error(401, "UNAUTHORIZED", "authentication required");
    let realm = format!("{}/token", auth.realm.as_ref().unwrap_or(&host.base));
    for challenge in &auth.challenges {
        let mut value = challenge.replace("{realm}", &realm).replace("{service}", &host.name);
        let scope = need.scope();
        value = if scope.is_empty() {
            // No empty parameter where nothing in particular is wanted.
            value.replace(r#",scope="{scope}""#, "").replace("{scope}", "")
        } else {
            value.replace("{scope}", &scope)
        };
        if !error.is_empty() && value.to_ascii_lowercase().starts_with("bearer") {
            value.push_str(&format!(r#",error="{error}""#));
        }
        out = out.header("WWW-Authenticate", value);
    }
    out
}

/// The token endpoint.
pub(super) fn token(auth: &Auth, tokens: &Tokens, request: &Request, body: &[u8]) -> Answer {
    let post = request.method == "POST";
    let allowed = match auth.grants {
        Grants::Get => !post,
        Grants::Post => post,
        Grants::Both => true,
    };
    if !allowed {
        return Answer::text(405, "text/plain", "method not allowed");
    }
    let form = pairs(&String::from_utf8_lossy(body));
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let basic = request.header("authorization").and_then(|value| value.split_once(' ')).map(|(_, value)| value);
    let (known, user) = match (post, basic) {
        (false, None) => (auth.anonymous_pull, None),
        (false, Some(basic)) => {
            let user = auth.user(basic);
            (user.is_some(), user)
        }
        (true, _) if field("grant_type").as_deref() == Some("refresh_token") => {
            let token = field("refresh_token").unwrap_or_default();
            (auth.identity_tokens.contains(&token), Some("identity".to_owned()))
        }
        (true, _) => {
            let (name, password) = (field("username").unwrap_or_default(), field("password").unwrap_or_default());
            (auth.users.contains(&(name.clone(), password)), Some(name))
        }
    };
    if !known {
        return Answer::json(
            401,
            &json!({"errors": [{"code": "UNAUTHORIZED", "message": "incorrect username or password"}]}),
        );
    }
    let asked: Vec<String> = match post {
        true => field("scope").into_iter().collect(),
        false => request.queries("scope").map(str::to_owned).collect(),
    };
    let reads_only = user.as_ref().is_none_or(|user| auth.pull_only.contains(user));
    let one = asked.iter().flat_map(|scopes| scopes.split_whitespace()).map(|scope| granted(scope, reads_only));
    give(auth, tokens, one.collect())
}

fn granted(scope: &str, reads_only: bool) -> String {
    let Some((name, actions)) = scope.rsplit_once(':').filter(|_| reads_only) else { return scope.to_owned() };
    let left: Vec<&str> = actions.split(',').filter(|&action| action == "pull").collect();
    format!("{name}:{}", left.join(","))
}

fn give(auth: &Auth, tokens: &Tokens, scopes: Vec<String>) -> Answer {
    let mut all = tokens.0.lock().expect("the tokens");
    let token = format!("granted-token-{}", all.len() + 1);
    all.insert(token.clone(), Token { scopes, uses: auth.token_uses });
    match auth.token {
        TokenField::Token => Answer::json(200, &json!({"token": token, "expires_in": 300})),
        TokenField::AccessToken => Answer::json(200, &json!({"access_token": token, "token_type": "Bearer"})),
        TokenField::Both => Answer::json(200, &json!({"token": token, "access_token": token})),
        TokenField::Neither => Answer::json(200, &json!({"expires_in": 300})),
        TokenField::NotJson => Answer::text(200, "text/plain", token),
    }
}
