//! Shows the progress: a bar on a terminal, otherwise a line every few seconds.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};

/// The pause between two lines.
const PAUSE: Duration = Duration::from_secs(5);
const STYLE: &str = "{prefix} {wide_bar} {percent}% {msg}";

pub(crate) struct Progress {
    label: &'static str,
    unit: &'static str,
    bar: Option<ProgressBar>,
    began: Instant,
    last_line: Instant,
    /// The total number of bytes; 0 if it is unknown.
    total: u64,
    /// The number of bytes that an earlier run had processed.
    start: u64,
    count: u64,
}

impl Progress {
    pub(crate) fn new(label: &'static str, unit: &'static str, total: u64, start: u64) -> Self {
        let bar = stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template(STYLE).unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(total.max(1)).with_style(style).with_prefix(label)
        });
        let now = Instant::now();
        Self { label, unit, bar, began: now, last_line: now, total, start, count: 0 }
    }

    /// Adds `count` items and sets the number of processed bytes.
    pub(crate) fn advance(&mut self, count: u64, bytes: u64) {
        self.count += count;
        match &self.bar {
            Some(bar) => {
                bar.set_position(bytes);
                bar.set_message(self.message(bytes));
            }
            None if self.last_line.elapsed() >= PAUSE => {
                self.last_line = Instant::now();
                say(&format!("{}: {}", self.label, self.message(bytes)));
            }
            None => {}
        }
    }

    pub(crate) fn finish(self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let took = self.began.elapsed().as_secs_f64();
        say(&format!("{}: {} {} in {took:.1} s, {} a second", self.label, self.count, self.unit, self.rate()));
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "for people to read"
    )]
    fn rate(&self) -> u64 {
        (self.count as f64 / self.began.elapsed().as_secs_f64().max(0.001)) as u64
    }

    #[expect(clippy::cast_precision_loss, reason = "for people to read")]
    fn message(&self, bytes: u64) -> String {
        let done = format!("{} {}, {} a second", self.count, self.unit, self.rate());
        let (passed, left) = (bytes.saturating_sub(self.start), self.total.saturating_sub(bytes));
        if self.total == 0 || passed == 0 {
            return done;
        }
        let left = self.began.elapsed().mul_f64(left as f64 / passed as f64);
        format!("{done}, {} left", HumanDuration(left))
    }
}

/// Prints a line to stderr. A closed stderr is not an error.
pub(crate) fn say(text: &str) {
    drop(writeln!(stderr(), "{text}"));
}
