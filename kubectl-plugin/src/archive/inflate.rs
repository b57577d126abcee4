//! The tar stream inside a layer, block by block, within limits.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;
use kubectl_oci_core::compat::archive::BLOCK;

use super::unpack::{Limits, UnpackError};

/// The part of a gzip header that is always there.
const HEADER: usize = 10;

/// A layer, the header that was looked at put back.
type Whole<R> = Chain<Cursor<Vec<u8>>, R>;

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
pub(super) struct Inflate<R> {
    stream: BufReader<MultiGzDecoder<Watched<Whole<R>>>>,
    limits: Limits,
    packed: Rc<Cell<u64>>,
    has_failed: Rc<Cell<bool>>,
    unpacked: u64,
}

impl<R: BufRead> Inflate<R> {
    /// Looks at the header; what is not compressed is refused as Flux refuses it.
    pub(super) fn new(mut layer: R, limits: Limits) -> Result<Self, UnpackError> {
        let mut header = Vec::with_capacity(HEADER);
        layer.by_ref().take(HEADER as u64).read_to_end(&mut header).map_err(UnpackError::Read)?;
        let fault = match header.as_slice() {
            [0x1f, 0x8b, 8, ..] if header.len() == HEADER => None,
            [] => Some("EOF"),
            _ if header.len() < HEADER => Some("unexpected EOF"),
            _ => Some("gzip: invalid header"),
        };
        if let Some(fault) = fault {
            return Err(UnpackError::Refused(format!("requires gzip-compressed body: {fault}")));
        }
        let (packed, has_failed) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(false)));
        let inner = Cursor::new(header).chain(layer);
        let watched = Watched { inner, packed: Rc::clone(&packed), has_failed: Rc::clone(&has_failed) };
        let stream = BufReader::with_capacity(128 * 1024, MultiGzDecoder::new(watched));
        Ok(Self { stream, limits, packed, has_failed, unpacked: 0 })
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
                Err(error) => return Err(fault(error, &self.has_failed).into()),
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
                Err(error) => return Err(fault(error, &self.has_failed)),
            }
        }
        self.count(filled)?;
        Ok(filled)
    }

    fn count(&mut self, bytes: usize) -> Result<(), Fault> {
        self.unpacked += bytes as u64;
        let allowed = self.packed.get().saturating_mul(self.limits.ratio).max(Limits::RATIO_FROM);
        if self.unpacked <= allowed {
            return Ok(());
        }
        let ratio = self.limits.ratio;
        let text = format!("it is compressed more than {ratio} times, as what is meant to fill a disk");
        Err(Fault::Other(UnpackError::Unsafe(text)))
    }
}

/// Go's words for what is wrong with a compressed stream.
fn fault(error: io::Error, has_failed: &Cell<bool>) -> Fault {
    if has_failed.get() {
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

/// A reader that says how much was read and whether reading failed.
struct Watched<R> {
    inner: R,
    packed: Rc<Cell<u64>>,
    has_failed: Rc<Cell<bool>>,
}

impl<R: BufRead> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let piece = self.fill_buf()?;
        let read = piece.len().min(buffer.len());
        buffer[..read].copy_from_slice(&piece[..read]);
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Watched<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let filled = self.inner.fill_buf();
        if filled.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted) {
            self.has_failed.set(true);
        }
        filled
    }

    fn consume(&mut self, bytes: usize) {
        self.packed.set(self.packed.get() + bytes as u64);
        self.inner.consume(bytes);
    }
}
