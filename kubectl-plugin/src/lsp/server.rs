//! The loop: one message after the other, and findings when there is no message left.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, never, select};
use kubectl_oci_core::render::failure_text;
use lsp_server::{ErrorCode, Message, Notification, Request};
use lsp_types::notification::{
    DidChangeConfiguration, DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders,
    DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument, Exit as ExitNote, Initialized, Notification as _,
};
use lsp_types::request::{Request as _, Shutdown, WorkspaceDiagnosticRefresh};
use lsp_types::{DidChangeWorkspaceFoldersParams, DidOpenTextDocumentParams, MessageType};
use serde_json::Value;

use super::client::{Client, Fault, params};
use super::convert::Converter;
use super::diagnostics::{Publisher, publish_config};
use super::documents::{Documents, path_of};
use super::files::Files;
use super::inbox::{Event, Inbox};
use super::requests::{Stop, answer};
use super::round::{NeedsRest, Round};
use super::scan::{self, Loaded, Order, common_folder};
use super::{uri, watch};
use crate::cmd::Session;
use crate::configs::{Changes, Configs, FILE_NAME};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::term::print_error;

/// How long answers wait for the folders to be read. Where that takes longer, what rests on other files is left out
/// until it is done.
const PATIENCE: Duration = Duration::from_millis(500);

/// Folders that are being read.
struct Scan {
    receiver: Receiver<Result<Loaded>>,
    began: Instant,
    /// Something changed since it began.
    again: bool,
}

/// The server.
pub(super) struct Server<'s> {
    session: &'s Session,
    /// Markdown files of the folders too.
    markdown: bool,
    client: Client,
    documents: Documents,
    files: Files,
    publisher: Publisher,
    scan: Option<Scan>,
    /// The configuration that was refused last, and why.
    refused: Option<(PathBuf, String)>,
    /// Files that the editor was asked to watch beside those of the set.
    watched: BTreeSet<PathBuf>,
}

/// What ends a round.
enum Next {
    Heard(Notification),
    Scanned(Result<Loaded>),
    Rest(PathBuf),
    Shutdown,
    /// The editor is gone.
    Closed,
}

/// What a round is answered with.
struct Desk<'d> {
    client: &'d Client,
    publisher: &'d mut Publisher,
    scan: Option<&'d Scan>,
    inbox: &'d mut Inbox,
    verbose: bool,
}

impl<'s> Server<'s> {
    /// For folders that are absolute.
    pub(super) fn new(client: Client, folders: Vec<PathBuf>, markdown: bool, session: &'s Session) -> Result<Self> {
        let files = Files::new(configs(&folders, session)?, folders);
        let mut out = Self {
            session,
            markdown,
            client,
            documents: Documents::default(),
            files,
            publisher: Publisher::default(),
            scan: None,
            refused: None,
            watched: BTreeSet::new(),
        };
        out.look_again();
        Ok(out)
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Serves until the editor says that it is enough.
    pub(super) fn run(mut self, inbox: &mut Inbox) -> Exit {
        loop {
            let configs = self.files.configs();
            let next = {
                let round = Round::new(&self.files, &configs);
                let converter = Converter {
                    files: &self.files,
                    documents: &self.documents,
                    encoding: self.client.encoding,
                    abilities: self.client.abilities,
                };
                let (client, publisher) = (&self.client, &mut self.publisher);
                let verbose = self.session.global.verbose;
                Desk { client, publisher, scan: self.scan.as_ref(), inbox, verbose }.serve(&round, &converter)
            };
            match next {
                Next::Heard(note) if note.method == ExitNote::METHOD => return Exit::Found,
                Next::Heard(note) => self.hear_all(note, inbox),
                Next::Scanned(result) => self.take(result),
                Next::Rest(root) => match Configs::at(
                    current(self.files.folders()),
                    &self.session.global,
                    Changes::default(),
                    self.session.terminal.err,
                ) {
                    Ok(configs) => self.files.load_rest(root, configs),
                    Err(_) => self.files.give_up(root),
                },
                Next::Shutdown => return self.wait_for_exit(inbox),
                Next::Closed => return Exit::Found,
            }
        }
    }

    /// Everything was said; what is left is to leave.
    fn wait_for_exit(&self, inbox: &mut Inbox) -> Exit {
        loop {
            match inbox.wait() {
                Event::Message(Message::Request(request)) => {
                    let fault = Fault::new(ErrorCode::InvalidRequest, "the server was shut down");
                    self.client.answer::<Value>(Some(request.id), &Err(fault));
                }
                Event::Message(Message::Notification(note)) if note.method == ExitNote::METHOD => return Exit::Clean,
                Event::Closed => return Exit::Clean,
                _ => {}
            }
        }
    }

    /// Takes in a notification. Texts that change several times in a row are read once.
    fn hear_all(&mut self, note: Notification, inbox: &mut Inbox) {
        let mut edited = BTreeSet::new();
        let mut next = Some(note);
        while let Some(note) = next.take() {
            let method = note.method.clone();
            if method == DidChangeTextDocument::METHOD {
                let changed = params(note.params).map(|params| self.documents.change(params, self.client.encoding));
                match changed {
                    Ok(path) => edited.extend(path),
                    Err(fault) => self.client.log(format!("{method}: {}", fault.message)),
                }
                next = inbox.next_edit();
            } else if let Err(fault) = self.hear(note) {
                self.client.log(format!("{method}: {}", fault.message));
            }
        }
        for path in edited {
            if let Some(document) = self.documents.get(&path) {
                self.files.change(&path, document);
                self.publisher.is_dirty = true;
            }
        }
    }

    fn hear(&mut self, note: Notification) -> std::result::Result<(), Fault> {
        match note.method.as_str() {
            Initialized::METHOD => watch::register(&self.client, self.markdown),
            DidOpenTextDocument::METHOD => {
                let opened: DidOpenTextDocumentParams = params(note.params)?;
                let path = self.documents.open(opened.text_document);
                self.publisher.is_dirty = true;
                if self.documents.get(&path).is_some_and(|document| self.files.open(&path, document)) {
                    self.look_again();
                }
            }
            DidCloseTextDocument::METHOD => {
                let closed: lsp_types::DidCloseTextDocumentParams = params(note.params)?;
                if let Some((path, document)) = self.documents.close(&closed.text_document) {
                    self.publisher.is_dirty = true;
                    self.publisher.forget(&path, document.uri, &self.client);
                    if self.files.close(&path) {
                        self.look_again();
                    }
                }
            }
            DidSaveTextDocument::METHOD => {
                let saved: lsp_types::DidSaveTextDocumentParams = params(note.params)?;
                let is_config = saved.text_document.uri.as_str().ends_with(FILE_NAME)
                    || self.files.substitutes().contains(&path_of(&saved.text_document.uri));
                // Where nobody tells of files that change, the disk is looked at when something was written.
                if is_config || !self.client.abilities.watches {
                    self.look_again();
                }
            }
            DidChangeWatchedFiles::METHOD => {
                let changed: lsp_types::DidChangeWatchedFilesParams = params(note.params)?;
                self.publisher.is_dirty = true;
                if watch::hear(&changed.changes, &mut self.files, &self.documents) || self.scan.is_some() {
                    self.look_again();
                } else {
                    self.refresh();
                }
            }
            DidChangeWorkspaceFolders::METHOD => self.change_folders(params(note.params)?),
            DidChangeConfiguration::METHOD => self.look_again(),
            // What is not known and wants no answer needs none.
            _ => {}
        }
        Ok(())
    }

    fn change_folders(&mut self, params: DidChangeWorkspaceFoldersParams) {
        let paths = |folders: Vec<lsp_types::WorkspaceFolder>| -> Vec<PathBuf> {
            folders.iter().filter_map(|folder| uri::to_path(&folder.uri)).collect()
        };
        let (added, removed) = (paths(params.event.added), paths(params.event.removed));
        let mut folders = self.files.folders().to_vec();
        folders.retain(|folder| !removed.contains(folder) && !added.contains(folder));
        folders.extend(added);
        // What files are called depends on the folders: they are read anew.
        let Ok(configs) = configs(&folders, self.session) else { return };
        self.files = Files::new(configs, folders);
        for (path, document) in self.documents.iter() {
            self.files.open(path, document);
        }
        self.scan = None;
        self.publisher.is_dirty = true;
        self.look_again();
    }

    /// Has the folders looked at, on another thread.
    fn look_again(&mut self) {
        if let Some(scan) = &mut self.scan {
            scan.again = true;
            return;
        }
        let folders = self.files.folders();
        let outside = self.documents.iter().map(|(path, _)| path);
        let outside = outside.filter(|path| path.is_absolute() && path.is_file() && !self.files.is_inside(path));
        let paths = folders.iter().chain(outside).cloned().collect();
        let of_open = self.documents.iter().filter(|(path, _)| path.is_absolute());
        let of_open = of_open.filter_map(|(path, _)| path.parent().map(Path::to_owned));
        let configured = folders.iter().cloned().chain(of_open).collect();
        match configs(folders, self.session) {
            Ok(configs) => {
                let (markdown, known) = (self.markdown, self.files.known());
                let order = Order { configs, paths, configured, markdown, hidden: false, known };
                self.scan = Some(Scan { receiver: scan::begin(order), began: Instant::now(), again: false });
            }
            Err(error) => self.tell(error),
        }
    }

    /// Takes in what was found in the folders.
    fn take(&mut self, result: Result<Loaded>) {
        let scan = self.scan.take();
        let is_first = self.files.is_partial;
        match result {
            Ok(loaded) => {
                self.files.replace(loaded, &self.documents);
                for path in self.files.substitutes() {
                    if !self.watched.contains(&path) {
                        watch::register_file(&self.client, &path);
                        self.watched.insert(path);
                    }
                }
                if let Some((path, _)) = self.refused.take() {
                    publish_config(&path, None, &self.client);
                }
                self.publisher.is_dirty = true;
                if !is_first {
                    self.refresh();
                }
            }
            Err(error) => self.tell(error),
        }
        if scan.is_some_and(|scan| scan.again) {
            self.look_again();
        }
    }

    /// Tells why the folders were not read; what was known stays in force.
    fn tell(&mut self, error: Error) {
        match error {
            Error::Config(refused) => {
                let message = format!("{}: {}", refused.path.display(), refused.error.message);
                let known = self.refused.replace((refused.path.clone(), message.clone()));
                if known.as_ref().is_some_and(|(path, _)| *path != refused.path) {
                    known.iter().for_each(|(path, _)| publish_config(path, None, &self.client));
                }
                publish_config(&refused.path, Some(&refused), &self.client);
                if known.is_none_or(|(_, known)| known != message) {
                    self.client.show(MessageType::ERROR, message);
                }
            }
            Error::Failed { failure, .. } => {
                self.client.show(MessageType::ERROR, failure_text(&failure, &crate::lsp::plain()));
            }
            Error::ReaderLeft | Error::Interrupted => {}
        }
    }

    /// Has an editor ask again that is not told.
    fn refresh(&self) {
        if self.client.abilities.pulls && self.client.abilities.refreshes {
            self.client.ask::<WorkspaceDiagnosticRefresh>(());
        }
    }
}

/// The folder that relative paths begin at.
fn current(folders: &[PathBuf]) -> PathBuf {
    common_folder(folders).or_else(|| std::env::current_dir().ok()).unwrap_or_else(|| PathBuf::from("/"))
}

fn configs(folders: &[PathBuf], session: &Session) -> Result<Configs> {
    Configs::at(current(folders), &session.global, Changes::default(), session.terminal.err)
}

impl Desk<'_> {
    /// Answers until something changes.
    fn serve(&mut self, round: &Round<'_>, converter: &Converter<'_>) -> Next {
        loop {
            match self.inbox.next() {
                Some(Event::Message(Message::Request(request))) => {
                    if let Some(next) = self.answer(round, converter, request) {
                        return next;
                    }
                }
                Some(Event::Message(Message::Notification(note))) => return Next::Heard(note),
                // What it says to our questions changes nothing.
                Some(Event::Message(Message::Response(_))) => {}
                Some(Event::Malformed(code, words)) => {
                    self.client.answer::<Value>(None, &Err(Fault::new(code, words)));
                }
                Some(Event::Cancelled(id)) => self.client.answer::<Value>(Some(id), &Err(Fault::cancelled())),
                Some(Event::Closed) => return Next::Closed,
                None => {
                    if let Some(next) = self.idle(round, converter) {
                        return next;
                    }
                }
            }
        }
    }

    fn answer(&mut self, round: &Round<'_>, converter: &Converter<'_>, request: Request) -> Option<Next> {
        if request.method == Shutdown::METHOD {
            self.client.answer(Some(request.id), &Ok(Value::Null));
            return Some(Next::Shutdown);
        }
        if let Some(next) = self.settled(round) {
            self.inbox.put_back(Event::Message(Message::Request(request)));
            return Some(next);
        }
        let began = Instant::now();
        let Request { id, method, params } = request;
        self.inbox.begin(id.clone());
        let result = match method.as_str() {
            "initialize" => Err(Stop::Fault(Fault::new(ErrorCode::InvalidRequest, "it was initialized already"))),
            _ => answer(round, converter, self.inbox, &method, params.clone()),
        };
        match result {
            Ok(value) => self.client.answer(Some(id), &Ok(value)),
            Err(Stop::Fault(fault)) => self.client.answer::<Value>(Some(id), &Err(fault)),
            Err(Stop::NeedsRest(NeedsRest(root))) => {
                self.inbox.put_back(Event::Message(Message::Request(Request { id, method, params })));
                return Some(Next::Rest(root));
            }
        }
        self.say(&method, began);
        None
    }

    /// Nothing is left to be answered.
    fn idle(&mut self, round: &Round<'_>, converter: &Converter<'_>) -> Option<Next> {
        if self.publisher.is_dirty {
            if let Some(next) = self.settled(round) {
                return Some(next);
            }
            let began = Instant::now();
            let published = self.publisher.publish(round, converter, self.client, self.inbox);
            self.say("findings", began);
            return published.err().map(|NeedsRest(root)| {
                self.publisher.is_dirty = true;
                Next::Rest(root)
            });
        }
        let nothing = never();
        select! {
            recv(self.inbox.receiver()) -> event => {
                self.inbox.add(event.unwrap_or(Event::Closed));
                None
            }
            recv(self.scan.map_or(&nothing, |scan| &scan.receiver)) -> result => Some(scanned(result)),
        }
    }

    /// What was found in the folders, where the files are not known yet and it does not take long.
    fn settled(&self, round: &Round<'_>) -> Option<Next> {
        let scan = self.scan.filter(|_| round.files.is_partial)?;
        match scan.receiver.recv_deadline(scan.began + PATIENCE) {
            Ok(result) => Some(Next::Scanned(result)),
            Err(_) => None,
        }
    }

    fn say(&self, what: &str, began: Instant) {
        if self.verbose {
            // The name of a method that we do not know may be anything.
            let what: String = what.chars().filter(char::is_ascii_graphic).take(40).collect();
            print_error(&format!("{what} {:.1} ms\n", began.elapsed().as_secs_f64() * 1e3));
        }
    }
}

fn scanned<E>(result: std::result::Result<Result<Loaded>, E>) -> Next {
    // A thread that is gone without a word found nothing.
    Next::Scanned(result.unwrap_or(Err(Error::Interrupted)))
}
