//! Events of Amazon EventBridge. <https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html>

use serde_json::{Value, json};

use super::{ACCOUNT, Inside, REGION};
use crate::catalogue::{Draw, GenerateError};

pub(super) fn event(draw: &Draw, inside: &Inside<'_>) -> Result<Value, GenerateError> {
    let detail = serde_json::from_str::<Value>(inside.text).ok().filter(Value::is_object);
    let no_object = || GenerateError("what EventBridge sends has a JSON object as its `detail`, and the body is none".to_owned());
    let at = draw.instant().iso_8601();
    let seconds = at.split('.').next().unwrap_or_default();
    Ok(json!({
        "version": "0",
        "id": draw.uuid(),
        "detail-type": "order placed",
        "source": "shop.orders",
        "account": ACCOUNT,
        "time": format!("{seconds}Z"),
        "region": REGION,
        "resources": [],
        "detail": detail.ok_or_else(no_object)?,
    }))
}
