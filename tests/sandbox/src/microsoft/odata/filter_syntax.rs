//! Reads a `$filter` text into an expression: comparisons, `and`, `or`, `not`, brackets, `contains`, `startswith`, `endswith`,
//! `tolower`, `toupper` and the lambda `any`. Evaluation is `filter`'s affair.

use crate::microsoft::error::GraphError;
use serde_json::Value;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Both must hold.
    And(Box<Condition>, Box<Condition>),
    /// One must hold.
    Or(Box<Condition>, Box<Condition>),
    /// Must not hold.
    Not(Box<Condition>),
    /// `left operator right`.
    Compare(Operand, Operator, Operand),
    /// A function of two texts.
    Text(TextTest, Operand, Operand),
    /// Some member of a collection satisfies the condition; without one, the collection has a member.
    Any {
        /// Path of the collection.
        collection: Vec<String>,
        /// Name a member has in the condition.
        variable: String,
        /// What a member must satisfy.
        condition: Option<Box<Condition>>,
    },
    /// A truth-valued property alone.
    Flag(Operand),
}

/// A value in a condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A constant.
    Literal(Value),
    /// A property, segment by segment.
    Path(Vec<String>),
    /// The operand in lower case: `tolower` and `toupper` alike, as comparison ignores case.
    Folded(Box<Operand>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Operator {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

/// A function of two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum TextTest {
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Open,
    Close,
    Comma,
}

/// Reads a whole filter.
///
/// # Errors
/// 400 when it cannot be understood.
pub fn parse(text: &str) -> Result<Condition, GraphError> {
    let mut tokens = tokens(text).ok_or_else(|| refuse(text))?;
    tokens.reverse();
    let mut reader = Reader { tokens };
    let condition = reader.any_of().ok_or_else(|| refuse(text))?;
    if reader.tokens.is_empty() { Ok(condition) } else { Err(refuse(text)) }
}

fn refuse(text: &str) -> GraphError {
    GraphError::bad("BadRequest", format!("Invalid filter clause: syntax error in '{text}'."))
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' => {}
            '(' => found.push(Token::Open),
            ')' => found.push(Token::Close),
            ',' => found.push(Token::Comma),
            '\'' => {
                let mut literal = String::new();
                loop {
                    match letters.next()? {
                        '\'' if letters.peek() == Some(&'\'') => {
                            letters.next();
                            literal.push('\'');
                        }
                        '\'' => break,
                        other => literal.push(other),
                    }
                }
                found.push(Token::Text(literal));
            }
            first => {
                let mut word = String::from(first);
                while let Some(next) = letters.next_if(|next| !" (),'".contains(*next)) {
                    word.push(next);
                }
                found.push(Token::Word(word));
            }
        }
    }
    Some(found)
}

struct Reader {
    /// Last token first.
    tokens: Vec<Token>,
}

impl Reader {
    fn any_of(&mut self) -> Option<Condition> {
        let mut left = self.all_of()?;
        while self.take_word("or") {
            left = Condition::Or(Box::new(left), Box::new(self.all_of()?));
        }
        Some(left)
    }

    fn all_of(&mut self) -> Option<Condition> {
        let mut left = self.one()?;
        while self.take_word("and") {
            left = Condition::And(Box::new(left), Box::new(self.one()?));
        }
        Some(left)
    }

    fn one(&mut self) -> Option<Condition> {
        if self.take_word("not") {
            return Some(Condition::Not(Box::new(self.one()?)));
        }
        if self.take(&Token::Open) {
            let inner = self.any_of()?;
            return self.take(&Token::Close).then_some(inner);
        }
        if let (Some(Token::Word(word)), Some(Token::Open)) =
            (self.tokens.last().cloned(), self.tokens.iter().rev().nth(1))
        {
            let lower = word.to_ascii_lowercase();
            let test = match lower.as_str() {
                "contains" => Some(TextTest::Contains),
                "startswith" => Some(TextTest::StartsWith),
                "endswith" => Some(TextTest::EndsWith),
                _ => None,
            };
            if let Some(test) = test {
                self.tokens.truncate(self.tokens.len() - 2);
                let left = self.operand()?;
                let comma = self.take(&Token::Comma);
                let right = self.operand()?;
                return (comma && self.take(&Token::Close)).then_some(Condition::Text(test, left, right));
            }
            if lower.ends_with("/any") {
                self.tokens.truncate(self.tokens.len() - 2);
                return self.any(&word);
            }
        }
        let left = self.operand()?;
        let Some(operator) = self.operator() else { return Some(Condition::Flag(left)) };
        Some(Condition::Compare(left, operator, self.operand()?))
    }

    fn any(&mut self, word: &str) -> Option<Condition> {
        let mut collection = segments(word);
        collection.pop();
        if self.take(&Token::Close) {
            return Some(Condition::Any { collection, variable: String::new(), condition: None });
        }
        let Some(Token::Word(head)) = self.tokens.pop() else { return None };
        let (variable, rest) = head.split_once(':')?;
        if !rest.is_empty() {
            self.tokens.push(Token::Word(rest.to_owned()));
        }
        let condition = Some(Box::new(self.any_of()?));
        self.take(&Token::Close).then(|| Condition::Any { collection, variable: variable.to_owned(), condition })
    }

    fn operand(&mut self) -> Option<Operand> {
        match self.tokens.pop()? {
            Token::Text(text) => Some(Operand::Literal(Value::String(text))),
            Token::Word(word) if self.tokens.last() == Some(&Token::Open) => {
                let folds = ["tolower", "toupper", "trim"].iter().any(|name| name.eq_ignore_ascii_case(&word));
                self.tokens.pop();
                let inner = self.operand()?;
                (folds && self.take(&Token::Close)).then(|| Operand::Folded(Box::new(inner)))
            }
            Token::Word(word) => Some(constant(&word).map_or_else(|| Operand::Path(segments(&word)), Operand::Literal)),
            _ => None,
        }
    }

    fn operator(&mut self) -> Option<Operator> {
        let Some(Token::Word(word)) = self.tokens.last() else { return None };
        let operator = match word.to_ascii_lowercase().as_str() {
            "eq" => Operator::Eq,
            "ne" => Operator::Ne,
            "gt" => Operator::Gt,
            "ge" => Operator::Ge,
            "lt" => Operator::Lt,
            "le" => Operator::Le,
            _ => return None,
        };
        self.tokens.pop();
        Some(operator)
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let found = matches!(self.tokens.last(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
        if found {
            self.tokens.pop();
        }
        found
    }

    fn take(&mut self, wanted: &Token) -> bool {
        let found = self.tokens.last() == Some(wanted);
        if found {
            self.tokens.pop();
        }
        found
    }
}

fn segments(word: &str) -> Vec<String> {
    word.split('/').map(str::to_owned).collect()
}

/// An unquoted constant: number, truth value, null, or a date and time.
fn constant(word: &str) -> Option<Value> {
    match word.to_ascii_lowercase().as_str() {
        "true" => return Some(Value::Bool(true)),
        "false" => return Some(Value::Bool(false)),
        "null" => return Some(Value::Null),
        _ => {}
    }
    if !word.starts_with(|first: char| first.is_ascii_digit() || first == '-') {
        return None;
    }
    word.parse::<i64>().map(Value::from).ok().or_else(|| Some(Value::String(word.to_owned())))
}
