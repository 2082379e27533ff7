//! Parameters of a request, from a query or a form body. A parameter given twice is an error (RFC 6749 section 3.1).

/// Parameters in the order they came.
#[derive(Clone)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded` text.
    pub fn parse(text: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(text).into_owned().collect())
    }

    /// The value of a parameter; one that is empty counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// All values of a parameter, for the sandbox's own check boxes.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The first parameter that is given more than once.
    pub fn duplicate(&self) -> Option<&str> {
        let twice =
            |(at, (key, _)): &(usize, &(String, String))| self.0.iter().skip(at + 1).any(|(other, _)| other == key);
        self.0.iter().enumerate().find(twice).map(|(_, (key, _))| key.as_str())
    }

    /// All parameters.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The words of a space-separated parameter, each once.
    pub fn words(&self, name: &str) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for word in self.get(name).unwrap_or_default().split_whitespace() {
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        words
    }
}
