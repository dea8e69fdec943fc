//! Maps lines on all cores and writes the results in input order. Memory holds only a few batches,
//! however long the input is.

use std::io::{self, BufRead, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Whole lines from one read. A batch does not wait for more input, so a program that writes one
/// line and waits gets the output of this line.
struct Batch {
    first: usize,
    lines: Vec<u8>,
    reply: SyncSender<io::Result<Vec<u8>>>,
}

/// Calls `map` for every line that is not blank, with the line's number from 1 and the output
/// buffer, and writes the buffers in order.
pub(crate) fn map(
    mut input: impl BufRead,
    mut out: impl Write + Send,
    map: impl Fn(usize, &[u8], &mut Vec<u8>) -> io::Result<()> + Sync,
) -> io::Result<()> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let (to_workers, batches) = sync_channel::<Batch>(workers);
    let batches = Mutex::new(batches);
    let (to_writer, outputs) = sync_channel::<Receiver<io::Result<Vec<u8>>>>(2 * workers);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| work(&batches, &map));
        }
        let writer = scope.spawn(move || {
            for output in outputs {
                let Ok(output) = output.recv() else { break };
                out.write_all(&output?)?;
                // A program may wait for this output before it writes its next line.
                out.flush()?;
            }
            Ok(())
        });
        let mut first = 1;
        let read = loop {
            let lines = match read_lines(&mut input) {
                Ok(lines) if lines.is_empty() => break Ok(()),
                Ok(lines) => lines,
                Err(error) => break Err(error),
            };
            let breaks = split(&lines).count() - 1;
            let (reply, output) = sync_channel(1);
            // If the writer has ended, it has failed, and its own error is returned below.
            if to_writer.send(output).is_err() || to_workers.send(Batch { first, lines, reply }).is_err() {
                break Ok(());
            }
            first += breaks;
        };
        drop((to_workers, to_writer));
        writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).and(read)
    })
}

fn work(batches: &Mutex<Receiver<Batch>>, map: impl Fn(usize, &[u8], &mut Vec<u8>) -> io::Result<()>) {
    let next = || batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok(Batch { first, lines, reply }) = next() {
        let mut output = Vec::new();
        let mut lines = (first..).zip(split(&lines)).filter(|(_, line)| !line.trim_ascii().is_empty());
        let mapped = lines.try_for_each(|(number, line)| map(number, line, &mut output));
        // If the writer has ended, nobody receives the result.
        drop(reply.send(mapped.map(|()| output)));
    }
}

fn split(lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    lines.split(|byte| *byte == b'\n')
}

/// Reads up to the end of a line. Returns nothing at the end of the input.
fn read_lines(input: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut lines = Vec::new();
    loop {
        let read = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let end = read.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
        let taken = end.unwrap_or(read.len());
        lines.extend_from_slice(&read[..taken]);
        input.consume(taken);
        if end.is_some() || taken == 0 {
            return Ok(lines);
        }
    }
}
