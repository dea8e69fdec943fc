//! Prints the requests as a user of the library sends them. `.ci/run` compares the output with
//! `expected.txt`.

mod requests;

fn main() {
    print!("{}", requests::requests());
}
