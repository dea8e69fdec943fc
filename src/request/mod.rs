//! From a plan to what goes over the wire.

pub mod bulk;
