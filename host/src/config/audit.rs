//! How strict the audit log is, and when its file is full.

use super::ConfigError;
use super::variables::Variables;

/// How strict the audit log is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// Changes are refused while the log cannot be written. Off; `CALENDAR_HOST_AUDIT=required`.
    pub required: bool,
    /// Bytes after which `audit.jsonl` is put aside; the last eight files are kept. 16 MiB; `CALENDAR_HOST_AUDIT_MIB`.
    pub file_bytes: u64,
    /// Days that records stay in the table; `None` = until the user is purged. `CALENDAR_HOST_AUDIT_RETENTION_DAYS`.
    pub retention_days: Option<u32>,
}

impl Default for Audit {
    fn default() -> Self {
        Self { required: false, file_bytes: 16 << 20, retention_days: None }
    }
}

impl Audit {
    pub(super) fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let required = match variables.get("CALENDAR_HOST_AUDIT") {
            None | Some("on") => false,
            Some("required") => true,
            Some(_) => {
                return Err(ConfigError::new(
                    "CALENDAR_HOST_AUDIT",
                    "is neither `on` nor `required`",
                    "set it to `required` to refuse changes while the audit log cannot be written, or remove it",
                ));
            }
        };
        let file_bytes = variables.number("CALENDAR_HOST_AUDIT_MIB", 1 << 20)?.map_or(16 << 20, |mib| mib << 20);
        let retention_days = variables.days("CALENDAR_HOST_AUDIT_RETENTION_DAYS")?;
        Ok(Self { required, file_bytes, retention_days })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strictness_size_and_retention_can_be_set_and_have_bounds() {
        let read = |pairs: &[(&str, &str)]| Audit::read(&Variables::new(pairs.iter().copied()));
        assert_eq!(read(&[]), Ok(Audit::default()));
        let set = [
            ("CALENDAR_HOST_AUDIT", "required"),
            ("CALENDAR_HOST_AUDIT_MIB", "1"),
            ("CALENDAR_HOST_AUDIT_RETENTION_DAYS", "90"),
        ];
        assert_eq!(read(&set), Ok(Audit { required: true, file_bytes: 1 << 20, retention_days: Some(90) }));
        for pair in [
            ("CALENDAR_HOST_AUDIT", "off"),
            ("CALENDAR_HOST_AUDIT_MIB", "0"),
            ("CALENDAR_HOST_AUDIT_RETENTION_DAYS", "0"),
        ] {
            assert_eq!(read(&[pair]).unwrap_err().variable(), pair.0);
        }
    }
}
