//! One argument of a tool: what it is called, which option of the command it becomes, what may stand in it.

use serde_json::{Map, Value, json};

/// An argument.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// The option it becomes, without dashes; empty = a word without an option.
    pub option: &'static str,
    /// What may stand in it.
    pub kind: Kind,
    /// What it means.
    pub about: &'static str,
    /// The call is refused without it.
    pub is_required: bool,
    /// An example as JSON; empty = none.
    pub example: &'static str,
}

/// What may stand in an argument.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text.
    Text,
    /// A list of texts.
    Texts,
    /// A whole number.
    Whole {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// True or false.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// What the tool reads by itself; described by this schema.
    Own(fn() -> Value),
}

impl Field {
    const fn new(name: &'static str, option: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { name, option, kind, about, is_required: false, example: "" }
    }

    /// Text.
    pub const fn text(name: &'static str, option: &'static str, about: &'static str) -> Self {
        Self::new(name, option, Kind::Text, about)
    }

    /// A list of texts.
    pub const fn texts(name: &'static str, option: &'static str, about: &'static str) -> Self {
        Self::new(name, option, Kind::Texts, about)
    }

    /// A whole number within bounds.
    pub const fn whole(
        name: &'static str,
        option: &'static str,
        (least, most): (i64, i64),
        about: &'static str,
    ) -> Self {
        Self::new(name, option, Kind::Whole { least, most }, about)
    }

    /// True or false; false when left out.
    pub const fn flag(name: &'static str, option: &'static str, about: &'static str) -> Self {
        Self::new(name, option, Kind::Flag, about)
    }

    /// One of `words`.
    pub const fn choice(
        name: &'static str,
        option: &'static str,
        words: &'static [&'static str],
        about: &'static str,
    ) -> Self {
        Self::new(name, option, Kind::Choice(words), about)
    }

    /// What no option takes.
    pub const fn own(name: &'static str, schema: fn() -> Value, about: &'static str) -> Self {
        Self::new(name, "", Kind::Own(schema), about)
    }

    /// The same, required.
    pub const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    /// The same with an example, written as JSON.
    pub const fn example(self, example: &'static str) -> Self {
        Self { example, ..self }
    }

    /// The schema of its value.
    pub fn schema(&self) -> Value {
        let mut schema = match self.kind {
            Kind::Text => json!({"type": "string"}),
            Kind::Texts => json!({"type": "array", "items": {"type": "string"}}),
            Kind::Whole { least, most } => json!({"type": "integer", "minimum": least, "maximum": most}),
            Kind::Flag => json!({"type": "boolean"}),
            Kind::Choice(words) => json!({"type": "string", "enum": words}),
            Kind::Own(schema) => schema(),
        };
        if let Value::Object(fields) = &mut schema {
            fields.insert("description".into(), self.about.into());
            if let Ok(example) = serde_json::from_str::<Value>(self.example) {
                fields.insert("examples".into(), json!([example]));
            }
        }
        schema
    }
}

/// The schema of a call with these arguments, such as `example`.
pub fn schema(fields: &[Field], example: &Value) -> Map<String, Value> {
    let properties: Map<_, _> = fields.iter().map(|field| (field.name.to_owned(), field.schema())).collect();
    let required: Vec<_> = fields.iter().filter(|field| field.is_required).map(|field| field.name).collect();
    let mut schema = Map::new();
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), properties.into());
    if !required.is_empty() {
        schema.insert("required".into(), required.into());
    }
    schema.insert("additionalProperties".into(), false.into());
    schema.insert("examples".into(), json!([example]));
    schema
}
