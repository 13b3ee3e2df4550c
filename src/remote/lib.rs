//! Object stores and web servers by URL: S3, Google Cloud Storage, Azure, HTTP.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod connection;
mod error;
mod profile_file;
mod remote_store;
mod runtime;

pub use connection::{Connection, connect, is_url};
pub use error::RemoteError;
pub use remote_store::RemoteStore;
pub use runtime::block_on;
