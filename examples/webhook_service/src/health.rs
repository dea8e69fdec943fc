//! Serves the health check and the metrics.

use std::fmt::Display;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use crate::Service;

/// Responds with 200 while webhooks can be stored.
///
/// The state of Salesforce is not part of the health check, because a restart of this service would
/// not repair Salesforce. The metrics show it.
pub(crate) async fn health(State(service): State<Arc<Service>>) -> Result<&'static str, Unavailable> {
    service.worker.store.probe().await.map(|()| "well\n").map_err(unavailable)
}

/// Serves the metrics in Prometheus' text format.
pub(crate) async fn metrics(State(service): State<Arc<Service>>) -> Result<impl IntoResponse, Unavailable> {
    let counts = service.worker.store.counts(service.metrics.since).await.map_err(unavailable)?;
    let text = service.metrics.text(counts, &service.worker.salesforce.usage()).map_err(unavailable)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text))
}

type Unavailable = (StatusCode, String);

fn unavailable(error: impl Display) -> Unavailable {
    (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n"))
}
