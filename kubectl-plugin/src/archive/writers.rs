//! Files of an archive on their way to the disk. Making files and filling them takes as long as decompressing them, and
//! much longer where a file system has just removed others: it is done by threads of their own, whole files at once.
//!
//! Whoever reads the archive makes the folders, in its order, and sees to it that no two files on their way have the
//! same name ([`Writers::wait`]).

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, Scope, available_parallelism};

use super::target::{Time, new_file, set_time};
use super::unpack::UnpackError;

/// Files of more bytes are written piece by piece by the reader: they need not be held.
pub(super) const MOST_BYTES: u64 = 256 * 1024;

/// A batch is handed over when it has so many bytes or files.
const BATCH_BYTES: usize = 256 * 1024;
const BATCH_FILES: usize = 64;

/// How many batches wait at most.
const MOST_WAITING: usize = 4;

/// More threads than this would wait for the one that reads.
const MOST_THREADS: usize = 4;

/// Threads that make and fill files.
pub(super) struct Writers {
    jobs: SyncSender<Batch>,
    /// Batches that were written, to be used again.
    spares: Receiver<Batch>,
    /// How many batches are on their way.
    pending: usize,
    batch: Batch,
    failed: Failed,
}

/// What went wrong first.
type Failed = Arc<Mutex<Option<UnpackError>>>;

/// Some files and their contents, one behind the other.
#[derive(Default)]
struct Batch {
    content: Vec<u8>,
    files: Vec<Waiting>,
}

struct Waiting {
    path: PathBuf,
    mode: u32,
    /// Where its content ends in that of the batch.
    end: usize,
    time: Time,
}

impl Writers {
    /// As many threads as there are cores. They end when this is dropped or finished.
    pub(super) fn start<'scope>(scope: &'scope Scope<'scope, '_>) -> Result<Self, UnpackError> {
        let threads = available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let (jobs, queue) = sync_channel(MOST_WAITING);
        let (spare, spares) = channel();
        let queue = Arc::new(Mutex::new(queue));
        let failed = Failed::default();
        for _ in 0..threads {
            let (queue, spare, failed) = (Arc::clone(&queue), spare.clone(), Arc::clone(&failed));
            let thread = Builder::new().spawn_scoped(scope, move || work(&queue, &spare, &failed));
            thread.map_err(UnpackError::Read)?;
        }
        Ok(Self { jobs, spares, pending: 0, batch: Batch::default(), failed })
    }

    /// Where the content of the next file goes, behind what is there.
    pub(super) fn content(&mut self) -> &mut Vec<u8> {
        &mut self.batch.content
    }

    /// A file whose content is now complete.
    pub(super) fn add(&mut self, path: PathBuf, mode: u32, time: Time) -> Result<(), UnpackError> {
        let end = self.batch.content.len();
        self.batch.files.push(Waiting { path, mode, end, time });
        if end >= BATCH_BYTES || self.batch.files.len() == BATCH_FILES {
            self.hand_over()?;
        }
        Ok(())
    }

    /// Waits until everything is written that was added.
    pub(super) fn wait(&mut self) -> Result<(), UnpackError> {
        self.hand_over()?;
        while self.pending > 0 && self.spares.recv().is_ok() {
            self.pending -= 1;
        }
        failure(&self.failed)
    }

    fn hand_over(&mut self) -> Result<(), UnpackError> {
        let next = match self.spares.try_recv() {
            Ok(spare) => {
                self.pending -= 1;
                spare
            }
            Err(_) => Batch::default(),
        };
        let batch = std::mem::replace(&mut self.batch, next);
        // Threads end when this does.
        self.pending += usize::from(self.jobs.send(batch).is_ok());
        failure(&self.failed)
    }
}

fn failure(failed: &Failed) -> Result<(), UnpackError> {
    failed.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
}

fn work(queue: &Mutex<Receiver<Batch>>, spare: &Sender<Batch>, failed: &Failed) {
    loop {
        let batch = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(mut batch) = batch else { return };
        if let Err(error) = write(&mut batch) {
            failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
        batch.content.clear();
        // Nobody may need it any more.
        let _ = spare.send(batch);
    }
}

fn write(batch: &mut Batch) -> Result<(), UnpackError> {
    let mut begin = 0;
    for Waiting { path, mode, end, time } in batch.files.drain(..) {
        let content = batch.content.get(begin..end).unwrap_or_default();
        let mut file = new_file(&path, mode)?;
        file.write_all(content).map_err(|error| UnpackError::Write { path, error })?;
        set_time(&file, time);
        begin = end;
    }
    Ok(())
}
