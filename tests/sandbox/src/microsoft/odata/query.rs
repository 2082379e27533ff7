//! The query of a URL: names without regard to case, `%24` as good as `$`.

use crate::microsoft::error::GraphError;

/// Query parameters in the order they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    /// Reads the raw text behind `?`.
    ///
    /// # Errors
    /// 400 when a parameter of the API is given twice.
    pub fn parse(raw: &str) -> Result<Self, GraphError> {
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(raw.as_bytes()).into_owned().filter(|pair| !pair.0.is_empty()).collect();
        for (index, (name, _)) in pairs.iter().enumerate() {
            if pairs.iter().take(index).any(|(earlier, _)| earlier.eq_ignore_ascii_case(name)) {
                return Err(GraphError::bad(
                    "BadRequest",
                    format!(
                        "Query option '{name}' was specified more than once, but it must be specified at most once."
                    ),
                ));
            }
        }
        Ok(Self { pairs })
    }

    /// A value by name, case ignored.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// A value that must be a whole number of at least `least`.
    ///
    /// # Errors
    /// 400 when it is not.
    pub fn count(&self, name: &str, least: usize) -> Result<Option<usize>, GraphError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let value = text.parse::<usize>().ok().filter(|value| *value >= least);
        let message = || {
            format!(
                "Invalid value '{text}' for {name} query option found. The {name} query option requires a non-negative integer value."
            )
        };
        value.map(Some).ok_or_else(|| GraphError::bad("BadRequest", message()))
    }

    /// Refuses options the operation does not support.
    ///
    /// # Errors
    /// 400 naming the first of `names` that was sent.
    pub fn refuse(&self, names: &[&str]) -> Result<(), GraphError> {
        match names.iter().find(|name| self.get(name).is_some()) {
            Some(name) => Err(GraphError::bad(
                "ErrorInvalidUrlQuery",
                format!(
                    "The following parameters are not supported with change tracking over the 'CalendarView' resource: '{name}'."
                ),
            )),
            None => Ok(()),
        }
    }

    /// The query again, without the named parameters, with one more at the end; `$` stays readable.
    pub fn rewritten(&self, without: &[&str], name: &str, value: &str) -> String {
        let mut writer = url::form_urlencoded::Serializer::new(String::new());
        for (key, value) in
            self.pairs.iter().filter(|(key, _)| !without.iter().any(|gone| gone.eq_ignore_ascii_case(key)))
        {
            writer.append_pair(key, value);
        }
        writer.append_pair(name, value);
        writer.finish().replace("%24", "$").replace('+', "%20")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case_and_encoded_or_not() {
        let query = Query::parse("%24TOP=5&$Select=id%2Cstart&startdatetime=x").unwrap();
        assert_eq!(query.count("$top", 1).unwrap(), Some(5));
        assert_eq!(query.get("$select"), Some("id,start"));
        assert_eq!(query.get("startDateTime"), Some("x"));
    }

    #[test]
    fn a_repeated_or_senseless_option_is_refused() {
        assert!(Query::parse("$top=1&%24top=2").is_err());
        assert!(Query::parse("$top=0").unwrap().count("$top", 1).is_err());
        assert!(Query::parse("$top=-1").unwrap().count("$top", 0).is_err());
    }

    #[test]
    fn a_link_repeats_the_query() {
        let query = Query::parse("$top=1&$skip=3&startDateTime=2026-06-10T00:00:00Z&$filter=a eq 'b'").unwrap();
        let text = query.rewritten(&["$skip"], "$skiptoken", "q/+=");
        assert_eq!(
            text,
            "$top=1&startDateTime=2026-06-10T00%3A00%3A00Z&$filter=a%20eq%20%27b%27&$skiptoken=q%2F%2B%3D"
        );
        assert_eq!(Query::parse(&text).unwrap().get("$skiptoken"), Some("q/+="));
    }
}
