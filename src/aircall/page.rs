//! A page of Aircall's list of calls.

use std::borrow::Cow;

use serde::de::{IgnoredAny, MapAccess};
use serde_json::value::RawValue;

use super::call::{Call, finish};
use super::error::WireError;
use super::lenient::{ReadInto, is_nothing, read_text};
use super::object::{Object, fields, read_either, wire_object};
use super::unusable::{Report, Shape};
use crate::json::{self, ReadError};

/// A page of calls from Aircall's REST API: the response of `GET /v1/calls` and `/v1/calls/search`.
///
/// ```
/// use aircall_salesforce::aircall::CallPage;
///
/// let page = CallPage::from_slice(
///     br#"{"calls": [{"id": 812, "direction": "outbound", "started_at": 1772457500},
///                    {"id": 813, "direction": "outbound"}],
///         "meta": {"total": 2, "next_page_link": null}}"#,
/// )?;
/// assert_eq!(page.calls[0].as_ref().map(|call| call.id), Ok(812));
/// let error = page.calls[1].as_ref().unwrap_err();
/// assert!(error.message().starts_with("`calls[1]`: `started_at` is missing"));
/// assert_eq!(page.next_page_link, None);
/// # Ok::<(), aircall_salesforce::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallPage<'a> {
    /// The calls, in the order of the page. A call that cannot be read becomes an error, and the
    /// other calls are read all the same. Entries that are `null` or empty are skipped.
    pub calls: Vec<Result<Call<'a>, ReadError>>,
    /// The address of the next page, with every parameter of the request; `None` on the last page.
    pub next_page_link: Option<Cow<'a, str>>,
    /// The number of calls that match the request. Aircall returns only the first 10,000.
    pub total: Option<u64>,
}

impl<'a> CallPage<'a> {
    /// Reads a page from the body of a response.
    ///
    /// # Errors
    ///
    /// - The body is not UTF-8 or not JSON.
    /// - The body is an error response of Aircall.
    /// - `calls` is missing or no list.
    ///
    /// A call that cannot be read does not make the page fail.
    pub fn from_slice(body: &'a [u8]) -> Result<Self, ReadError> {
        let text = json::without_mark(json::utf8(body)?);
        let mut page = Err(Shape::Null);
        read_text(text, &mut page)?;
        let (entries, meta) = entries(page).map_err(|error| error.located(text))?;
        let Meta { total, next_page_link } = meta.unwrap_or_default();
        Ok(Self { calls: calls(text, &entries), next_page_link, total })
    }
}

fields! {
    PageField {
        calls = "calls",
        meta = "meta",
        refusal = "error" | "message" | "troubleshoot",
    }
}

wire_object! {
    /// The object `meta`, which describes the page.
    struct Meta<'a> {
        total: Option<u64> = "total",
        next_page_link: Option<Cow<'a, str>> = "next_page_link",
    }
}

/// The top object while it is being read.
#[derive(Default)]
struct PageDraft<'a> {
    /// The JSON under `calls`, which is read call by call.
    calls: Option<&'a RawValue>,
    meta: Option<Meta<'a>>,
    refusal: Option<Cow<'a, str>>,
}

impl<'a> Object<'a> for PageDraft<'a> {
    type Key = PageField;

    fn read_value<A: MapAccess<'a>>(
        &mut self,
        key: PageField,
        map: &mut A,
        report: &mut Report,
    ) -> Result<(), A::Error> {
        match key {
            PageField::calls => self.calls = map.next_value()?,
            PageField::meta => map.next_value_seed(ReadInto(&mut self.meta, report))?,
            PageField::refusal => read_either(map, &mut self.refusal, report)?,
            PageField::Unknown => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

/// Returns the JSON of every entry of `calls`, and the description of the page.
fn entries(page: Result<PageDraft<'_>, Shape>) -> Result<(Vec<&RawValue>, Option<Meta<'_>>), WireError> {
    let wrong_shape = |shape| WireError::new(format!("{shape} where a page of calls (`calls`) was expected"));
    match page.map_err(wrong_shape)? {
        PageDraft { calls: Some(calls), meta, .. } => {
            let no_list = |_| WireError::unusable("calls", "no list", "a list of calls");
            Ok((serde_json::from_str(calls.get()).map_err(no_list)?, meta))
        }
        PageDraft { refusal: Some(_), .. } => Err(WireError::refusal("a page of calls")),
        PageDraft { .. } => Err(WireError::new("no page of calls here: expected `calls`")),
    }
}

/// Reads the calls of a page. The errors have their position in the text of the page.
fn calls<'a>(text: &'a str, entries: &[&'a RawValue]) -> Vec<Result<Call<'a>, ReadError>> {
    let (mut passed, mut line_breaks, mut column) = (0, 0, 0);
    let mut calls = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().map(|entry| entry.get()).enumerate().filter(|(_, entry)| !is_nothing(entry)) {
        calls.push(call(entry).map_err(|error| {
            // The entry borrows from the text, so the addresses show where it begins.
            let start = entry.as_ptr().addr() - text.as_ptr().addr();
            // Counted from the last error on, so that a page of many errors is not counted from its
            // start for each of them.
            let between = text.get(passed..start).unwrap_or_default();
            line_breaks += between.matches('\n').count();
            column = between.rsplit_once('\n').map_or(column + between.len(), |(_, last_line)| last_line.len());
            passed = start;
            error.within(line_breaks, column, &format!("calls[{index}]"))
        }));
    }
    calls
}

fn call(text: &str) -> Result<Call<'_>, ReadError> {
    let mut found = Err(Shape::Null);
    read_text(text, &mut found)?;
    finish(found).map_err(|error| error.located(text))
}
