//! The program as one runs it: files in, files out.

mod input;
mod output;
mod resume;
mod world;
