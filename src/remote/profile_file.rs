//! Keys in `~/.aws`, as `aws configure` leaves them there.

use std::path::{Path, PathBuf};

use configparser::ini::Ini;

/// What a profile says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct AwsProfile {
    pub access_key: Option<String>,
    pub secret_key: Option<String>,
    pub token: Option<String>,
    pub region: Option<String>,
    pub endpoint: Option<String>,
}

impl AwsProfile {
    /// The profile that `AWS_PROFILE` names, else `default`, from the usual files.
    pub fn of_this_user() -> Self {
        let path = |variable: &str, name: &str| {
            std::env::var_os(variable)
                .map(PathBuf::from)
                .or_else(|| Some(dirs::home_dir()?.join(".aws").join(name)))
        };
        let profile = std::env::var("AWS_PROFILE").unwrap_or_else(|_| "default".to_owned());
        Self::read(
            path("AWS_SHARED_CREDENTIALS_FILE", "credentials").as_deref(),
            path("AWS_CONFIG_FILE", "config").as_deref(),
            &profile,
        )
    }

    /// Reads a profile; what is not there is `None`.
    fn read(credentials: Option<&Path>, config: Option<&Path>, profile: &str) -> Self {
        let load = |path: Option<&Path>| {
            let mut ini = Ini::new_cs();
            let text = std::fs::read_to_string(path?).ok()?;
            ini.read(text).ok()?;
            Some(ini)
        };
        let (credentials, config) = (load(credentials), load(config));
        let section = if profile == "default" {
            profile.to_owned()
        } else {
            format!("profile {profile}")
        };
        let value = |key: &str| {
            let first = credentials.as_ref().and_then(|ini| ini.get(profile, key));
            first
                .or_else(|| config.as_ref()?.get(&section, key))
                .filter(|value| !value.is_empty())
        };
        Self {
            access_key: value("aws_access_key_id"),
            secret_key: value("aws_secret_access_key"),
            token: value("aws_session_token"),
            region: value("region"),
            endpoint: value("endpoint_url"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_read_from_both_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let credentials = folder.path().join("credentials");
        let config = folder.path().join("config");
        std::fs::write(
            &credentials,
            "[default]\naws_access_key_id = AKID\naws_secret_access_key=a/b+c=d\n\n[lab]\naws_access_key_id=LAB\n",
        )
        .expect("written");
        std::fs::write(
            &config,
            "[default]\nregion=eu-west-1\n[profile lab]\nregion = us-west-2\nendpoint_url = http://127.0.0.1:9000\n",
        )
        .expect("written");
        let read = |profile: &str| AwsProfile::read(Some(&credentials), Some(&config), profile);
        let default = read("default");
        assert_eq!(default.secret_key.as_deref(), Some("a/b+c=d"));
        assert_eq!(default.region.as_deref(), Some("eu-west-1"));
        assert_eq!(default.endpoint, None);
        let lab = read("lab");
        assert_eq!(lab.access_key.as_deref(), Some("LAB"));
        assert_eq!(lab.endpoint.as_deref(), Some("http://127.0.0.1:9000"));
        assert_eq!(read("other"), AwsProfile::default());
        assert_eq!(
            AwsProfile::read(None, None, "default"),
            AwsProfile::default()
        );
    }
}
