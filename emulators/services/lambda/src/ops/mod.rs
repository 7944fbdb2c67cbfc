//! The operations: a file for each, and a line for each in the table. The other files here have what several of them share.

mod add_layer_version_permission;
mod add_permission;
mod create_alias;
mod create_code_signing_config;
mod create_event_source_mapping;
mod create_function;
mod create_function_url_config;
mod delete_alias;
mod delete_code_signing_config;
mod delete_event_source_mapping;
mod delete_function;
mod delete_function_code_signing_config;
mod delete_function_concurrency;
mod delete_function_event_invoke_config;
mod delete_function_url_config;
mod delete_layer_version;
mod delete_provisioned_concurrency_config;
mod get_account_settings;
mod get_alias;
mod get_code_signing_config;
mod get_event_source_mapping;
mod get_function;
mod get_function_code_signing_config;
mod get_function_concurrency;
mod get_function_configuration;
mod get_function_event_invoke_config;
mod get_function_recursion_config;
mod get_function_url_config;
mod get_layer_version;
mod get_layer_version_by_arn;
mod get_layer_version_policy;
mod get_policy;
mod get_provisioned_concurrency_config;
mod get_runtime_management_config;
mod invoke;
mod invoke_async;
mod invoke_with_response_stream;
mod layer;
mod list_aliases;
mod list_code_signing_configs;
mod list_event_source_mappings;
mod list_function_event_invoke_configs;
mod list_function_url_configs;
mod list_functions;
mod list_functions_by_code_signing_config;
mod list_layer_versions;
mod list_layers;
mod list_provisioned_concurrency_configs;
mod list_tags;
mod list_versions_by_function;
pub(crate) mod mapping;
mod names;
mod page;
mod policy;
mod provisioned;
mod publish_layer_version;
mod publish_version;
mod put_function_code_signing_config;
mod put_function_concurrency;
mod put_function_event_invoke_config;
mod put_function_recursion_config;
mod put_provisioned_concurrency_config;
mod put_runtime_management_config;
mod remove_layer_version_permission;
mod remove_permission;
mod routing;
mod settings;
mod signing;
mod tag_resource;
mod tags;
mod untag_resource;
mod update_alias;
mod update_code_signing_config;
mod update_event_source_mapping;
mod update_function_code;
mod update_function_configuration;
mod update_function_event_invoke_config;
mod update_function_url_config;
mod upload;

use greenroom_aws_wire::Entry;

use crate::service::LambdaService;

/// What is emulated. A test holds it against the folder and the model.
pub(crate) const OPERATIONS: &[Entry<LambdaService>] = &[
    Entry::of::<add_layer_version_permission::AddLayerVersionPermission>(),
    Entry::of::<add_permission::AddPermission>(),
    Entry::of::<create_alias::CreateAlias>(),
    Entry::of::<create_code_signing_config::CreateCodeSigningConfig>(),
    Entry::of::<create_event_source_mapping::CreateEventSourceMapping>(),
    Entry::of::<create_function::CreateFunction>(),
    Entry::of::<create_function_url_config::CreateFunctionUrlConfig>(),
    Entry::of::<delete_alias::DeleteAlias>(),
    Entry::of::<delete_code_signing_config::DeleteCodeSigningConfig>(),
    Entry::of::<delete_event_source_mapping::DeleteEventSourceMapping>(),
    Entry::of::<delete_function::DeleteFunction>(),
    Entry::of::<delete_function_code_signing_config::DeleteFunctionCodeSigningConfig>(),
    Entry::of::<delete_function_concurrency::DeleteFunctionConcurrency>(),
    Entry::of::<delete_function_event_invoke_config::DeleteFunctionEventInvokeConfig>(),
    Entry::of::<delete_function_url_config::DeleteFunctionUrlConfig>(),
    Entry::of::<delete_layer_version::DeleteLayerVersion>(),
    Entry::of::<delete_provisioned_concurrency_config::DeleteProvisionedConcurrencyConfig>(),
    Entry::of::<get_account_settings::GetAccountSettings>(),
    Entry::of::<get_alias::GetAlias>(),
    Entry::of::<get_code_signing_config::GetCodeSigningConfig>(),
    Entry::of::<get_event_source_mapping::GetEventSourceMapping>(),
    Entry::of::<get_function::GetFunction>(),
    Entry::of::<get_function_code_signing_config::GetFunctionCodeSigningConfig>(),
    Entry::of::<get_function_concurrency::GetFunctionConcurrency>(),
    Entry::of::<get_function_configuration::GetFunctionConfiguration>(),
    Entry::of::<get_function_event_invoke_config::GetFunctionEventInvokeConfig>(),
    Entry::of::<get_function_recursion_config::GetFunctionRecursionConfig>(),
    Entry::of::<get_function_url_config::GetFunctionUrlConfig>(),
    Entry::of::<get_layer_version::GetLayerVersion>(),
    Entry::of::<get_layer_version_by_arn::GetLayerVersionByArn>(),
    Entry::of::<get_layer_version_policy::GetLayerVersionPolicy>(),
    Entry::of::<get_policy::GetPolicy>(),
    Entry::of::<get_provisioned_concurrency_config::GetProvisionedConcurrencyConfig>(),
    Entry::of::<get_runtime_management_config::GetRuntimeManagementConfig>(),
    Entry::of::<invoke::Invoke>(),
    Entry::of::<invoke_async::InvokeAsync>(),
    Entry::of::<invoke_with_response_stream::InvokeWithResponseStream>(),
    Entry::of::<list_aliases::ListAliases>(),
    Entry::of::<list_code_signing_configs::ListCodeSigningConfigs>(),
    Entry::of::<list_event_source_mappings::ListEventSourceMappings>(),
    Entry::of::<list_function_event_invoke_configs::ListFunctionEventInvokeConfigs>(),
    Entry::of::<list_function_url_configs::ListFunctionUrlConfigs>(),
    Entry::of::<list_functions::ListFunctions>(),
    Entry::of::<list_functions_by_code_signing_config::ListFunctionsByCodeSigningConfig>(),
    Entry::of::<list_layer_versions::ListLayerVersions>(),
    Entry::of::<list_layers::ListLayers>(),
    Entry::of::<list_provisioned_concurrency_configs::ListProvisionedConcurrencyConfigs>(),
    Entry::of::<list_tags::ListTags>(),
    Entry::of::<list_versions_by_function::ListVersionsByFunction>(),
    Entry::of::<publish_layer_version::PublishLayerVersion>(),
    Entry::of::<publish_version::PublishVersion>(),
    Entry::of::<put_function_code_signing_config::PutFunctionCodeSigningConfig>(),
    Entry::of::<put_function_concurrency::PutFunctionConcurrency>(),
    Entry::of::<put_function_event_invoke_config::PutFunctionEventInvokeConfig>(),
    Entry::of::<put_function_recursion_config::PutFunctionRecursionConfig>(),
    Entry::of::<put_provisioned_concurrency_config::PutProvisionedConcurrencyConfig>(),
    Entry::of::<put_runtime_management_config::PutRuntimeManagementConfig>(),
    Entry::of::<remove_layer_version_permission::RemoveLayerVersionPermission>(),
    Entry::of::<remove_permission::RemovePermission>(),
    Entry::of::<tag_resource::TagResource>(),
    Entry::of::<untag_resource::UntagResource>(),
    Entry::of::<update_alias::UpdateAlias>(),
    Entry::of::<update_code_signing_config::UpdateCodeSigningConfig>(),
    Entry::of::<update_event_source_mapping::UpdateEventSourceMapping>(),
    Entry::of::<update_function_code::UpdateFunctionCode>(),
    Entry::of::<update_function_configuration::UpdateFunctionConfiguration>(),
    Entry::of::<update_function_event_invoke_config::UpdateFunctionEventInvokeConfig>(),
    Entry::of::<update_function_url_config::UpdateFunctionUrlConfig>(),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model;

    #[test]
    fn every_operation_of_the_folder_is_in_the_table_and_in_the_model() {
        let folder = std::path::Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells tests their folder")).join("src/ops");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
        let written = files.filter(|text| text.contains("\nimpl Operation<LambdaService> for ")).count();
        assert_eq!(written, OPERATIONS.len());
        let model = model::read();
        for entry in OPERATIONS {
            assert!(model.operation(entry.name).is_some(), "{}", entry.name);
        }
    }
}
