//! A page of calls, as REST lists them.

use std::borrow::Cow;

use serde::Deserialize;

use super::call::Call;
use super::lenient::wire_object;
use crate::json::{self, ReadError};

/// The answer to `GET /v1/calls` and `GET /v1/calls/search`.
///
/// ```
/// use aircall_salesforce::aircall::CallPage;
///
/// let page = CallPage::from_json(
///     r#"{"calls": [{"id": 812, "direction": "outbound", "started_at": 1772457500}], "meta": {"total": 1, "next_page_link": null}}"#,
/// )?;
/// assert_eq!(page.calls[0].id, 812);
/// assert_eq!(page.meta.next_page_link, None);
/// # Ok::<(), aircall_salesforce::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CallPage<'a> {
    /// The calls, at most 50.
    #[serde(borrow)]
    pub calls: Vec<Call<'a>>,
    /// Where the page stands among the others.
    #[serde(borrow, default)]
    pub meta: PageMeta<'a>,
}

wire_object! {
    /// Where a page stands among the others. Paging ends without an error after 10,000 calls.
    pub struct PageMeta<'a> {
        /// How many calls the page has.
        pub count: Option<u64> = "count",
        /// How many there are.
        pub total: Option<u64> = "total",
        /// From 1.
        pub current_page: Option<u64> = "current_page",
        /// At most how many calls a page has.
        pub per_page: Option<u64> = "per_page",
        /// The next page's URL, complete; `None` on the last.
        pub next_page_link: Option<Cow<'a, str>> = "next_page_link",
        /// The previous page's.
        pub previous_page_link: Option<Cow<'a, str>> = "previous_page_link",
    }
}

impl<'a> CallPage<'a> {
    /// Reads a page from the bytes of an answer.
    ///
    /// # Errors
    ///
    /// As [`CallPage::from_json`], and bytes that are not UTF-8.
    pub fn from_slice(body: &'a [u8]) -> Result<Self, ReadError> {
        json::utf8(body).and_then(Self::from_json)
    }

    /// Reads a page.
    ///
    /// # Errors
    ///
    /// Text that is not JSON, an object without `calls`, a call that [`Webhook::from_json`](super::Webhook::from_json) would refuse.
    pub fn from_json(text: &'a str) -> Result<Self, ReadError> {
        json::from_str(text)
    }
}
