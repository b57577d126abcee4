//! Bytes between the network and a thread that reads or writes files.
//!
//! What is given up on either side is an error on the other, never an end: half a stream is taken for a whole one by
//! nobody.

use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use bytes::{Buf, Bytes};
use futures_util::{Stream, stream};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How many pieces wait at most.
const MOST_WAITING: usize = 8;

/// The size of a piece but the last.
const PIECE: usize = 64 * 1024;

enum Piece {
    Bytes(Bytes),
    End,
}

/// The side that bytes go into.
pub(crate) struct Inlet {
    pieces: Sender<Piece>,
    /// What does not fill a piece yet.
    begun: Vec<u8>,
    pool: Pool,
}

/// The side that they come out of.
pub(crate) struct Outlet {
    pieces: Receiver<Piece>,
    piece: Bytes,
    is_over: bool,
}

/// Two ends of one stream, which holds a few pieces.
pub(crate) fn pipe() -> (Inlet, Outlet) {
    let (sender, pieces) = channel(MOST_WAITING);
    let inlet = Inlet { pieces: sender, begun: Vec::new(), pool: Pool::default() };
    (inlet, Outlet { pieces, piece: Bytes::new(), is_over: false })
}

/// Tells a thread whether anybody waits for it still: not once the other half is dropped. A stream may have come to its
/// end long before the work on it has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted(Option<Weak<()>>);

/// Whoever waits for a thread.
pub(crate) struct Waiter {
    _alive: Arc<()>,
}

/// Both halves.
pub(crate) fn wanted() -> (Waiter, Wanted) {
    let alive = Arc::new(());
    let wanted = Wanted(Some(Arc::downgrade(&alive)));
    (Waiter { _alive: alive }, wanted)
}

impl Wanted {
    /// # Errors
    ///
    /// Where nobody waits any more.
    pub(crate) fn check(&self) -> io::Result<()> {
        match &self.0 {
            Some(alive) if alive.strong_count() == 0 => Err(given_up()),
            _ => Ok(()),
        }
    }
}

/// A writer that takes nothing any more when nobody waits for it.
pub(crate) struct WhileWanted<W> {
    pub(crate) out: W,
    pub(crate) wanted: Wanted,
}

impl<W: Write> Write for WhileWanted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wanted.check()?;
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn given_up() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "it was given up")
}

/// Buffers that were used, to be used again: what one thread allocates and another frees is kept by most allocators
/// for long, and a large stream would take many times what it holds.
#[derive(Clone, Default)]
struct Pool(Arc<Mutex<Vec<Vec<u8>>>>);

/// A buffer that goes back when nobody needs it.
struct Pooled {
    bytes: Vec<u8>,
    pool: Pool,
}

impl Pool {
    fn take(&self) -> Vec<u8> {
        let spare = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        spare.unwrap_or_else(|| Vec::with_capacity(PIECE))
    }
}

impl AsRef<[u8]> for Pooled {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        self.pool.0.lock().unwrap_or_else(PoisonError::into_inner).push(bytes);
    }
}

impl Inlet {
    /// Takes as much as fits into the piece that was begun, and says how much that was.
    fn fill(&mut self, bytes: &[u8]) -> usize {
        if self.begun.capacity() == 0 {
            self.begun = self.pool.take();
        }
        let taken = bytes.len().min(PIECE - self.begun.len());
        self.begun.extend_from_slice(&bytes[..taken]);
        taken
    }

    /// The piece that was begun, where it is whole, or the last.
    fn piece(&mut self, is_last: bool) -> Option<Piece> {
        let is_due = self.begun.len() == PIECE || is_last && !self.begun.is_empty();
        let bytes = is_due.then(|| std::mem::take(&mut self.begun))?;
        Some(Piece::Bytes(Bytes::from_owner(Pooled { bytes, pool: self.pool.clone() })))
    }

    /// Hands on some bytes; false where nobody wants more.
    pub(crate) async fn send(&mut self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            let taken = self.fill(bytes);
            bytes = &bytes[taken..];
            if let Some(piece) = self.piece(false)
                && self.pieces.send(piece).await.is_err()
            {
                return false;
            }
        }
        true
    }

    /// Says that this was all.
    pub(crate) async fn end(mut self) {
        // A reader that has seen enough says itself why.
        for piece in self.piece(true).into_iter().chain([Piece::End]) {
            let _ = self.pieces.send(piece).await;
        }
    }

    /// The same, from a thread.
    pub(crate) fn end_blocking(mut self) {
        for piece in self.piece(true).into_iter().chain([Piece::End]) {
            let _ = self.pieces.blocking_send(piece);
        }
    }
}

impl Write for Inlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.fill(bytes);
        if let Some(piece) = self.piece(false) {
            self.pieces.blocking_send(piece).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        }
        Ok(taken)
    }

    /// Pieces are of one size: there is nothing to flush before the end.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Outlet {
    /// The next piece; nothing at the end.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Bytes>> {
        if self.is_over {
            return Ok(None);
        }
        let piece = self.pieces.recv().await;
        self.taken(piece)
    }

    /// The rest, as a request's body takes it.
    pub(crate) fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        stream::unfold(Some(self), |outlet| async {
            let mut outlet = outlet?;
            match outlet.next().await {
                Ok(Some(piece)) => Some((Ok(piece), Some(outlet))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        })
    }

    fn taken(&mut self, piece: Option<Piece>) -> io::Result<Option<Bytes>> {
        match piece {
            Some(Piece::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Piece::End) => {
                self.is_over = true;
                Ok(None)
            }
            None => Err(given_up()),
        }
    }
}

impl Read for Outlet {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !self.is_over {
            let piece = self.pieces.blocking_recv();
            self.piece = self.taken(piece)?.unwrap_or_default();
        }
        let size = out.len().min(self.piece.len());
        self.piece.copy_to_slice(&mut out[..size]);
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_up_does_not_end() {
        let (mut inlet, mut outlet) = pipe();
        inlet.write_all(&[b'a'; PIECE + 1]).expect("room");
        drop(inlet);
        let mut out = Vec::new();
        assert!(outlet.read_to_end(&mut out).is_err());
        assert_eq!(out.len(), PIECE);

        let (mut inlet, mut outlet) = pipe();
        inlet.write_all(b"ab").expect("room");
        inlet.end_blocking();
        let mut out = Vec::new();
        outlet.read_to_end(&mut out).expect("all of it");
        assert_eq!((out.as_slice(), outlet.read(&mut [0]).expect("the end")), (b"ab".as_slice(), 0));
    }

    #[test]
    fn a_thread_knows_when_nobody_waits_for_it() {
        let (waiter, wanted) = wanted();
        assert!(wanted.check().is_ok() && Wanted::default().check().is_ok());
        drop(waiter);
        assert!(wanted.clone().check().is_err());
    }

    #[test]
    fn nobody_reads_what_nobody_wants() {
        let (mut inlet, outlet) = pipe();
        drop(outlet);
        assert_eq!(inlet.write_all(&[0; PIECE]).expect_err("no reader").kind(), io::ErrorKind::BrokenPipe);
    }
}
