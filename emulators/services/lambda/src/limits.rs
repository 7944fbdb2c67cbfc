//! The vendor's numbers.

/// Zip file of a function, in bytes. <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution>
pub(crate) const ZIPPED: usize = 52_428_800;
/// The same unpacked, with layers. Same page.
pub(crate) const UNZIPPED: u64 = 262_144_000;
/// A whole request for it, with base64; from an answer of the service.
pub(crate) const CREATE_REQUEST: usize = 70_167_211;
/// Payload of an invocation and of its answer, in bytes. Same page.
pub(crate) const PAYLOAD: usize = 6 * 1024 * 1024;
/// Payload of an asynchronous one. <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
pub(crate) const ASYNC_PAYLOAD: usize = 1024 * 1024;
/// Client context, in bytes of base64. <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
pub(crate) const CLIENT_CONTEXT: usize = 3583;
/// Concurrency of an account in a region. Page of quotas.
pub(crate) const CONCURRENCY: u32 = 1000;
/// What of it stays for functions without a reservation. <https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html>
pub(crate) const UNRESERVED: u32 = 100;
/// All code of an account in a region, in bytes. Page of quotas.
pub(crate) const CODE_STORAGE: u64 = 75 * 1024 * 1024 * 1024;
/// Tags of a resource. <https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html>
pub(crate) const TAGS: usize = 50;
/// A name alone, in characters. <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
pub(crate) const NAME: usize = 64;
/// Items of a page of a list. <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html>
pub(crate) const PAGE: usize = 50;
/// Resource policy, in bytes. Page of quotas.
pub(crate) const POLICY: usize = 20 * 1024;
/// How often a function may be in one chain of invocations. <https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html>
pub(crate) const RECURSION: u32 = 16;
/// Age of an asynchronous event, in seconds. <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>
pub(crate) const ASYNC_AGE: u64 = 21_600;
/// Retries of an asynchronous event. Same page.
pub(crate) const ASYNC_RETRIES: u32 = 2;
