//! One gzip stream, compressed on all cores.
//!
//! The stream is cut into blocks of one size. Each is compressed knowing the 32 KiB before it and ends at
//! a whole byte, so that the blocks, one behind the other, are one member that every reader reads. What
//! comes out depends on what goes in alone: not on the number of cores, their kind or their pace.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::mem;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use flate2::Crc;

use super::deflate::{Deflate, WINDOW};

/// The sizes are the same within 0.1 % for 128 KiB, 256 KiB and 1 MiB.
const BLOCK: usize = 256 * 1024;

/// More threads than this would wait for the one that reads.
const MOST_THREADS: usize = 8;

/// What Go writes: deflate, no flags, no time, unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// A writer that compresses. Nothing is complete before [`Gzip::finish`].
pub(crate) struct Gzip<W> {
    out: W,
    /// The end of the block before, and a block.
    bytes: Vec<u8>,
    /// Where the block begins.
    from: usize,
    jobs: SyncSender<Job>,
    /// The blocks on their way, in the order of the stream.
    pending: VecDeque<Receiver<Compressed>>,
    most_pending: usize,
    /// To be used again: what one thread allocates and another frees is kept by most allocators for long.
    spare: Vec<Buffers>,
    crc: Crc,
}

/// What goes to a thread and comes back.
#[derive(Default)]
struct Buffers {
    bytes: Vec<u8>,
    compressed: Vec<u8>,
}

struct Job {
    buffers: Buffers,
    from: usize,
    is_last: bool,
    done: SyncSender<Compressed>,
}

struct Compressed {
    buffers: Buffers,
    crc: Crc,
}

impl<W: Write> Gzip<W> {
    /// Begins a stream, on as many threads as there are cores.
    pub(crate) fn new(out: W) -> io::Result<Self> {
        let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        Self::with_threads(out, threads)
    }

    fn with_threads(mut out: W, threads: usize) -> io::Result<Self> {
        let (jobs, queue) = sync_channel::<Job>(threads);
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..threads {
            let queue = Arc::clone(&queue);
            // A thread ends when the sender is gone, be the stream finished or given up.
            thread::Builder::new().name("gzip".to_owned()).spawn(move || work(&queue))?;
        }
        out.write_all(&HEADER)?;
        Ok(Self {
            out,
            bytes: Vec::with_capacity(WINDOW + BLOCK),
            from: 0,
            jobs,
            pending: VecDeque::new(),
            most_pending: 2 * threads,
            spare: Vec::new(),
            crc: Crc::new(),
        })
    }

    /// Ends the stream and returns what it was written to.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.send(true)?;
        while !self.pending.is_empty() {
            self.receive()?;
        }
        self.out.write_all(&self.crc.sum().to_le_bytes())?;
        // The format counts modulo 2^32, and so does the sum.
        self.out.write_all(&self.crc.amount().to_le_bytes())?;
        Ok(self.out)
    }

    fn send(&mut self, is_last: bool) -> io::Result<()> {
        if self.pending.len() >= self.most_pending {
            self.receive()?;
        }
        let Buffers { bytes: mut next, compressed } = self.spare.pop().unwrap_or_default();
        let tail = &self.bytes[self.bytes.len().saturating_sub(WINDOW)..];
        next.clear();
        next.reserve_exact(WINDOW + BLOCK);
        next.extend_from_slice(tail);
        let from = mem::replace(&mut self.from, tail.len());
        let bytes = mem::replace(&mut self.bytes, next);
        let (done, result) = sync_channel(1);
        let buffers = Buffers { bytes, compressed };
        self.jobs.send(Job { buffers, from, is_last, done }).map_err(|_| lost_worker())?;
        self.pending.push_back(result);
        Ok(())
    }

    /// Writes the oldest block that is on its way.
    fn receive(&mut self) -> io::Result<()> {
        let Some(oldest) = self.pending.pop_front() else {
            return Ok(());
        };
        let compressed = oldest.recv().map_err(|_| lost_worker())?;
        self.crc.combine(&compressed.crc);
        self.out.write_all(&compressed.buffers.compressed)?;
        self.spare.push(compressed.buffers);
        Ok(())
    }
}

impl<W: Write> Write for Gzip<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() == self.from + BLOCK {
            self.send(false)?;
        }
        let taken = bytes.len().min(self.from + BLOCK - self.bytes.len());
        self.bytes.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// Blocks are of one size: there is nothing to flush before the end.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn lost_worker() -> io::Error {
    io::Error::other("a thread that compresses has ended")
}

/// Compresses blocks until there are no more.
fn work(queue: &Mutex<Receiver<Job>>) {
    let mut deflate = Deflate::new();
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { mut buffers, from, is_last, done }) = job else {
            return;
        };
        deflate.piece(&buffers.bytes, from, is_last, &mut buffers.compressed);
        let mut crc = Crc::new();
        crc.update(&buffers.bytes[from..]);
        // Whoever gave the stream up does not wait for it.
        let _ = done.send(Compressed { buffers, crc });
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use flate2::read::GzDecoder;

    use super::{BLOCK, Gzip};

    /// Text that repeats and varies.
    fn text(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let mut text = Vec::new();
        while text.len() < length {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.extend(format!("key-{}: {:x}\n", state >> 28, state >> 8).bytes());
        }
        text.truncate(length);
        text
    }

    fn compressed(content: &[u8], threads: usize, step: usize) -> Vec<u8> {
        let mut gzip = Gzip::with_threads(Vec::new(), threads).expect("threads");
        for part in content.chunks(step) {
            gzip.write_all(part).expect("a vector takes everything");
        }
        gzip.finish().expect("a vector takes everything")
    }

    #[test]
    fn what_is_compressed_is_read_back() {
        for length in [0, 1, 1000, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK + 77] {
            let content = text(length);
            let mut back = Vec::new();
            GzDecoder::new(compressed(&content, 2, 9_999).as_slice()).read_to_end(&mut back).expect("one member");
            assert!(back == content, "{length} bytes");
        }
    }

    #[test]
    fn neither_threads_nor_pieces_show() {
        let content = text(9 * BLOCK + 5);
        let one = compressed(&content, 1, content.len());
        for (threads, step) in [(2, 1000), (7, 3 * BLOCK), (4, 4096)] {
            assert!(compressed(&content, threads, step) == one, "{threads} threads, pieces of {step}");
        }
        assert!(one.len() < content.len() / 2);
    }

    #[test]
    fn a_stream_that_is_given_up_ends_its_threads() {
        let mut gzip = Gzip::with_threads(Vec::new(), 3).expect("threads");
        gzip.write_all(&text(20 * BLOCK)).expect("a vector takes everything");
        drop(gzip);
    }
}
