//! Files of an archive on their way to the disk. Making a file and filling it take about as long as decompressing it:
//! files are made in the order of the archive by whoever reads it, and filled by threads of their own, several at a
//! time, whole files at once.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, Scope, available_parallelism};

use super::target::{Time, set_time};
use super::unpack::UnpackError;

/// Files of more bytes are written piece by piece by the reader: they need not be held.
pub(super) const MOST_BYTES: u64 = 256 * 1024;

/// A batch is handed over when it has so many bytes or files. Each file in it is open.
const BATCH_BYTES: usize = 128 * 1024;
const BATCH_FILES: usize = 16;

/// How many batches wait at most.
const MOST_WAITING: usize = 4;

/// More threads than this would wait for the one that reads.
const MOST_THREADS: usize = 4;

/// Threads that fill files.
pub(super) struct Writers {
    jobs: SyncSender<Batch>,
    /// Batches that were written, to be used again.
    spares: Receiver<Batch>,
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
    file: File,
    path: PathBuf,
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
        Ok(Self { jobs, spares, batch: Batch::default(), failed })
    }

    /// Where the content of the next file goes, behind what is there.
    pub(super) fn content(&mut self) -> &mut Vec<u8> {
        &mut self.batch.content
    }

    /// A file whose content is now complete.
    pub(super) fn add(&mut self, file: File, path: PathBuf, time: Time) -> Result<(), UnpackError> {
        let end = self.batch.content.len();
        self.batch.files.push(Waiting { file, path, end, time });
        if end >= BATCH_BYTES || self.batch.files.len() == BATCH_FILES {
            self.hand_over()?;
        }
        Ok(())
    }

    fn hand_over(&mut self) -> Result<(), UnpackError> {
        let next = self.spares.try_recv().unwrap_or_default();
        let batch = std::mem::replace(&mut self.batch, next);
        // Without threads there would be an error, which comes next.
        let _ = self.jobs.send(batch);
        failure(&self.failed)
    }

    /// Waits until all is written.
    pub(super) fn finish(mut self) -> Result<(), UnpackError> {
        self.hand_over()?;
        let Self { jobs, spares, failed, .. } = self;
        drop(jobs);
        // Comes to its end when the last thread has.
        spares.iter().for_each(drop);
        failure(&failed)
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
    for Waiting { mut file, path, end, time } in batch.files.drain(..) {
        let content = batch.content.get(begin..end).unwrap_or_default();
        file.write_all(content).map_err(|error| UnpackError::Write { path, error })?;
        set_time(&file, time);
        begin = end;
    }
    Ok(())
}
