//! Opening a store by its URL with the keys of this machine.

use std::fmt;
use std::sync::{Arc, Once};
use std::time::Duration;

use futures::future::BoxFuture;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, resolve_bucket_region};
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::http::HttpBuilder;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, ObjectStoreScheme, RetryConfig};
use url::Url;

use super::RemoteError;
use super::profile_file::AwsProfile;

/// A server that does not answer for this long is not there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A request that failed is repeated for this long.
const RETRY_TIMEOUT: Duration = Duration::from_secs(40);
const MAX_RETRIES: usize = 5;

const S3_HELP: &str = "keys are taken from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or from the profile AWS_PROFILE of ~/.aws/credentials; without any, only public buckets can be read";
const GOOGLE_HELP: &str = "keys are taken from GOOGLE_APPLICATION_CREDENTIALS or from `gcloud auth application-default login`; without any, only public buckets can be read";
const AZURE_HELP: &str = "keys are taken from AZURE_STORAGE_ACCOUNT_NAME with AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_KEY";
const WEB_HELP: &str = "the server wants a login, which cannot be given here";

/// An open store and a place in it.
#[derive(Clone)]
pub struct Connection {
    /// The store.
    pub store: Arc<dyn ObjectStore>,
    /// The place that the URL names.
    pub path: Path,
    /// Scheme and authority of the URL, to which an object's path is added: `s3://bucket`.
    pub origin: String,
    /// What to do where access is refused.
    pub help: &'static str,
}

impl fmt::Debug for Connection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Connection")
            .field("origin", &self.origin)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// Whether a text is the URL of a store or web server; a drive letter is no scheme.
pub fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && !scheme.eq_ignore_ascii_case("file")
            && scheme
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '+')
    })
}

/// Opens the store of a URL: `s3://bucket/a`, `gs://bucket/a`, `az://container/a`, `https://server/a`.
///
/// Keys come from the environment, and for S3 also from `~/.aws`; without any the store is asked without a signature,
/// as public buckets allow. Nothing is requested, except where an S3 bucket's region is not known.
///
/// # Errors
/// [`RemoteError`] when the address or the configuration makes no sense.
pub fn connect(address: &str) -> BoxFuture<'_, Result<Connection, RemoteError>> {
    Box::pin(async move {
        install_cryptography();
        let url = Url::parse(address).map_err(|_| RemoteError::Address(address.to_owned()))?;
        let (scheme, path) =
            ObjectStoreScheme::parse(&url).map_err(|_| RemoteError::Address(address.to_owned()))?;
        // `ObjectStoreScheme` gives the path of a web server decoded, too.
        let text = url.as_str();
        let client = ClientOptions::new()
            .with_connect_timeout(CONNECT_TIMEOUT)
            .with_allow_http(true);
        let retry = RetryConfig {
            max_retries: MAX_RETRIES,
            retry_timeout: RETRY_TIMEOUT,
            ..RetryConfig::default()
        };
        let (store, help): (Result<Arc<dyn ObjectStore>, _>, _) = match scheme {
            ObjectStoreScheme::AmazonS3 => {
                let builder = s3_builder(&url, &client).await;
                let store = builder
                    .with_client_options(client)
                    .with_retry(retry)
                    .build();
                (store.map(|store| Arc::new(store) as _), S3_HELP)
            }
            ObjectStoreScheme::GoogleCloudStorage => {
                let mut builder = GoogleCloudStorageBuilder::from_env()
                    .with_url(text)
                    .with_client_options(client)
                    .with_retry(retry);
                let has_keys = std::env::vars_os().any(|(name, _)| {
                    name.to_str()
                        .is_some_and(|name| name.starts_with("GOOGLE_"))
                }) || google_login_exists();
                if !has_keys {
                    builder = builder.with_skip_signature(true);
                }
                (
                    builder.build().map(|store| Arc::new(store) as _),
                    GOOGLE_HELP,
                )
            }
            ObjectStoreScheme::MicrosoftAzure => {
                let builder = MicrosoftAzureBuilder::from_env()
                    .with_url(text)
                    .with_client_options(client)
                    .with_retry(retry);
                (
                    builder.build().map(|store| Arc::new(store) as _),
                    AZURE_HELP,
                )
            }
            ObjectStoreScheme::Http => {
                let builder = HttpBuilder::new()
                    .with_url(&url[..url::Position::BeforePath])
                    .with_client_options(client)
                    .with_retry(retry);
                (builder.build().map(|store| Arc::new(store) as _), WEB_HELP)
            }
            _ => return Err(RemoteError::Address(address.to_owned())),
        };
        let store = store.map_err(|error| RemoteError::of(&error, help))?;
        // What the scheme leaves out of the path, such as a bucket in it, belongs to the origin.
        let whole = Path::from_url_path(url.path())
            .map_err(|_| RemoteError::Address(address.to_owned()))?;
        let bucket = whole
            .as_ref()
            .strip_suffix(path.as_ref())
            .unwrap_or_default()
            .trim_end_matches('/');
        let mut origin = url[..url::Position::BeforePath]
            .trim_end_matches('/')
            .to_owned();
        if !bucket.is_empty() {
            origin = format!("{origin}/{bucket}");
        }
        Ok(Connection {
            store,
            path,
            origin,
            help,
        })
    })
}

async fn s3_builder(url: &Url, client: &ClientOptions) -> AmazonS3Builder {
    let mut builder = AmazonS3Builder::from_env().with_url(url.as_str());
    let is_set = |builder: &AmazonS3Builder, key| builder.get_config_value(&key).is_some();
    let profile = AwsProfile::of_this_user();
    let role = [
        AmazonS3ConfigKey::WebIdentityTokenFile,
        AmazonS3ConfigKey::ContainerCredentialsRelativeUri,
        AmazonS3ConfigKey::ContainerCredentialsFullUri,
    ];
    if !is_set(&builder, AmazonS3ConfigKey::AccessKeyId) {
        match (profile.access_key, profile.secret_key) {
            (Some(access), Some(secret)) => {
                builder = builder
                    .with_access_key_id(access)
                    .with_secret_access_key(secret);
                if let Some(token) = profile.token {
                    builder = builder.with_token(token);
                }
            }
            _ if role.into_iter().any(|key| is_set(&builder, key)) => {}
            _ => builder = builder.with_skip_signature(true),
        }
    }
    if let Some(endpoint) = profile.endpoint
        && !is_set(&builder, AmazonS3ConfigKey::Endpoint)
    {
        builder = builder.with_endpoint(endpoint);
    }
    if !is_set(&builder, AmazonS3ConfigKey::Region)
        && !is_set(&builder, AmazonS3ConfigKey::DefaultRegion)
    {
        // A server of one's own has no regions.
        let found = match (&profile.region, url.host_str()) {
            (Some(region), _) => Some(region.clone()),
            (None, Some(bucket))
                if url.scheme() != "https" && !is_set(&builder, AmazonS3ConfigKey::Endpoint) =>
            {
                resolve_bucket_region(bucket, client).await.ok()
            }
            _ => None,
        };
        if let Some(region) = found {
            builder = builder.with_region(region);
        }
    }
    builder
}

/// Whether `gcloud auth application-default login` was run.
fn google_login_exists() -> bool {
    let folder = if cfg!(windows) {
        dirs::config_dir()
    } else {
        dirs::home_dir().map(|home| home.join(".config"))
    };
    folder.is_some_and(|folder| {
        folder
            .join("gcloud/application_default_credentials.json")
            .is_file()
    })
}

/// Chooses the cryptography of all connections; without a choice they cannot be made.
fn install_cryptography() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error means that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_told_from_paths() {
        for url in [
            "s3://b/x",
            "GS://b",
            "az://c/x",
            "https://h/x",
            "http://h:1/x",
        ] {
            assert!(is_url(url), "{url}");
        }
        for path in ["/a/b", "C:\\a", "c://a", "file:///a", "a/b", "", "://x"] {
            assert!(!is_url(path), "{path}");
        }
    }

    #[tokio::test]
    async fn addresses_are_taken_apart() {
        let cases = [
            ("https://host:8080/a%20b/c", "https://host:8080", "a b/c"),
            ("http://host", "http://host", ""),
            (
                "abfss://container@account.dfs.core.windows.net/x/y",
                "abfss://container@account.dfs.core.windows.net",
                "x/y",
            ),
        ];
        for (address, origin, path) in cases {
            let connection = connect(address).await.expect(address);
            assert_eq!(connection.origin, origin, "{address}");
            assert_eq!(connection.path.as_ref(), path, "{address}");
        }
        for address in ["ftp://host/x", "nonsense", "s3:"] {
            assert!(
                matches!(connect(address).await, Err(RemoteError::Address(_))),
                "{address}"
            );
        }
    }
}
