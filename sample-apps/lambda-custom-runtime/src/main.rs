//! QR codes: `GET /?text=…` gives an SVG.

use aws_lambda_events::http::HeaderMap;
use aws_lambda_events::lambda_function_urls::{LambdaFunctionUrlRequest, LambdaFunctionUrlResponse};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use qrcode::QrCode;
use qrcode::render::svg;

/// How large the picture is at least, in pixels.
const SIZE: u32 = 240;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(|event: LambdaEvent<LambdaFunctionUrlRequest>| async move { Ok::<_, Error>(answer(&event.payload)) })).await
}

fn answer(request: &LambdaFunctionUrlRequest) -> LambdaFunctionUrlResponse {
    match request.query_string_parameters.get("text").map(|text| QrCode::new(text)) {
        None => response(400, "text/plain", "which text? /?text=…\n".to_owned()),
        Some(Err(why)) => response(422, "text/plain", format!("this cannot be a QR code: {why}\n")),
        Some(Ok(code)) => response(200, "image/svg+xml", code.render::<svg::Color>().min_dimensions(SIZE, SIZE).build()),
    }
}

fn response(status: i64, media_type: &'static str, body: String) -> LambdaFunctionUrlResponse {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", media_type.parse().expect("a media type is a header value"));
    let mut response = LambdaFunctionUrlResponse::default();
    response.status_code = status;
    response.headers = headers;
    response.body = Some(body);
    response
}
