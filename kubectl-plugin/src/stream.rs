//! Bytes between the network and a thread that reads or writes files.
//!
//! What is given up on either side is an error on the other, never an end: half a stream is taken for a whole one by
//! nobody.

use std::io::{self, Read, Write};

use bytes::{Buf, Bytes};
use futures_util::{Stream, stream};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How many pieces wait at most.
const MOST_WAITING: usize = 16;

enum Piece {
    Bytes(Bytes),
    End,
}

/// The side that bytes go into.
pub(crate) struct Inlet(Sender<Piece>);

/// The side that they come out of.
pub(crate) struct Outlet {
    pieces: Receiver<Piece>,
    piece: Bytes,
    is_over: bool,
}

/// Two ends of one stream, which holds a few pieces.
pub(crate) fn pipe() -> (Inlet, Outlet) {
    let (sender, pieces) = channel(MOST_WAITING);
    (Inlet(sender), Outlet { pieces, piece: Bytes::new(), is_over: false })
}

impl Inlet {
    /// Hands on a piece; false where nobody wants more.
    pub(crate) async fn send(&self, piece: Bytes) -> bool {
        self.0.send(Piece::Bytes(piece)).await.is_ok()
    }

    /// Says that this was all.
    pub(crate) async fn end(self) {
        // A reader that has seen enough says itself why.
        let _ = self.0.send(Piece::End).await;
    }

    /// The same, from a thread.
    pub(crate) fn end_blocking(self) {
        let _ = self.0.blocking_send(Piece::End);
    }
}

impl Write for Inlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Piece::Bytes(Bytes::copy_from_slice(bytes));
        self.0.blocking_send(piece).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

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
            None => Err(io::Error::new(io::ErrorKind::ConnectionAborted, "it was given up")),
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
        inlet.write_all(b"ab").expect("room");
        drop(inlet);
        let mut out = Vec::new();
        assert!(outlet.read_to_end(&mut out).is_err());
        assert_eq!(out, b"ab");

        let (mut inlet, mut outlet) = pipe();
        inlet.write_all(b"ab").expect("room");
        inlet.end_blocking();
        let mut out = Vec::new();
        outlet.read_to_end(&mut out).expect("all of it");
        assert_eq!((out.as_slice(), outlet.read(&mut [0]).expect("the end")), (b"ab".as_slice(), 0));
    }

    #[test]
    fn nobody_reads_what_nobody_wants() {
        let (mut inlet, outlet) = pipe();
        drop(outlet);
        assert_eq!(inlet.write(b"a").expect_err("no reader").kind(), io::ErrorKind::BrokenPipe);
    }
}
