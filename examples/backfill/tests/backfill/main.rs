//! Tests the program from the outside: files in, files out.

mod directory;
mod input;
mod output;
mod resume;
mod world;
