//! The tar stream inside a layer, block by block, within limits. It is decompressed by a thread of its own, while
//! files are written by another: either takes as long as the other.

use std::io::{self, BufRead, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{Builder, Scope};

use flate2::bufread::MultiGzDecoder;
use kubectl_oci_core::compat::archive::BLOCK;

use super::unpack::{Limits, UnpackError};

/// The part of a gzip header that is always there.
const HEADER: usize = 10;

/// The size of a piece that is handed over.
const PIECE: usize = 128 * 1024;

/// How many pieces wait at most.
const MOST_WAITING: usize = 4;

/// Why a tar stream cannot be read on. What was being read is for the caller to say, as Flux does.
#[derive(Debug)]
pub(super) enum Fault {
    /// In Go's words.
    Corrupt(String),
    /// It has come to its end too early.
    Cut,
    Other(UnpackError),
}

impl Fault {
    /// The error, with what was being done before Go's words.
    pub(super) fn during(self, what: &str) -> UnpackError {
        match self {
            Self::Corrupt(words) => UnpackError::Refused(format!("{what}: {words}")),
            Self::Cut => UnpackError::Refused(format!("{what}: unexpected EOF")),
            Self::Other(error) => error,
        }
    }
}

/// A tar stream that is being decompressed.
pub(super) struct Inflate {
    stream: Ahead,
    limits: Limits,
    watch: Arc<Watch>,
    unpacked: u64,
}

/// What is known of the reading of a layer.
#[derive(Default)]
struct Watch {
    packed: AtomicU64,
    has_failed: AtomicBool,
}

/// Looks at the header of a layer and returns it; what is not compressed is refused as Flux refuses it.
pub(super) fn header(layer: &mut impl Read) -> Result<Vec<u8>, UnpackError> {
    let mut header = Vec::with_capacity(HEADER);
    layer.by_ref().take(HEADER as u64).read_to_end(&mut header).map_err(UnpackError::Read)?;
    let fault = match header.as_slice() {
        [0x1f, 0x8b, 8, ..] if header.len() == HEADER => None,
        [] => Some("EOF"),
        _ if header.len() < HEADER => Some("unexpected EOF"),
        _ => Some("gzip: invalid header"),
    };
    match fault {
        Some(fault) => Err(UnpackError::Refused(format!("requires gzip-compressed body: {fault}"))),
        None => Ok(header),
    }
}

impl Inflate {
    /// Begins to decompress a layer whose header was read. The thread ends with the layer, or soon after nobody wants
    /// more.
    pub(super) fn start<'scope, R: BufRead + Send + 'scope>(
        scope: &'scope Scope<'scope, '_>,
        header: Vec<u8>,
        layer: R,
        limits: Limits,
    ) -> Result<Self, UnpackError> {
        let watch = Arc::new(Watch::default());
        let watched = Watched { inner: Cursor::new(header).chain(layer), watch: Arc::clone(&watch) };
        let (sender, pieces) = sync_channel(MOST_WAITING);
        let (spare, spares) = channel();
        let decoder = MultiGzDecoder::new(watched);
        let thread = Builder::new().spawn_scoped(scope, move || inflate(decoder, &sender, &spares));
        thread.map_err(UnpackError::Read)?;
        let stream = Ahead { pieces, spare, piece: Vec::new(), at: 0 };
        Ok(Self { stream, limits, watch, unpacked: 0 })
    }

    /// The next block; none where the stream ends before it.
    pub(super) fn block(&mut self) -> Result<Option<[u8; BLOCK]>, Fault> {
        let mut block = [0; BLOCK];
        match self.fill(&mut block)? {
            0 => Ok(None),
            BLOCK => Ok(Some(block)),
            _ => Err(Fault::Cut),
        }
    }

    /// So many bytes, at most as many as are reasonable to hold.
    pub(super) fn bytes(&mut self, size: usize) -> Result<Vec<u8>, Fault> {
        let mut bytes = vec![0; size];
        if self.fill(&mut bytes)? < size { Err(Fault::Cut) } else { Ok(bytes) }
    }

    /// Hands over a content piece by piece.
    pub(super) fn content<E>(&mut self, size: u64, mut take: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E>
    where
        E: From<Fault>,
    {
        let mut left = size;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX);
            let piece = match self.stream.fill_buf() {
                Ok([]) => return Err(Fault::Cut.into()),
                Ok(buffer) => &buffer[..buffer.len().min(most)],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(fault(error, &self.watch).into()),
            };
            take(piece)?;
            let taken = piece.len();
            self.stream.consume(taken);
            left -= taken as u64;
            self.count(taken)?;
        }
        Ok(())
    }

    /// Drops the padding behind a content. The stream may end within it, as for Go.
    pub(super) fn padding(&mut self, size: u64) -> Result<(), Fault> {
        let over = usize::try_from(size % BLOCK as u64).unwrap_or_default();
        let mut padding = [0; BLOCK];
        self.fill(&mut padding[..(BLOCK - over) % BLOCK]).map(drop)
    }

    /// Fills a buffer as far as the stream goes.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.stream.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(fault(error, &self.watch)),
            }
        }
        self.count(filled)?;
        Ok(filled)
    }

    fn count(&mut self, bytes: usize) -> Result<(), Fault> {
        self.unpacked += bytes as u64;
        let allowed =
            self.watch.packed.load(Ordering::Relaxed).saturating_mul(self.limits.ratio).max(Limits::RATIO_FROM);
        if self.unpacked <= allowed {
            return Ok(());
        }
        let ratio = self.limits.ratio;
        let text = format!("it is compressed more than {ratio} times, as what is meant to fill a disk");
        Err(Fault::Other(UnpackError::Unsafe(text)))
    }
}

/// Go's words for what is wrong with a compressed stream.
fn fault(error: io::Error, watch: &Watch) -> Fault {
    if watch.has_failed.load(Ordering::Relaxed) {
        return Fault::Other(UnpackError::Read(error));
    }
    let text = error.to_string();
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Fault::Cut,
        _ if text.contains("header") => Fault::Corrupt("gzip: invalid header".to_owned()),
        _ if text.contains("checksum") => Fault::Corrupt("gzip: invalid checksum".to_owned()),
        _ => Fault::Corrupt("flate: corrupt input".to_owned()),
    }
}

/// Decompresses until the end, an error, or nobody wants more.
fn inflate(mut stream: impl Read, pieces: &SyncSender<io::Result<Vec<u8>>>, spares: &Receiver<Vec<u8>>) {
    loop {
        let mut piece = spares.try_recv().unwrap_or_default();
        piece.resize(PIECE, 0);
        let mut filled = 0;
        let mut error = None;
        while filled < PIECE && error.is_none() {
            match stream.read(&mut piece[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(failed) if failed.kind() == io::ErrorKind::Interrupted => {}
                Err(failed) => error = Some(failed),
            }
        }
        let is_last = filled < PIECE;
        piece.truncate(filled);
        if filled > 0 && pieces.send(Ok(piece)).is_err() {
            return;
        }
        if let Some(error) = error {
            // Where nobody listens any more, nobody needs to know.
            let _ = pieces.send(Err(error));
        }
        if is_last {
            return;
        }
    }
}

/// Reads what is there already.
fn read_buffered(from: &mut impl BufRead, buffer: &mut [u8]) -> io::Result<usize> {
    let piece = from.fill_buf()?;
    let read = piece.len().min(buffer.len());
    buffer[..read].copy_from_slice(&piece[..read]);
    from.consume(read);
    Ok(read)
}

/// What was decompressed ahead.
struct Ahead {
    pieces: Receiver<io::Result<Vec<u8>>>,
    /// The way back of pieces that were used, to be used again.
    spare: Sender<Vec<u8>>,
    piece: Vec<u8>,
    at: usize,
}

impl BufRead for Ahead {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.piece.len() {
            self.at = 0;
            // The thread may be done and need no more.
            let _ = self.spare.send(std::mem::take(&mut self.piece));
            if let Ok(piece) = self.pieces.recv() {
                self.piece = piece?;
            }
        }
        Ok(&self.piece[self.at..])
    }

    fn consume(&mut self, bytes: usize) {
        self.at += bytes;
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

/// A reader that says how much was read and whether reading failed.
struct Watched<R> {
    inner: R,
    watch: Arc<Watch>,
}

impl<R: BufRead> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

impl<R: BufRead> BufRead for Watched<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let filled = self.inner.fill_buf();
        if filled.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted) {
            self.watch.has_failed.store(true, Ordering::Relaxed);
        }
        filled
    }

    fn consume(&mut self, bytes: usize) {
        self.watch.packed.fetch_add(bytes as u64, Ordering::Relaxed);
        self.inner.consume(bytes);
    }
}
