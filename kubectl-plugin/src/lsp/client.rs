//! The editor: what it can do, and what is sent to it.

use std::cell::Cell;

use crossbeam_channel::Sender;
use kubectl_oci_core::text::Encoding;
use lsp_server::{ErrorCode, RequestId};
use lsp_types::notification::{LogMessage, Notification, ShowMessage};
use lsp_types::request::Request;
use lsp_types::{
    ClientCapabilities, InitializeParams, LogMessageParams, MarkupKind, MessageType, PositionEncodingKind,
    ShowMessageParams,
};
use serde::Serialize;
use serde_json::Value;

/// Why a request has no result.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) code: ErrorCode,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(super) fn cancelled() -> Self {
        Self::new(ErrorCode::RequestCanceled, "the request was given up")
    }
}

/// What the editor can do, as far as that changes what it is sent.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools)] // Each is a capability of the protocol.
pub(super) struct Abilities {
    /// It asks for diagnostics: then it is sent none.
    pub(super) pulls: bool,
    /// It asks again when told to.
    pub(super) refreshes: bool,
    pub(super) related_information: bool,
    pub(super) tags: bool,
    /// Versions of the documents that an edit is made for.
    pub(super) document_changes: bool,
    pub(super) preferred_actions: bool,
    pub(super) nested_symbols: bool,
    pub(super) markdown_hover: bool,
    pub(super) markdown_completion: bool,
    /// It watches files when asked to.
    pub(super) watches: bool,
}

impl Abilities {
    fn of(client: &ClientCapabilities) -> Self {
        let document = client.text_document.as_ref();
        let workspace = client.workspace.as_ref();
        let published = document.and_then(|it| it.publish_diagnostics.as_ref());
        let actions = document.and_then(|it| it.code_action.as_ref());
        let hover = document.and_then(|it| it.hover.as_ref()?.content_format.as_ref());
        let items =
            document.and_then(|it| it.completion.as_ref()?.completion_item.as_ref()?.documentation_format.as_ref());
        let prefers_markdown = |formats: Option<&Vec<MarkupKind>>| {
            formats.is_some_and(|formats| formats.first() == Some(&MarkupKind::Markdown))
        };
        Self {
            pulls: document.is_some_and(|it| it.diagnostic.is_some()),
            refreshes: false,
            related_information: published.and_then(|it| it.related_information).unwrap_or_default(),
            tags: published.is_some_and(|it| it.tag_support.is_some()),
            document_changes: workspace.and_then(|it| it.workspace_edit.as_ref()?.document_changes).unwrap_or_default(),
            preferred_actions: actions.and_then(|it| it.is_preferred_support).unwrap_or_default(),
            nested_symbols: document
                .and_then(|it| it.document_symbol.as_ref()?.hierarchical_document_symbol_support)
                .unwrap_or_default(),
            markdown_hover: prefers_markdown(hover),
            markdown_completion: prefers_markdown(items),
            watches: workspace
                .and_then(|it| it.did_change_watched_files.as_ref()?.dynamic_registration)
                .unwrap_or_default(),
        }
    }
}

/// The editor at the other end.
pub(super) struct Client {
    bodies: Sender<String>,
    requests: Cell<i32>,
    pub(super) abilities: Abilities,
    /// What columns count.
    pub(super) encoding: Encoding,
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    jsonrpc: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Option<RequestId>>,
    #[serde(flatten)]
    content: T,
}

#[derive(Serialize)]
struct Call<T> {
    method: &'static str,
    params: T,
}

#[derive(Serialize)]
struct Answer<T> {
    result: T,
}

#[derive(Serialize)]
struct Refusal<'a> {
    error: Words<'a>,
}

#[derive(Serialize)]
struct Words<'a> {
    code: i32,
    message: &'a str,
}

impl Client {
    /// One that has not said yet what it can do.
    pub(super) fn new(bodies: Sender<String>) -> Self {
        Self { bodies, requests: Cell::new(0), abilities: Abilities::default(), encoding: Encoding::Utf16 }
    }

    /// Takes in what it said of itself.
    pub(super) fn introduce(&mut self, raw: &Value, params: &InitializeParams) {
        self.abilities = Abilities::of(&params.capabilities);
        // The protocol calls it `diagnostics`, lsp-types `diagnostic`.
        let refreshes = raw.pointer("/capabilities/workspace/diagnostics/refreshSupport");
        self.abilities.refreshes = refreshes.and_then(Value::as_bool).unwrap_or_default();
        let offered = params.capabilities.general.as_ref().and_then(|it| it.position_encodings.as_deref());
        self.encoding = offered.unwrap_or_default().iter().find_map(encoding_of).unwrap_or(Encoding::Utf16);
    }

    /// Answers a request; `None` stands for one whose id could not be read.
    pub(super) fn answer<T: Serialize>(&self, id: Option<RequestId>, result: &Result<T, Fault>) {
        match result {
            Ok(result) => self.send(Some(&id), Answer { result }),
            Err(fault) => {
                let error = Words { code: fault.code as i32, message: &fault.message };
                self.send(Some(&id), Refusal { error });
            }
        }
    }

    /// Tells something.
    pub(super) fn notify<N: Notification>(&self, params: N::Params) {
        self.send(None, Call { method: N::METHOD, params });
    }

    /// Asks something; what it answers is not waited for.
    pub(super) fn ask<R: Request>(&self, params: R::Params) {
        let number = self.requests.get();
        self.requests.set(number.wrapping_add(1));
        let id = Some(RequestId::from(format!("kubectl-oci/{number}")));
        self.send(Some(&id), Call { method: R::METHOD, params });
    }

    /// Shows a message to the person.
    pub(super) fn show(&self, typ: MessageType, message: String) {
        self.notify::<ShowMessage>(ShowMessageParams { typ, message });
    }

    /// Writes to the editor's log.
    pub(super) fn log(&self, message: String) {
        self.notify::<LogMessage>(LogMessageParams { typ: MessageType::LOG, message });
    }

    fn send(&self, id: Option<&Option<RequestId>>, content: impl Serialize) {
        // What is sent is made of the protocol's types: they become JSON. Where nobody reads, the end is near.
        if let Ok(body) = serde_json::to_string(&Envelope { jsonrpc: "2.0", id, content }) {
            let _ = self.bodies.send(body);
        }
    }
}

fn encoding_of(kind: &PositionEncodingKind) -> Option<Encoding> {
    match kind.as_str() {
        "utf-8" => Some(Encoding::Utf8),
        "utf-16" => Some(Encoding::Utf16),
        "utf-32" => Some(Encoding::Utf32),
        _ => None,
    }
}

/// As the protocol calls it.
pub(super) fn encoding_kind(encoding: Encoding) -> PositionEncodingKind {
    match encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
        Encoding::Utf32 => PositionEncodingKind::UTF32,
    }
}

/// Reads parameters.
pub(super) fn params<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, Fault> {
    // What serde says quotes no text, only its type and place.
    serde_json::from_value(value).map_err(|error| Fault::new(ErrorCode::InvalidParams, printable(&error)))
}

fn printable(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // A value of the wrong type is quoted: it may be anything.
    if text.contains('"') { "the parameters are of another type".to_owned() } else { text }
}
