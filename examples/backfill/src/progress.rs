//! How far it is, for whoever waits: a bar on a terminal, a line now and then elsewhere.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};

/// Between two lines.
const PAUSE: Duration = Duration::from_secs(5);
const STYLE: &str = "{prefix} {wide_bar} {percent}% {msg}";

pub(crate) struct Progress {
    what: &'static str,
    of: &'static str,
    bar: Option<ProgressBar>,
    began: Instant,
    said: Instant,
    /// Bytes that there are; 0 where nobody knows.
    total: u64,
    /// Bytes that had been passed when it began.
    from: u64,
    count: u64,
}

impl Progress {
    pub(crate) fn new(what: &'static str, of: &'static str, total: u64, from: u64) -> Self {
        let bar = stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template(STYLE).unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(total.max(1)).with_style(style).with_prefix(what)
        });
        let now = Instant::now();
        Self { what, of, bar, began: now, said: now, total, from, count: 0 }
    }

    /// So many more, and so many bytes passed in all.
    pub(crate) fn advance(&mut self, count: u64, bytes: u64) {
        self.count += count;
        match &self.bar {
            Some(bar) => {
                bar.set_position(bytes);
                bar.set_message(self.message(bytes));
            }
            None if self.said.elapsed() >= PAUSE => {
                self.said = Instant::now();
                say(&format!("{}: {}", self.what, self.message(bytes)));
            }
            None => {}
        }
    }

    pub(crate) fn finish(self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let took = self.began.elapsed().as_secs_f64();
        say(&format!("{}: {} {} in {took:.1} s, {} a second", self.what, self.count, self.of, self.rate()));
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
        let done = format!("{} {}, {} a second", self.count, self.of, self.rate());
        let (passed, left) = (bytes.saturating_sub(self.from), self.total.saturating_sub(bytes));
        if self.total == 0 || passed == 0 {
            return done;
        }
        let left = self.began.elapsed().mul_f64(left as f64 / passed as f64);
        format!("{done}, {} left", HumanDuration(left))
    }
}

/// To people; whoever has closed stderr wants none of it.
pub(crate) fn say(text: &str) {
    drop(writeln!(stderr(), "{text}"));
}
