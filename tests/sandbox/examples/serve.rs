//! Runs the sandbox by itself and prints the settings that point a client at it. Ctrl-C stops it.
//!
//! ```text
//! cargo run -p calendar-sandbox --example serve -- [PORT] [FOLDER FOR RECORDINGS] [PUBLIC URL]
//! ```

use calendar_sandbox::Sandbox;
use calendar_sandbox::config::Config;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let port = words.next().map(|text| text.parse()).transpose()?.unwrap_or(0);
    let (record_dir, public_url) = (words.next().map(Into::into), words.next());
    let sandbox = Sandbox::start(Config { port, record_dir, public_url, ..Config::default() }).await?;
    for (name, value) in sandbox.environment() {
        println!("{name}={value}");
    }
    tokio::signal::ctrl_c().await?;
    sandbox.shutdown().await;
    Ok(())
}
