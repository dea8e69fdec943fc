//! Work on all cores, its results in the order of its input; memory holds a few pieces, however long the input.

use std::thread;

use anyhow::{Context, Result};
use crossbeam_channel::{Receiver, Sender, bounded};

/// Gives every piece to `work`, and what becomes of it to `take`, in order. An error of `take` ends it all.
pub(crate) fn in_order<T: Send, U: Send>(
    pieces: impl Iterator<Item = T> + Send,
    work: impl Fn(T) -> U + Sync,
    mut take: impl FnMut(U) -> Result<()>,
) -> Result<()> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let (to_workers, jobs) = bounded::<(T, Sender<U>)>(workers);
    let (to_taker, results) = bounded::<Receiver<U>>(2 * workers);
    thread::scope(|scope| {
        for _ in 0..workers {
            let (jobs, work) = (jobs.clone(), &work);
            scope.spawn(move || {
                for (piece, reply) in jobs {
                    // Nobody waits for it where the taker has failed.
                    drop(reply.send(work(piece)));
                }
            });
        }
        drop(jobs);
        scope.spawn(move || {
            for piece in pieces {
                let (reply, result) = bounded(1);
                if to_taker.send(result).is_err() || to_workers.send((piece, reply)).is_err() {
                    break;
                }
            }
        });
        for result in results {
            take(result.recv().context("a worker has stopped")?)?;
        }
        Ok(())
    })
}
