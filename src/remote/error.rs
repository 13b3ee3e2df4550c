//! What a store or the network said, in words that help.

use object_store::Error;

/// Why a store cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// Not an address of a store.
    #[error("{0} is no address of a store; s3://, gs://, az://, http:// and https:// are known")]
    Address(String),
    /// Nothing is there.
    #[error("there is nothing of this name")]
    NotFound,
    /// The store does not let us in.
    #[error("access is refused; {help}")]
    Refused {
        /// Where keys are looked for.
        help: &'static str,
    },
    /// The server cannot do this, such as listing its files.
    #[error("the server cannot do this")]
    Unsupported,
    /// Larger than any picture.
    #[error("it is larger than {0} GiB, which no picture of a field is")]
    TooLarge(u64),
    /// Cancelled by the user.
    #[error("cancelled")]
    Cancelled,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl RemoteError {
    /// What a store's error means to a person.
    pub(super) fn of(error: &Error, help: &'static str) -> Self {
        let text = root_of(error);
        let refused = [
            "403",
            "401",
            "AccessDenied",
            "InvalidAccessKeyId",
            "Forbidden",
        ]
        .iter()
        .any(|word| text.contains(word));
        match error {
            Error::NotFound { .. } => Self::NotFound,
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
                Self::Refused { help }
            }
            Error::NotSupported { .. } | Error::NotImplemented { .. } => Self::Unsupported,
            _ if refused => Self::Refused { help },
            _ => Self::Other(text),
        }
    }
}

/// The innermost reason on one line: what lies around it names layers, not causes.
fn root_of(error: &dyn std::error::Error) -> String {
    let mut chain = vec![error.to_string()];
    let mut inner = error.source();
    while let Some(error) = inner {
        chain.push(error.to_string());
        inner = error.source();
    }
    let text = match chain.as_slice() {
        [.., before, last] if before.len() < 200 && !before.contains(last.as_str()) => {
            format!("{before}: {last}")
        }
        [.., last] => last.clone(),
        [] => String::new(),
    };
    let text = match said_in_xml(&text) {
        Some(message) => message,
        None => &text,
    };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(400) {
        Some((end, _)) => format!("{}\u{2026}", &line[..end]),
        None => line,
    }
}

/// The sentence in the answer of S3 and those that speak as it does.
fn said_in_xml(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("<Message>")?;
    let (message, _) = after.split_once("</Message>")?;
    Some(message).filter(|message| !message.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_a_person_can_do() {
        let generic = |text: &str| Error::Generic {
            store: "S3",
            source: text.to_owned().into(),
        };
        let not_found = Error::NotFound {
            path: "a".to_owned(),
            source: "x".into(),
        };
        assert_eq!(RemoteError::of(&not_found, "h"), RemoteError::NotFound);
        let refused = RemoteError::of(&generic("status 403 Forbidden: x"), "set a key");
        assert_eq!(refused.to_string(), "access is refused; set a key");
        let other = RemoteError::of(&generic("connection\n  refused"), "h");
        assert_eq!(other.to_string(), "connection refused");
        let xml = "404 <Error><Code>NoSuchBucket</Code><Message>No such bucket</Message></Error>";
        let said = RemoteError::of(&generic(xml), "h");
        assert_eq!(said.to_string(), "No such bucket");
        let long = RemoteError::of(&generic(&"x".repeat(5000)), "h");
        assert!(long.to_string().len() < 420);
    }
}
