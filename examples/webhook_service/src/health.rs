//! Serves the health check and the metrics.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::Service;

/// Answers 200 while webhooks can be stored.
///
/// The state of Salesforce is not part of the health check, because a restart of this service would
/// not repair Salesforce. The metrics show it.
pub async fn health(State(service): State<Arc<Service>>) -> Response {
    match service.worker.store.probe().await {
        Ok(()) => "well\n".into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response(),
    }
}

/// Serves the metrics in Prometheus' text format.
pub async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let text = match service.worker.store.counts(service.metrics.since).await {
        Ok(counts) => {
            service.metrics.text(counts, &service.worker.salesforce.usage()).map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    match text {
        Ok(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response(),
    }
}
