//! Calls as virtual objects of Restate: the call's id is the key, so each call has one writer, whatever the number of workers.
//!
//! The path of a webhook: Restate takes it and keeps it → [`Aircall::receive`](aircall::Aircall) checks whose it is and sends it on to its
//! call → [`Call::absorb`](call::Call) brings it together with those that came before, looks up, plans, writes. Restate calls again what a
//! worker did not finish, on another worker.

pub mod aircall;
pub mod call;
pub mod config;
