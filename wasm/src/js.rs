//! The session as a class of JavaScript. `npm/index.js` wraps it: it parses the JSON, and turns the ways in which people name
//! places into two numbers.

use kubectl_oci_core::diag::Applicability;
use kubectl_oci_core::lint::SkipReason;
use kubectl_oci_core::model::Role;
use kubectl_oci_core::render::{Failure, Place};
use wasm_bindgen::prelude::*;

use crate::session::{self, MAX_SIZE, Session};

/// Files that change, and what can be asked about them.
#[wasm_bindgen(js_name = Session)]
pub struct JsSession(Session);

type Answer = Result<String, JsError>;

/// A failure as what is thrown.
fn thrown(failure: Failure) -> JsError {
    let mut message = failure.message;
    if let Some(why) = failure.why {
        message.push_str(": ");
        message.push_str(&why);
    }
    if let Some(help) = failure.help {
        message.push_str(" (");
        message.push_str(&help);
        message.push(')');
    }
    JsError::new(&message)
}

/// A place: line 0 says that `at` counts from the beginning of the text.
fn place(line: usize, at: usize) -> Place {
    if line == 0 { Place::Offset(at) } else { Place::Position { line, column: at } }
}

#[wasm_bindgen(js_class = Session)]
impl JsSession {
    /// `now` is in Unix seconds.
    #[wasm_bindgen(constructor)]
    pub fn new(config: &str, encoding: &str, now: f64) -> Result<JsSession, JsError> {
        let encoding = session::encoding(encoding).map_err(thrown)?;
        Session::new(config, encoding, Some(now as i64)).map(JsSession).map_err(thrown)
    }

    pub fn configure(&mut self, config: &str) -> Result<(), JsError> {
        self.0.configure(config).map_err(thrown)
    }

    pub fn put(&mut self, path: &str, text: String, is_context: bool) {
        self.0.put(path, text, if is_context { Role::Context } else { Role::Named });
    }

    pub fn refuse_large(&mut self, path: &str) {
        self.0.refuse(path, SkipReason::TooLarge);
    }

    pub fn remove(&mut self, path: &str) -> bool {
        self.0.remove(path)
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn check(&self, path: &str) -> String {
        self.0.check(path)
    }

    pub fn check_all(&self) -> String {
        self.0.check_all()
    }

    pub fn fix(&mut self, path: Option<String>, is_unsafe: bool) -> String {
        self.0.fix(path.as_deref(), if is_unsafe { Applicability::Unsafe } else { Applicability::Safe })
    }

    pub fn render(&self, format: &str) -> Answer {
        self.0.render(format).map_err(thrown)
    }

    pub fn resolve(&self, path: &str, manifest: String, tags: Option<String>) -> Answer {
        self.0.resolve(path, manifest, tags.as_deref()).map_err(thrown)
    }

    pub fn hover(&self, path: &str, line: usize, at: usize) -> Answer {
        self.0.hover(path, place(line, at)).map_err(thrown)
    }

    pub fn complete(&self, path: &str, line: usize, at: usize) -> Answer {
        self.0.complete(path, place(line, at)).map_err(thrown)
    }

    pub fn actions(&self, path: &str, line: usize, at: usize, to_line: usize, to: usize) -> Answer {
        self.0.actions(path, place(line, at), place(to_line, to)).map_err(thrown)
    }

    pub fn symbols(&self, path: &str) -> Answer {
        self.0.symbols(path).map_err(thrown)
    }

    pub fn definition(&self, path: &str, line: usize, at: usize) -> Answer {
        self.0.definition(path, place(line, at)).map_err(thrown)
    }

    pub fn references(&self, path: &str, line: usize, at: usize) -> Answer {
        self.0.references(path, place(line, at)).map_err(thrown)
    }
}

#[wasm_bindgen]
pub fn resolve_range(range: &str, filter: &str, tags: &str) -> Answer {
    session::resolve_range(range, filter, tags).map_err(thrown)
}

#[wasm_bindgen]
pub fn rules() -> String {
    session::rules()
}

#[wasm_bindgen]
pub fn explain(rule: &str) -> Answer {
    session::explain(rule).map_err(thrown)
}

/// The largest text that is read, in bytes.
#[wasm_bindgen]
pub fn max_size() -> usize {
    MAX_SIZE
}

/// The version of the package.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
