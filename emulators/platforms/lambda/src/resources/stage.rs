//! Stages of APIs.

use serde::Serialize;

use super::props::Props;
use crate::sources::Place;

/// A stage of an API of any kind.
#[derive(Debug, Clone, Serialize)]
pub struct Stage {
    /// Its name; `$default` is served at the root.
    pub stage_name: String,
    /// Its variables.
    pub stage_variables: Vec<(String, String)>,
    /// Throttling and the like by route or method; `*` or an empty key is all of them.
    pub settings: Vec<(String, serde_json::Value)>,
    /// Whether changes go live at once.
    pub auto_deploy: bool,
    /// Whether answers can be kept (`CacheClusterEnabled`); which ones are is in the settings.
    pub cache_cluster_enabled: bool,
    /// Whether requests are traced.
    pub tracing_enabled: bool,
    /// Where it is declared.
    pub place: Place,
}

impl Stage {
    /// A stage without settings.
    pub(super) fn named(name: &str, place: Place) -> Self {
        Self {
            stage_name: name.to_owned(),
            stage_variables: Vec::new(),
            settings: Vec::new(),
            auto_deploy: true,
            cache_cluster_enabled: false,
            tracing_enabled: false,
            place,
        }
    }

    /// A stage of an HTTP or WebSocket API.
    pub(super) fn read_v2(props: &Props<'_, '_>) -> Self {
        let mut settings: Vec<(String, serde_json::Value)> =
            props.json("DefaultRouteSettings").map(|json| (String::new(), json)).into_iter().collect();
        if let Some(routes) = props.json("RouteSettings").as_ref().and_then(serde_json::Value::as_object) {
            settings.extend(routes.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
        props.no_effect(&["Tags", "AccessLogSettings", "Description", "DeploymentId", "ClientCertificateId", "AccessPolicyId"]);
        Self {
            stage_name: props.text("StageName").unwrap_or_else(|| "$default".to_owned()),
            stage_variables: props.map("StageVariables"),
            settings,
            auto_deploy: props.flag("AutoDeploy").unwrap_or(false),
            ..Self::named("", props.place())
        }
    }

    /// A stage of a REST API.
    pub(super) fn read_v1(props: &Props<'_, '_>) -> Self {
        props.no_effect(&["DeploymentId"]);
        Self { stage_name: props.text("StageName").unwrap_or_default(), ..Self::of_rest(props) }
    }

    /// A stage that a deployment makes. What stands there for methods beside `MethodSettings` is for all of them:
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-apigateway-deployment-stagedescription.html>
    pub(super) fn described(props: &Props<'_, '_>) -> Self {
        const FOR_ALL: [&str; 4] = ["CachingEnabled", "CacheTtlInSeconds", "ThrottlingRateLimit", "ThrottlingBurstLimit"];
        let for_all: serde_json::Map<_, _> = FOR_ALL.iter().filter_map(|key| Some(((*key).to_owned(), props.json(key)?))).collect();
        props.no_effect(&["CacheDataEncrypted", "DataTraceEnabled", "LoggingLevel", "MetricsEnabled"]);
        let mut stage = Self::of_rest(props);
        if !for_all.is_empty() {
            stage.settings.push(("/*/*".to_owned(), for_all.into()));
        }
        stage
    }

    /// What stages of REST APIs have, whoever declares them.
    fn of_rest(props: &Props<'_, '_>) -> Self {
        let settings = props.objects("MethodSettings");
        let settings = settings.iter().map(|setting| {
            let path = setting.text("ResourcePath").unwrap_or_else(|| "/*".to_owned());
            let method = setting.text("HttpMethod").unwrap_or_else(|| "*".to_owned());
            let json =
                serde_json::Value::Object(setting.all().entries.iter().map(|entry| (entry.key.clone(), entry.node.to_json())).collect());
            (format!("{path}/{method}"), json)
        });
        let settings = settings.collect();
        let cache = props.flag("CacheClusterEnabled").unwrap_or(false);
        props.no_effect(&["Tags", "AccessLogSetting", "Description", "ClientCertificateId", "DocumentationVersion", "CacheClusterSize"]);
        props.not_emulated(&["CanarySetting"]);
        Self {
            stage_variables: props.map("Variables"),
            settings,
            cache_cluster_enabled: cache,
            tracing_enabled: props.flag("TracingEnabled").unwrap_or(false),
            ..Self::named("", props.place())
        }
    }
}
