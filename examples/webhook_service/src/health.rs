//! For whoever watches the service: whether it is well, and its figures.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::Service;

/// 200 while webhooks can be stored. That Salesforce is down is no illness of the service's: it shows in the figures.
pub async fn health(State(service): State<Arc<Service>>) -> Response {
    match service.worker.store.probe().await {
        Ok(()) => "well\n".into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response(),
    }
}

/// The figures, in Prometheus' text format.
pub async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let text = match service.worker.store.counts().await {
        Ok(counts) => service.metrics.text(counts).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match text {
        Ok(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response(),
    }
}
