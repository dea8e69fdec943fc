//! Receives Aircall's webhooks in a service without state.

use std::sync::Arc;

use aircall_salesforce::Webhook;
use aircall_salesforce::aircall::Token;
use aircall_salesforce::lookup::TaskKey;
use aircall_salesforce::rules::fields::key_text;
use restate_sdk::prelude::*;
use serde_json::Value;
use subtle::ConstantTimeEq;

use crate::call::CallClient;
use crate::config::Config;

/// Checks webhooks and forwards them to their calls and messages.
pub struct Aircall(pub Arc<Config>);

#[service]
#[expect(clippy::unused_async, reason = "a handler is async, though this one only sends")]
impl Aircall {
    /// Handles `POST /Aircall/receive/send` at Restate's ingress, which responds as soon as Restate
    /// has stored the webhook.
    #[handler]
    async fn receive(&self, ctx: Context<'_>, Json(body): Json<Value>) -> Result<(), HandlerError> {
        let text = body.to_string();
        let webhook =
            Webhook::from_json(&text).map_err(|error| TerminalError::new_with_code(400, error.to_string()))?;
        let token = webhook.token.as_ref().map(Token::as_str).unwrap_or_default();
        if !bool::from(token.as_bytes().ct_eq(self.0.token.as_bytes())) {
            return Err(TerminalError::new_with_code(401, "the webhook's token is wrong or missing").into());
        }
        let key = match history::key(&webhook, &self.0.settings) {
            // Earlier versions used this key, and their state stays valid.
            Ok(TaskKey::Call(id)) => id.to_string(),
            Ok(message) => key_text(&message),
            Err(_) => return Ok(()),
        };
        ctx.object_client::<CallClient>(key).absorb(Json(body)).send();
        Ok(())
    }
}
