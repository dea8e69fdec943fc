//! Serves several workers under one address: `front LISTEN WORKER…`, each `host:port`.
//!
//! Restate sends all requests over one HTTP/2 connection, so the front distributes requests, not
//! connections. It sends each request to the next worker, or to the one after it if the next cannot
//! be reached. In production, the platform's load balancer does this.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, ensure};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

struct Front {
    http: reqwest::Client,
    workers: Vec<String>,
    next: AtomicUsize,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let listen = args.next().context("front LISTEN WORKER…")?;
    let workers: Vec<_> = args.collect();
    ensure!(!workers.is_empty(), "front LISTEN WORKER…");
    let http = reqwest::Client::builder().http2_prior_knowledge().build()?;
    let front = Arc::new(Front { http, workers, next: AtomicUsize::new(0) });
    let listener = tokio::net::TcpListener::bind(listen).await?;
    axum::serve(listener, Router::new().fallback(forward).with_state(front)).await?;
    Ok(())
}

/// Forwards a request. Both bodies are streams that flow at the same time, because Restate and a
/// worker exchange messages in both directions.
async fn forward(State(front): State<Arc<Front>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let first = front.next.fetch_add(1, Ordering::Relaxed) % front.workers.len();
    for worker in front.workers.iter().cycle().skip(first).take(front.workers.len()) {
        if tokio::net::TcpStream::connect(worker).await.is_err() {
            continue;
        }
        let sent = front
            .http
            .request(head.method, format!("http://{worker}{path}"))
            .headers(head.headers)
            .body(reqwest::Body::wrap_stream(body.into_data_stream()))
            .send();
        return match sent.await {
            Ok(response) => {
                let (status, headers) = (response.status(), response.headers().clone());
                (status, headers, Body::from_stream(response.bytes_stream())).into_response()
            }
            Err(_) => StatusCode::BAD_GATEWAY.into_response(),
        };
    }
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}
