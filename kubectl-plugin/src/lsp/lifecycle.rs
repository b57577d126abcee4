//! How it begins: the editor says what it can do, and is told what the server can.

use std::path::PathBuf;

use lsp_server::{ErrorCode, Message, RequestId};
use lsp_types::notification::{Exit as ExitNote, Notification};
use lsp_types::request::{Initialize, Request};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions, DiagnosticOptions,
    DiagnosticServerCapabilities, HoverProviderCapability, InitializeParams, InitializeResult, OneOf, SaveOptions,
    ServerCapabilities, ServerInfo, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, WorkDoneProgressOptions, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};
use serde_json::Value;

use super::client::{Client, Fault, encoding_kind, params};
use super::convert::SOURCE;
use super::inbox::{Event, Inbox};
use super::server::Server;
use super::stdio::Streams;
use super::{actions, uri, watch};
use crate::cli::LspArgs;
use crate::cmd::Session;
use crate::configs::{Changes, Configs};
use crate::error::Result;
use crate::exit::Exit;

/// Serves an editor on standard input and output.
///
/// # Errors
///
/// Where the configuration that the command line names is refused.
pub(crate) fn run(args: &LspArgs, session: &Session) -> Result<Exit> {
    // What the command line names is refused before anybody waits for an answer.
    Configs::new(&session.global, Changes::default(), session.terminal.err)?;
    let streams = Streams::open();
    let mut inbox = Inbox::new(streams.events);
    let mut client = Client::new(streams.bodies);
    let exit = match greet(&mut client, &mut inbox) {
        Some((id, params)) => {
            if let Some(parent) = params.process_id {
                watch::follow(parent, streams.event_sender);
            }
            let result = introduction(&client);
            let server = Server::new(client, folders(&params), args.markdown, session)?;
            server.client().answer(Some(id), &Ok(result));
            server.run(&mut inbox)
        }
        None => {
            drop(client);
            Exit::Found
        }
    };
    // The last answers are on their way.
    let _ = streams.writer.join();
    Ok(exit)
}

/// Waits for the editor's first word. `None` where it leaves without one.
fn greet(client: &mut Client, inbox: &mut Inbox) -> Option<(RequestId, InitializeParams)> {
    loop {
        match inbox.wait() {
            Event::Message(Message::Request(request)) if request.method == Initialize::METHOD => {
                match params::<InitializeParams>(request.params.clone()) {
                    Ok(params) => {
                        client.introduce(&request.params, &params);
                        return Some((request.id, params));
                    }
                    Err(fault) => client.answer::<Value>(Some(request.id), &Err(fault)),
                }
            }
            Event::Message(Message::Request(request)) => {
                let fault = Fault::new(ErrorCode::ServerNotInitialized, "the first request is \"initialize\"");
                client.answer::<Value>(Some(request.id), &Err(fault));
            }
            Event::Message(Message::Notification(note)) if note.method == ExitNote::METHOD => return None,
            Event::Message(_) => {}
            Event::Malformed(code, words) => client.answer::<Value>(None, &Err(Fault::new(code, words))),
            Event::Cancelled(id) => client.answer::<Value>(Some(id), &Err(Fault::cancelled())),
            Event::Closed => return None,
        }
    }
}

/// The folders that the editor works in.
#[allow(deprecated)] // Editors older than workspace folders name a root.
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    if let Some(folders) = params.workspace_folders.as_ref().filter(|folders| !folders.is_empty()) {
        return folders.iter().filter_map(|folder| uri::to_path(&folder.uri)).collect();
    }
    let root = params.root_uri.as_ref().and_then(uri::to_path);
    root.or_else(|| params.root_path.as_ref().map(PathBuf::from).filter(|path| path.is_absolute()))
        .into_iter()
        .collect()
}

/// What the server can do.
fn introduction(client: &Client) -> InitializeResult {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
        ..TextDocumentSyncOptions::default()
    };
    let code_actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, actions::FIX_ALL]),
        ..CodeActionOptions::default()
    };
    let diagnostics = DiagnosticOptions {
        identifier: Some(SOURCE.to_owned()),
        inter_file_dependencies: true,
        workspace_diagnostics: true,
        work_done_progress_options: WorkDoneProgressOptions::default(),
    };
    let triggers = [":", " ", "-", "/", "\"", "'"];
    let capabilities = ServerCapabilities {
        position_encoding: Some(encoding_kind(client.encoding)),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(triggers.map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        code_action_provider: Some(CodeActionProviderCapability::Options(code_actions)),
        document_symbol_provider: Some(OneOf::Left(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        diagnostic_provider: Some(DiagnosticServerCapabilities::Options(diagnostics)),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    };
    let info = ServerInfo { name: SOURCE.to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
    InitializeResult { capabilities, server_info: Some(info) }
}
