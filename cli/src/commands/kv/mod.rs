//! `greenroom kv`: keys and namespaces of local state, with the words of `wrangler kv … --local`.
//! <https://developers.cloudflare.com/kv/reference/kv-commands/>

mod bulk_delete;
mod bulk_get;
mod bulk_put;
mod key_delete;
mod key_get;
mod key_list;
mod key_put;
mod namespace_list;
mod target;

use std::process::ExitCode;

use clap::Subcommand;

/// `greenroom kv`
#[derive(Debug, Subcommand)]
pub(crate) enum Kv {
    /// Write, read, list and delete single keys
    #[command(subcommand, arg_required_else_help = true)]
    Key(Key),
    /// Say which namespaces there are
    #[command(subcommand, arg_required_else_help = true)]
    Namespace(Namespace),
    /// Write, read and delete several keys at once
    #[command(subcommand, arg_required_else_help = true)]
    Bulk(Bulk),
}

/// `greenroom kv key`
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Write a single key/value pair to the given namespace
    Put(key_put::Put),
    /// Read a single value by key from the given namespace
    Get(key_get::Get),
    /// Output a list of all keys in a given namespace
    List(key_list::List),
    /// Remove a single key value pair from the given namespace
    Delete(key_delete::Delete),
}

/// `greenroom kv namespace`
#[derive(Debug, Subcommand)]
pub(crate) enum Namespace {
    /// List the namespaces of the configuration, and those that have state
    List(namespace_list::List),
}

/// `greenroom kv bulk`
#[derive(Debug, Subcommand)]
pub(crate) enum Bulk {
    /// Upload multiple key-value pairs to a namespace
    Put(bulk_put::Put),
    /// Get multiple key-value pairs from a namespace
    Get(bulk_get::Get),
    /// Delete multiple key-value pairs from a namespace
    Delete(bulk_delete::Delete),
}

pub(super) fn run(command: &Kv) -> ExitCode {
    match command {
        Kv::Key(Key::Put(args)) => key_put::run(args),
        Kv::Key(Key::Get(args)) => key_get::run(args),
        Kv::Key(Key::List(args)) => key_list::run(args),
        Kv::Key(Key::Delete(args)) => key_delete::run(args),
        Kv::Namespace(Namespace::List(args)) => namespace_list::run(args),
        Kv::Bulk(Bulk::Put(args)) => bulk_put::run(args),
        Kv::Bulk(Bulk::Get(args)) => bulk_get::run(args),
        Kv::Bulk(Bulk::Delete(args)) => bulk_delete::run(args),
    }
}
