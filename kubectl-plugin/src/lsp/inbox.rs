//! What the editor sent and was not answered yet.

use std::collections::VecDeque;

use crossbeam_channel::Receiver;
use lsp_server::{ErrorCode, Message, Notification, RequestId};
use lsp_types::notification::{Cancel, DidChangeTextDocument, Notification as _};
use serde_json::Value;

/// Something that came.
#[derive(Debug)]
pub(super) enum Event {
    Message(Message),
    /// It was no message.
    Malformed(ErrorCode, &'static str),
    /// A request that was given up before its turn came.
    Cancelled(RequestId),
    /// The editor is gone.
    Closed,
}

/// A queue in front of the channel, so that what is behind can be heard before its turn: that a request is given up,
/// or that the text changed again.
pub(super) struct Inbox {
    receiver: Receiver<Event>,
    queue: VecDeque<Event>,
    /// The request that is being answered, and whether it was given up.
    current: Option<(RequestId, bool)>,
}

impl Inbox {
    pub(super) fn new(receiver: Receiver<Event>) -> Self {
        Self { receiver, queue: VecDeque::new(), current: None }
    }

    /// Where events arrive, to wait for one.
    pub(super) fn receiver(&self) -> &Receiver<Event> {
        &self.receiver
    }

    /// The next event that is there.
    pub(super) fn next(&mut self) -> Option<Event> {
        self.drain();
        self.queue.pop_front()
    }

    /// The next event where that is a change of a text.
    pub(super) fn next_edit(&mut self) -> Option<Notification> {
        self.drain();
        match self.queue.pop_front()? {
            Event::Message(Message::Notification(note)) if note.method == DidChangeTextDocument::METHOD => Some(note),
            other => {
                self.queue.push_front(other);
                None
            }
        }
    }

    /// The next event; waits for it.
    pub(super) fn wait(&mut self) -> Event {
        match self.next() {
            Some(event) => event,
            None => self.receiver.recv().unwrap_or(Event::Closed),
        }
    }

    /// Takes in an event that was received elsewhere.
    pub(super) fn add(&mut self, event: Event) {
        if let Event::Message(Message::Notification(note)) = &event
            && note.method == Cancel::METHOD
        {
            self.cancel(&note.params);
        } else {
            self.queue.push_back(event);
        }
    }

    /// Puts an event back: it is the next one.
    pub(super) fn put_back(&mut self, event: Event) {
        self.queue.push_front(event);
    }

    /// Says which request is being answered.
    pub(super) fn begin(&mut self, id: RequestId) {
        self.current = Some((id, false));
    }

    /// Whether the request that is being answered was given up.
    pub(super) fn is_cancelled(&mut self) -> bool {
        self.drain();
        self.current.as_ref().is_some_and(|(_, is_cancelled)| *is_cancelled)
    }

    /// Whether a text is about to change.
    pub(super) fn has_edits(&mut self) -> bool {
        self.drain();
        let is_edit = |note: &Notification| note.method == DidChangeTextDocument::METHOD;
        self.queue.iter().any(|event| matches!(event, Event::Message(Message::Notification(note)) if is_edit(note)))
    }

    fn drain(&mut self) {
        while let Ok(event) = self.receiver.try_recv() {
            self.add(event);
        }
    }

    fn cancel(&mut self, params: &Value) {
        let Some(id) = params.get("id").and_then(|id| serde_json::from_value::<RequestId>(id.clone()).ok()) else {
            return;
        };
        if let Some((current, is_cancelled)) = &mut self.current
            && *current == id
        {
            *is_cancelled = true;
        }
        for event in &mut self.queue {
            if matches!(event, Event::Message(Message::Request(request)) if request.id == id) {
                *event = Event::Cancelled(id);
                return;
            }
        }
    }
}
