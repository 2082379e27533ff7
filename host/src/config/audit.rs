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
}

impl Default for Audit {
    fn default() -> Self {
        Self { required: false, file_bytes: 16 << 20 }
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
        Ok(Self { required, file_bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strictness_and_size_can_be_set_and_have_bounds() {
        let read = |pairs: &[(&str, &str)]| Audit::read(&Variables::new(pairs.iter().copied()));
        assert_eq!(read(&[]), Ok(Audit::default()));
        let set = read(&[("CALENDAR_HOST_AUDIT", "required"), ("CALENDAR_HOST_AUDIT_MIB", "1")]);
        assert_eq!(set, Ok(Audit { required: true, file_bytes: 1 << 20 }));
        for pair in [("CALENDAR_HOST_AUDIT", "off"), ("CALENDAR_HOST_AUDIT_MIB", "0")] {
            assert_eq!(read(&[pair]).unwrap_err().variable(), pair.0);
        }
    }
}
