//! The org's daily allowance of API requests.

/// How much of an org's daily allowance of API requests is used, by all of its integrations.
///
/// ```
/// use aircall_salesforce::request::Allowance;
///
/// let allowance = Allowance::from_header("api-usage=4600/5000").unwrap();
/// assert_eq!((allowance.used, allowance.limit, allowance.percent()), (4_600, 5_000, 92));
/// ```
///
/// Source: Salesforce's REST API Developer Guide, Limit Info Header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// The requests in the last 24 hours.
    pub used: u64,
    /// The requests that 24 hours allow. Beyond it, Salesforce refuses all requests with
    /// `REQUEST_LIMIT_EXCEEDED`.
    pub limit: u64,
}

impl Allowance {
    /// The name of the response header that contains the allowance.
    pub const HEADER: &str = "Sforce-Limit-Info";

    /// Reads the header's value; `None` for a value without an allowance.
    #[must_use]
    pub fn from_header(value: &str) -> Option<Self> {
        // The header can contain other limits, such as the limit of an application.
        let usage = value.split([',', ';']).find_map(|part| part.trim().strip_prefix("api-usage="))?;
        let (used, limit) = usage.split_once('/')?;
        Some(Self { used: used.parse().ok()?, limit: limit.parse().ok()? })
    }

    /// Returns how much of the allowance is used, in percent, rounded down. Without an allowance,
    /// all of it is used.
    #[must_use]
    pub fn percent(self) -> u64 {
        self.used.saturating_mul(100).checked_div(self.limit).unwrap_or(100)
    }
}
