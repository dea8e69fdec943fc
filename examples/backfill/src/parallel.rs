//! Runs work on all cores and returns the results in input order. Memory holds only a few items,
//! however long the input is.

use std::thread;

use anyhow::{Context, Result};
use crossbeam_channel::{Receiver, Sender, bounded};

/// Passes every item to `work`, and the results to `take` in input order. An error from `take`
/// stops everything.
pub(crate) fn in_order<T: Send, U: Send>(
    items: impl Iterator<Item = T> + Send,
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
                for (item, reply) in jobs {
                    // If `take` has failed, nobody receives the result.
                    drop(reply.send(work(item)));
                }
            });
        }
        drop(jobs);
        scope.spawn(move || {
            for item in items {
                let (reply, result) = bounded(1);
                // The receivers are queued in input order, so the results keep this order.
                if to_taker.send(result).is_err() || to_workers.send((item, reply)).is_err() {
                    break;
                }
            }
        });
        for result in results {
            take(result.recv().context("a worker thread panicked")?)?;
        }
        Ok(())
    })
}
