//! Parses phone numbers, one a line. An optional second column, after a tab, contains the region in
//! which the number was dialled.
//!
//! ```text
//! $ printf '+49 (0) 30 23125 000\n030 23125 000\tDE\nanonymous\n' \
//!     | cargo run -q --example read_numbers
//! +493023125000 -> DE -> possible
//! +493023125000 -> DE -> possible
//! none
//! ```
//!
//! In this sample, `->` stands for a tab.

use aircall_salesforce::phone::{self, Region};
use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (text, home) = line.rsplit_once('\t').unwrap_or((&line, ""));
        match phone::parse(text, Region::new(home)) {
            Some(number) => {
                let region = number.region.map_or("-", Region::as_str);
                let possible = if number.possible { "possible" } else { "impossible" };
                writeln!(out, "{}\t{region}\t{possible}", number.e164)?;
            }
            None => writeln!(out, "none")?,
        }
    }
    out.flush()
}
