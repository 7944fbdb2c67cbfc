//! APIs that are described by a definition (Swagger 2, OpenAPI 3) with API Gateway's extensions.

use super::authorizer::Authorizer;
use super::http_api::{Cors, HttpApi, HttpRoute};
use super::integration::{Case, Integration};
use super::props::Props;
use super::rest_api::{GatewayResponse, Model, RequestValidator, RestApi, RestMethod};
use crate::tree::{Node, Object};

const INTEGRATION: &str = "x-amazon-apigateway-integration";
const ANY: &str = "x-amazon-apigateway-any-method";
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace", ANY];

/// The definition of an API: in the template, or in a local file.
pub(super) fn body<'s, 'c>(props: &Props<'s, 'c>) -> Option<Props<'s, 'c>> {
    if let Some(body) = props.get("Body").filter(|node| !node.is_nothing()).cloned() {
        let object = body.object().cloned();
        if object.is_none() {
            props.error(
                "Body",
                format!("`{}` must be an object, not {}", props.full("Body"), body.describe()),
                "write the definition out, or include it",
            );
        }
        return Some(props.below("Body".to_owned(), body.at, object?));
    }
    let place = props.get("BodyS3Location")?.clone();
    let Some(path) = place.text().map(|text| props.stack.path(text)) else {
        let message = format!("the definition of API `{}` is in a bucket, and nothing is fetched from there", props.id);
        props.cx().not_emulated(place.at, message, "name a local file, or write the definition into the template");
        return None;
    };
    let read = props.cx().read(&path)?;
    let node = props.stack.resolve(&read)?;
    let object = node.object().cloned()?;
    Some(props.below("Body".to_owned(), node.at, object))
}

/// One operation of a definition.
struct Operation<'s, 'c> {
    path: String,
    method: String,
    props: Props<'s, 'c>,
}

/// The operations that have an integration; those that have none are named.
fn operations<'s, 'c>(body: &Props<'s, 'c>) -> Vec<Operation<'s, 'c>> {
    let Some(paths) = body.object("paths") else { return Vec::new() };
    let mut found = Vec::new();
    for path in &paths.all().entries {
        let Some(item) = path.node.object() else { continue };
        for entry in item.entries.iter().filter(|entry| METHODS.contains(&entry.key.to_lowercase().as_str())) {
            let Some(operation) = entry.node.object() else { continue };
            let name = format!("paths.{}.{}", path.key, entry.key);
            let method = if entry.key.eq_ignore_ascii_case(ANY) { "ANY".to_owned() } else { entry.key.to_uppercase() };
            let props = body.below(name, entry.at, operation.clone());
            found.push(Operation { path: path.key.clone(), method, props });
        }
    }
    found
}

/// Security schemes, wherever the version of the definition has them.
fn schemes<'s, 'c>(body: &Props<'s, 'c>) -> Vec<(String, Props<'s, 'c>)> {
    let in_components = body.object("components").and_then(|components| components.object("securitySchemes"));
    let all = [body.object("securityDefinitions"), in_components];
    let mut found = Vec::new();
    for schemes in all.into_iter().flatten() {
        for entry in &schemes.all().entries {
            if let Some(object) = entry.node.object() {
                found.push((entry.key.clone(), body.below(format!("securitySchemes.{}", entry.key), entry.at, object.clone())));
            }
        }
    }
    found
}

/// Who may call an operation.
#[derive(Default)]
struct Security {
    authorization_type: String,
    authorizer_id: Option<String>,
    scopes: Vec<String>,
    api_key: bool,
}

/// What `security` of an operation, or of the whole definition, means.
fn security(operation: &Props<'_, '_>, body: &Props<'_, '_>, authorizers: &[Authorizer], schemes: &[(String, Props<'_, '_>)]) -> Security {
    let mut read = Security { authorization_type: "NONE".to_owned(), ..Security::default() };
    let listed = if operation.all().has("security") { operation.items("security") } else { body.items("security") };
    for entry in listed.iter().filter_map(Node::object).flat_map(|object| &object.entries) {
        let scheme = schemes.iter().find(|(name, _)| *name == entry.key).map(|(_, scheme)| scheme);
        let kind = scheme.and_then(|scheme| scheme.text("x-amazon-apigateway-authtype")).unwrap_or_default();
        let authorizer = authorizers.iter().find(|authorizer| authorizer.authorizer_id == entry.key);
        if let Some(authorizer) = authorizer {
            let kind = match authorizer.authorizer_type.as_str() {
                known @ ("JWT" | "COGNITO_USER_POOLS") => known,
                _ => "CUSTOM",
            };
            kind.clone_into(&mut read.authorization_type);
            read.authorizer_id = Some(entry.key.clone());
            read.scopes = entry.node.one_or_more().iter().filter_map(Node::scalar).collect();
        } else if kind.eq_ignore_ascii_case("awsSigv4") || entry.key == "AWS_IAM" || entry.key == "sigv4" {
            "AWS_IAM".clone_into(&mut read.authorization_type);
        } else if is_key(&entry.key, scheme) {
            read.api_key = true;
        }
    }
    if operation.text("x-amazon-apigateway-auth.type").is_some()
        || operation.object("x-amazon-apigateway-auth").and_then(|auth| auth.text("type")).as_deref() == Some("AWS_IAM")
    {
        "AWS_IAM".clone_into(&mut read.authorization_type);
    }
    read
}

fn is_key(name: &str, scheme: Option<&Props<'_, '_>>) -> bool {
    let header = scheme.and_then(|scheme| scheme.text("name")).unwrap_or_default();
    name == "api_key" || header.eq_ignore_ascii_case("x-api-key")
}

fn no_integration(operation: &Operation<'_, '_>) {
    let message = format!("`{} {}` has no `{INTEGRATION}`", operation.method, operation.path);
    operation.props.cx().warn(operation.props.at, message, "it answers as a route that is not there; add an integration, or remove it");
}

pub(super) fn read_http(body: &Props<'_, '_>, api: &mut HttpApi) {
    if let Some(info) = body.object("info") {
        if let Some(title) = info.text("title").filter(|title| !title.is_empty()) {
            api.name = title;
        }
        api.description = info.text("description").unwrap_or_else(|| std::mem::take(&mut api.description));
    }
    if let Some(cors) = body.object("x-amazon-apigateway-cors") {
        api.cors_configuration = Some(Cors::read(&cors));
    }
    api.disable_execute_api_endpoint |= disabled(body);
    let schemes = schemes(body);
    api.authorizers.extend(schemes.iter().filter_map(|(name, scheme)| Authorizer::of_scheme(name, scheme)));
    for operation in operations(body) {
        let Some(integration) = operation.props.object(INTEGRATION) else {
            no_integration(&operation);
            continue;
        };
        let security = security(&operation.props, body, &api.authorizers, &schemes);
        let default = operation.path == "$default" || operation.path == "/$default";
        let route_key = if default { "$default".to_owned() } else { format!("{} {}", operation.method, operation.path) };
        api.routes.push(HttpRoute {
            route_key,
            integration: Integration::read(&integration, Case::Lower),
            authorization_type: security.authorization_type,
            authorizer_id: security.authorizer_id,
            authorization_scopes: security.scopes,
            operation_name: operation.props.text("operationId"),
            place: operation.props.place(),
        });
        integration.finish();
    }
}

/// Whether only custom domains lead to the API.
fn disabled(body: &Props<'_, '_>) -> bool {
    const KEY: &str = "x-amazon-apigateway-endpoint-configuration";
    let of = |object: Option<Props<'_, '_>>| object.and_then(|endpoint| endpoint.flag("disableExecuteApiEndpoint")).unwrap_or(false);
    of(body.object(KEY)) || body.objects("servers").iter().any(|server| of(server.object(KEY)))
}

pub(super) fn read_rest(body: &Props<'_, '_>, api: &mut RestApi) {
    if let Some(title) = body.object("info").and_then(|info| info.text("title")).filter(|_| api.name.is_empty()) {
        api.name = title;
    }
    for kind in body.texts("x-amazon-apigateway-binary-media-types") {
        if !api.binary_media_types.contains(&kind) {
            api.binary_media_types.push(kind);
        }
    }
    if let Some(source) = body.text("x-amazon-apigateway-api-key-source") {
        api.api_key_source_type = source;
    }
    api.minimum_compression_size = body.number("x-amazon-apigateway-minimum-compression-size").or(api.minimum_compression_size);
    api.disable_execute_api_endpoint |= disabled(body);
    let base = body.text("basePath").filter(|base| base != "/");
    if base.is_some() {
        let message = format!("`basePath` of the definition of API `{}` is ignored, as it is by default on import", api.logical_id);
        body.cx().warn(body.mark("basePath"), message, "write it into the paths, or remove it");
    }
    body.not_emulated(&["x-amazon-apigateway-policy"]);
    gateway_responses(body, api);
    models(body, api);
    validators(body, api);
    let schemes = schemes(body);
    api.authorizers.extend(schemes.iter().filter_map(|(name, scheme)| Authorizer::of_scheme(name, scheme)));
    let default_validator = body.text("x-amazon-apigateway-request-validator");
    for operation in operations(body) {
        let Some(integration) = operation.props.object(INTEGRATION) else {
            no_integration(&operation);
            continue;
        };
        let security = security(&operation.props, body, &api.authorizers, &schemes);
        let (request_parameters, request_models) = parameters(&operation.props);
        api.methods.push(RestMethod {
            path: operation.path.clone(),
            http_method: operation.method.clone(),
            integration: Integration::read(&integration, Case::Lower),
            authorization_type: security.authorization_type,
            authorizer_id: security.authorizer_id,
            authorization_scopes: security.scopes,
            api_key_required: security.api_key,
            request_parameters,
            request_models,
            request_validator: operation.props.text("x-amazon-apigateway-request-validator").or_else(|| default_validator.clone()),
            operation_name: operation.props.text("operationId"),
            place: operation.props.place(),
            resource_id: String::new(),
        });
        integration.finish();
    }
}

fn gateway_responses(body: &Props<'_, '_>, api: &mut RestApi) {
    let Some(all) = body.object("x-amazon-apigateway-gateway-responses") else { return };
    for entry in &all.all().entries {
        let Some(object) = entry.node.object() else { continue };
        let response = body.below(format!("gateway-responses.{}", entry.key), entry.at, object.clone());
        api.gateway_responses.push(GatewayResponse {
            response_type: entry.key.clone(),
            status_code: response.text("statusCode"),
            response_parameters: response.map("responseParameters"),
            response_templates: response.map("responseTemplates"),
        });
    }
}

fn models(body: &Props<'_, '_>, api: &mut RestApi) {
    let in_components = body.object("components").and_then(|components| components.object("schemas"));
    for models in [body.object("definitions"), in_components].into_iter().flatten() {
        let all: &Object = models.all();
        api.models.extend(all.entries.iter().map(|entry| Model {
            name: entry.key.clone(),
            content_type: "application/json".to_owned(),
            schema: entry.node.to_json(),
        }));
    }
}

fn validators(body: &Props<'_, '_>, api: &mut RestApi) {
    let Some(all) = body.object("x-amazon-apigateway-request-validators") else { return };
    for entry in &all.all().entries {
        let flag = |key: &str| entry.node.object().and_then(|object| object.get(key)).and_then(Node::boolean).unwrap_or(false);
        api.request_validators.push(RequestValidator {
            id: entry.key.clone(),
            validate_request_body: flag("validateRequestBody"),
            validate_request_parameters: flag("validateRequestParameters"),
        });
    }
}

/// Parameters as API Gateway names them, each with whether it must be there.
type Parameters = Vec<(String, bool)>;
/// Models by content type.
type Models = Vec<(String, String)>;

fn parameters(operation: &Props<'_, '_>) -> (Parameters, Models) {
    let (mut parameters, mut models) = (Vec::new(), Vec::new());
    let name_of = |reference: String| reference.rsplit('/').next().map(str::to_owned).unwrap_or_default();
    for parameter in operation.objects("parameters") {
        let place = parameter.text("in").unwrap_or_default();
        let name = parameter.text("name").unwrap_or_default();
        let required = parameter.flag("required").unwrap_or(false);
        match place.as_str() {
            "query" => parameters.push((format!("method.request.querystring.{name}"), required)),
            "header" | "path" => parameters.push((format!("method.request.{place}.{name}"), required)),
            "body" => models.extend(
                parameter
                    .object("schema")
                    .and_then(|schema| schema.text("$ref"))
                    .map(|model| ("application/json".to_owned(), name_of(model))),
            ),
            _ => {}
        }
    }
    if let Some(content) = operation.object("requestBody").and_then(|body| body.object("content")) {
        for entry in &content.all().entries {
            let reference = entry.node.object().and_then(|kind| kind.object("schema")).and_then(|schema| schema.text("$ref"));
            models.extend(reference.map(|reference| (entry.key.clone(), name_of(reference.to_owned()))));
        }
    }
    (parameters, models)
}
