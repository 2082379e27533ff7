//! What `--version` prints: this program, the component inside it, and the zone database behind every civil time.

use std::sync::LazyLock;

use calendar_core::schedule::zone;

/// `0.1.0 (component 0.1.0, time zones 2026f)`.
pub fn line() -> &'static str {
    static LINE: LazyLock<String> = LazyLock::new(|| {
        // The built-in component is built from this very workspace, where all crates share one version.
        let version = env!("CARGO_PKG_VERSION");
        format!("{version} (component {version}, time zones {})", zone::tzdb_version())
    });
    &LINE
}
