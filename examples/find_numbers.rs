//! Reports whether phone fields contain numbers. Each line is a JSON array: the number, the region
//! of the company's number (or `null`), and the field.
//!
//! ```text
//! $ echo '["+33199001234", "GB", "01 99 00 12 34 (Ada)"]' | cargo run -q --example find_numbers
//! yes
//! ```

use aircall_salesforce::lookup::NumberNeed;
use aircall_salesforce::phone::{self, Region};
use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let (number, home, field): (String, Option<String>, String) = serde_json::from_str(&line?)?;
        let home = home.as_deref().and_then(Region::new);
        let is_in = phone::parse(&number, None).is_some_and(|number| NumberNeed::new(number, home).is_in(&field));
        writeln!(out, "{}", if is_in { "yes" } else { "no" })?;
    }
    out.flush()
}
