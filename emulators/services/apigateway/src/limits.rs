//! Numbers that the vendor holds.

use std::time::Duration;

use greenroom_host::Limit;

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
pub(crate) const HTTP_PAYLOAD: Limit = Limit {
    name: "apigateway.http-payload",
    of: "bytes of a request to an HTTP API",
    most: 10 * 1024 * 1024,
    url: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html",
};

/// The request line and all headers together: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
pub(crate) const HTTP_HEADERS: Limit = Limit {
    name: "apigateway.http-headers",
    of: "bytes of the request line and headers of a request to an HTTP API",
    most: 10_240,
    url: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html",
};

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
pub(crate) const HTTP_TIMEOUT: Duration = Duration::from_secs(30);

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html>
pub(crate) const REST_PAYLOAD: Limit = Limit {
    name: "apigateway.rest-payload",
    of: "bytes of a request to a REST API",
    most: 10 * 1024 * 1024,
    url: "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html",
};

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html>
pub(crate) const REST_HEADERS: Limit = Limit {
    name: "apigateway.rest-headers",
    of: "bytes of the headers of a request to a REST API",
    most: 10_240,
    url: "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html",
};

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html>
pub(crate) const REST_TIMEOUT: Duration = Duration::from_secs(29);

/// How long a streamed answer of a REST API may be silent:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html>
pub(crate) const REST_STREAM_IDLE: Duration = Duration::from_secs(5 * 60);

/// How long it may go on: <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html>
pub(crate) const REST_STREAM_LONGEST: Duration = Duration::from_secs(15 * 60);

/// How many bytes its head may have:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>
pub(crate) const REST_STREAM_HEAD: usize = 16 * 1024;

/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub(crate) const URL_PAYLOAD: Limit = Limit {
    name: "apigateway.url-payload",
    of: "bytes of a request to a function URL",
    most: 6 * 1024 * 1024,
    url: "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
};

/// Each way: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>
pub(crate) const BALANCER_PAYLOAD: Limit = Limit {
    name: "apigateway.balancer-payload",
    of: "bytes of a request to a load balancer with a function behind it",
    most: 1024 * 1024,
    url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html",
};

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html>
pub(crate) const SOCKET_MESSAGE: Limit = Limit {
    name: "apigateway.websocket-message",
    of: "bytes of a WebSocket message",
    most: 128 * 1024,
    url: "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html",
};

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html>
pub(crate) const SOCKET_FRAME: Limit = Limit {
    name: "apigateway.websocket-frame",
    of: "bytes of a WebSocket frame",
    most: 32 * 1024,
    url: "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html",
};

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html>
pub(crate) const SOCKET_IDLE: Duration = Duration::from_secs(10 * 60);

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html>
pub(crate) const SOCKET_LONGEST: Duration = Duration::from_secs(2 * 3600);
