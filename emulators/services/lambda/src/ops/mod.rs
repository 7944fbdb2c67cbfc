//! The operations: a file for each, and a line for each in the table.

mod create_function;
mod delete_function;
mod get_function;
mod get_function_configuration;
mod invoke;
mod list_functions;
mod page;
mod settings;
mod tags;
mod upload;

use greenroom_aws_wire::Entry;

pub(crate) use invoke::whole;

use crate::service::LambdaService;

/// What is emulated. A test holds it against the folder.
pub(crate) const OPERATIONS: &[Entry<LambdaService>] = &[
    Entry::of::<create_function::CreateFunction>(),
    Entry::of::<delete_function::DeleteFunction>(),
    Entry::of::<get_function::GetFunction>(),
    Entry::of::<get_function_configuration::GetFunctionConfiguration>(),
    Entry::of::<invoke::Invoke>(),
    Entry::of::<list_functions::ListFunctions>(),
];
