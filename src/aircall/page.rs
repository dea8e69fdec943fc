//! A page of calls from REST.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

use super::call::Call;
use super::lenient;
use super::object::wire_object;
use crate::json::{self, ReadError};

/// The response to `GET /v1/calls` and `GET /v1/calls/search`.
///
/// ```
/// use aircall_salesforce::aircall::CallPage;
///
/// let page = CallPage::from_json(
///     r#"{"calls": [{"id": 812, "direction": "outbound", "started_at": 1772457500}],
///         "meta": {"total": 1, "next_page_link": null}}"#,
/// )?;
/// assert_eq!(page.calls[0].id, 812);
/// assert_eq!(page.meta.next_page_link, None);
/// # Ok::<(), aircall_salesforce::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct CallPage<'a> {
    /// The calls, at most 50.
    #[serde(borrow)]
    pub calls: Vec<Call<'a>>,
    /// The link to the next page.
    #[serde(borrow, default, deserialize_with = "page_meta")]
    pub meta: PageMeta<'a>,
}

wire_object! {
    /// The position of a page in the whole list. Aircall stops paging after 10,000 calls without an
    /// error.
    pub struct PageMeta<'a> {
        /// The number of calls on all pages.
        pub total: Option<u64> = "total",
        /// The complete URL of the next page. The last page has none.
        pub next_page_link: Option<Cow<'a, str>> = "next_page_link",
    }
}

/// Reads `meta`. A `meta` of a wrong shape has no link, as on the last page.
fn page_meta<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PageMeta<'de>, D::Error> {
    lenient::read(deserializer).map(|meta: Option<PageMeta<'de>>| meta.unwrap_or_default())
}

impl<'a> CallPage<'a> {
    /// Reads a page from the body of a response.
    ///
    /// # Errors
    ///
    /// The errors of [`CallPage::from_json`], and bytes that are not UTF-8.
    pub fn from_slice(body: &'a [u8]) -> Result<Self, ReadError> {
        json::utf8(body).and_then(Self::from_json)
    }

    /// Reads a page from a text.
    ///
    /// # Errors
    ///
    /// - The text is not JSON.
    /// - The object lacks `calls`.
    /// - [`Webhook::from_json`](super::Webhook::from_json) would reject one of the calls.
    pub fn from_json(text: &'a str) -> Result<Self, ReadError> {
        json::from_str(text)
    }
}
