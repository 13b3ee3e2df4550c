//! The stores in which Lance finds a dataset by its URL, opened as everything else of Cytolance opens them.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use lance::session::Session;
use lance_io::object_store::{
    ObjectStore, ObjectStoreParams, ObjectStoreProvider, ObjectStoreRegistry,
};
use url::Url;

use cytolance_remote::{RemoteError, RemoteStore, connect};

/// Cache sizes of Lance, whose defaults are meant for servers.
const CACHE_BYTES: usize = 256 << 20;
/// Schemes of stores that can keep a dataset: they put an object only where none is, which a commit needs.
const SCHEMES: [&str; 6] = ["s3", "s3a", "gs", "az", "abfs", "abfss"];
/// Reads that are no further apart than this are one request.
const BLOCK_BYTES: usize = 64 << 10;
/// Requests under way at once.
const PARALLEL_REQUESTS: usize = 64;
/// A download that breaks off is repeated this many times.
const DOWNLOAD_RETRIES: usize = 3;

#[derive(Debug)]
struct CloudProvider;

#[async_trait]
impl ObjectStoreProvider for CloudProvider {
    async fn new_store(
        &self,
        base_path: Url,
        params: &ObjectStoreParams,
    ) -> lance::Result<ObjectStore> {
        let connection = connect(base_path.as_str())
            .await
            .map_err(|error| lance::Error::invalid_input(error.to_string()))?;
        Ok(ObjectStore::new(
            connection.store,
            base_path,
            params.block_size.or(Some(BLOCK_BYTES)),
            None,
            params.use_constant_size_upload_parts,
            params.list_is_lexically_ordered.unwrap_or(true),
            PARALLEL_REQUESTS,
            DOWNLOAD_RETRIES,
            params.storage_options(),
        ))
    }
}

/// A session of its own for a dataset: what was cached of another one at the same address must not be seen.
pub(super) fn session() -> Arc<Session> {
    static STORES: OnceLock<Arc<ObjectStoreRegistry>> = OnceLock::new();
    let stores = STORES.get_or_init(|| {
        let registry = ObjectStoreRegistry::default();
        for scheme in SCHEMES {
            registry.insert(scheme, Arc::new(CloudProvider));
        }
        Arc::new(registry)
    });
    Arc::new(Session::new(CACHE_BYTES, CACHE_BYTES, Arc::clone(stores)))
}

/// Whether something lies at a URL that is not what an interrupted import left: data that no version names.
///
/// # Errors
/// A sentence when the store cannot be asked.
pub(super) async fn is_occupied(uri: &str) -> Result<bool, String> {
    let uri = uri.to_owned();
    let look = move || {
        let store = RemoteStore::open(&uri)?;
        let data = format!("{}/data", store.base());
        let mut occupied = false;
        let never = AtomicBool::new(false);
        store.list(&never, &mut |folder, _| {
            occupied = folder != data;
            !occupied
        })?;
        Ok(occupied)
    };
    tokio::task::spawn_blocking(look)
        .await
        .map_err(|error| error.to_string())?
        .map_err(|error: RemoteError| error.to_string())
}

/// Whether a dataset can be kept at a place of this kind.
///
/// # Errors
/// A sentence that says where it can.
pub(super) fn check_scheme(uri: &str) -> Result<(), String> {
    let known = uri.split_once("://").is_none_or(|(scheme, _)| {
        let scheme = scheme.to_ascii_lowercase();
        SCHEMES.contains(&scheme.as_str()) || scheme == "file" || scheme == "memory"
    });
    if known {
        return Ok(());
    }
    Err("datasets are kept in folders, or at s3://, gs:// and az://".to_owned())
}
