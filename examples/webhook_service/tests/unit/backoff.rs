//! Tests how long a failed call waits.

use super::*;

#[test]
fn bounds_double_up_to_the_greatest() {
    let backoff = Backoff::default();
    let bounds = [0, 1, 2, 8, 9, 40, u32::MAX].map(|failures| backoff.bound(failures).as_secs());
    assert_eq!(bounds, [1, 2, 4, 256, 300, 300, 300]);
}

#[test]
fn waits_are_spread_below_the_bound() {
    let waits: Vec<_> = (0..1_000).map(|_| Backoff::default().wait(3)).collect();
    assert!(waits.iter().all(|wait| *wait < Duration::from_secs(8)));
    assert!(waits.iter().any(|wait| *wait < Duration::from_secs(1)));
    assert!(waits.iter().any(|wait| *wait > Duration::from_secs(7)));
}
