//! The browser of the demonstration: follows redirects on this machine, as a person's browser would after "allow".
//! Knows no cookies, no forms and no https.

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::header::LOCATION;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use url::Url;

/// More redirects than any consent needs.
const MOST: usize = 8;

/// Opens `address` and follows where it leads. Says why when it leads nowhere.
pub async fn open(address: &str) -> Result<(), String> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let mut url = Url::parse(address).map_err(|error| error.to_string())?;
    for _ in 0..MOST {
        let uri = url.as_str().parse().map_err(|_| "not an address".to_owned())?;
        let response = client.get(uri).await.map_err(|error| format!("{}: {error}", url.path()))?;
        let status = response.status();
        match response.headers().get(LOCATION).and_then(|location| location.to_str().ok()) {
            Some(location) if status.is_redirection() => url = url.join(location).map_err(|error| error.to_string())?,
            _ if status.is_success() => return Ok(()),
            _ => return Err(format!("{} answered {status}", url.path())),
        }
    }
    Err("too many redirects".to_owned())
}
