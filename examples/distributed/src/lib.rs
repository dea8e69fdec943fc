//! Logs calls and messages with Restate. Each of them is a virtual object, so each has one writer,
//! whatever the number of workers.
//!
//! A webhook takes this path:
//!
//! 1. Restate receives and stores it.
//! 2. [`Aircall::receive`](aircall::Aircall) checks its token and forwards it to its object.
//! 3. [`Call::absorb`](call::Call) merges it with the earlier webhooks and schedules `Call::log`.
//! 4. `Call::log` looks up, plans and writes, a few seconds later.
//!
//! If a worker does not finish an invocation, Restate runs it again on another worker.

pub mod aircall;
pub mod call;
pub mod config;
