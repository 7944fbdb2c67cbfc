//! Walking the tree of a template.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Number;

use super::expression::{Expression, Reference, Step};
use super::input::Input;
use super::parse::Node;
use super::value::Value;
use super::{methods, util};

/// How often a `#foreach` may go round:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html> (iterations in a `#ForEach` loop)
const ROUNDS: usize = 1000;

/// How many parts of `#define` may name one another.
const PARTS: usize = 16;

/// One run of a template.
pub(crate) struct Evaluation {
    values: HashMap<String, Value>,
    input: Input,
    /// How many parts are being rendered inside one another.
    parts: usize,
}

/// What comes after a part of a template.
#[derive(PartialEq)]
enum Flow {
    On,
    Break,
    Stop,
}

impl Evaluation {
    /// With these names known from the start.
    pub(crate) fn new(roots: Vec<(&str, Value)>, input: Input) -> Self {
        Self { values: roots.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(), input, parts: 0 }
    }

    /// The text that a template makes.
    pub(crate) fn run(&mut self, nodes: &[Node]) -> Result<String, String> {
        let mut out = String::new();
        self.nodes(nodes, &mut out)?;
        Ok(out)
    }

    fn nodes(&mut self, nodes: &[Node], out: &mut String) -> Result<Flow, String> {
        for node in nodes {
            match self.node(node, out)? {
                Flow::On => {}
                flow => return Ok(flow),
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, node: &Node, out: &mut String) -> Result<Flow, String> {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Reference(reference) => match self.reference(reference)? {
                Some(value) => out.push_str(&value.text()),
                None if reference.quiet => {}
                None => out.push_str(&reference.source),
            },
            Node::Set(target, value) => {
                let value = self.value(value)?;
                self.set(target, value)?;
            }
            Node::If(branches, otherwise) => {
                for (condition, body) in branches {
                    if self.value(condition)?.holds() {
                        return self.nodes(body, out);
                    }
                }
                return self.nodes(otherwise, out);
            }
            Node::Foreach { name, over, body } => return self.foreach(name, over, body, out),
            Node::Define { name, body } => drop(self.values.insert(name.clone(), Value::Part(Rc::new(body.clone())))),
            Node::Break => return Ok(Flow::Break),
            Node::Stop => return Ok(Flow::Stop),
        }
        Ok(Flow::On)
    }

    fn foreach(&mut self, name: &str, over: &Expression, body: &[Node], out: &mut String) -> Result<Flow, String> {
        let items = match self.value(over)? {
            Value::List { items, .. } => items.borrow().clone(),
            Value::Map(pairs) => pairs.borrow().iter().map(|(_, value)| value.clone()).collect(),
            Value::Null => Vec::new(),
            other => return Err(format!("mapping template: `#foreach` over what is neither list nor map: {}", other.text())),
        };
        if items.len() > ROUNDS {
            return Err(format!("mapping template: `#foreach` goes round {} times, and {ROUNDS} are allowed", items.len()));
        }
        let (before, outer) = (self.values.get(name).cloned(), self.values.get("foreach").cloned());
        let mut flow = Flow::On;
        for (index, item) in items.iter().enumerate() {
            let more = Value::Bool(index + 1 < items.len());
            let turn = [("index", Value::number(index)), ("count", Value::number(index + 1)), ("hasNext", more)];
            let turn = turn.into_iter().chain([("first", Value::Bool(index == 0)), ("last", Value::Bool(index + 1 == items.len()))]);
            self.values.insert("foreach".to_owned(), Value::map(turn.map(|(name, value)| (name.to_owned(), value)).collect()));
            self.values.insert("velocityCount".to_owned(), Value::number(index + 1));
            self.values.insert(name.to_owned(), item.clone());
            flow = self.nodes(body, out)?;
            if flow != Flow::On {
                break;
            }
        }
        self.restore(name, before);
        self.restore("foreach", outer);
        Ok(if flow == Flow::Break { Flow::On } else { flow })
    }

    fn restore(&mut self, name: &str, before: Option<Value>) {
        match before {
            Some(value) => self.values.insert(name.to_owned(), value),
            None => self.values.remove(name),
        };
    }

    /// The value of a reference; none where its name is not known.
    fn reference(&mut self, reference: &Reference) -> Result<Option<Value>, String> {
        let Some(mut value) = self.values.get(&reference.name).cloned() else { return Ok(None) };
        if let Value::Part(part) = value {
            value = Value::Text(self.part(&part)?);
        }
        for step in &reference.steps {
            value = self.step(&value, step)?;
        }
        Ok(Some(value))
    }

    /// What a part makes now.
    fn part(&mut self, part: &[Node]) -> Result<String, String> {
        if self.parts >= PARTS {
            return Err(format!("mapping template: more than {PARTS} parts of `#define` inside one another"));
        }
        self.parts += 1;
        let text = self.run(part);
        self.parts -= 1;
        text
    }

    fn step(&mut self, value: &Value, step: &Step) -> Result<Value, String> {
        match step {
            Step::Property(name) => Ok(match value {
                Value::Input => self.input.property(name),
                other => methods::property(other, name),
            }),
            Step::Index(index) => {
                let index = self.value(index)?;
                Ok(methods::at(value, &index))
            }
            Step::Call(name, arguments) => {
                let arguments = arguments.iter().map(|argument| self.value(argument)).collect::<Result<Vec<_>, _>>()?;
                match value {
                    Value::Input => self.input.call(name, &arguments),
                    Value::Util => util::call(name, &arguments),
                    other => methods::call(other, name, &arguments),
                }
            }
        }
    }

    fn set(&mut self, target: &Reference, value: Value) -> Result<(), String> {
        let Some((last, before)) = target.steps.split_last() else {
            self.values.insert(target.name.clone(), value);
            return Ok(());
        };
        let mut place = self.values.get(&target.name).cloned().unwrap_or(Value::Null);
        for step in before {
            place = self.step(&place, step)?;
        }
        match (last, &place) {
            (Step::Property(name), Value::Map(_)) => drop(place.put(name, value)),
            (Step::Index(index), _) => {
                let index = self.value(index)?;
                methods::set_at(&place, &index, value);
            }
            _ => return Err(format!("mapping template: `{}` cannot be set", target.source)),
        }
        Ok(())
    }

    /// The value of an expression.
    fn value(&mut self, expression: &Expression) -> Result<Value, String> {
        Ok(match expression {
            Expression::Null => Value::Null,
            Expression::Bool(bool) => Value::Bool(*bool),
            Expression::Number(number) => Value::Number(number.clone()),
            Expression::Text(text) => Value::Text(text.clone()),
            Expression::Template(nodes) => {
                let mut out = String::new();
                self.nodes(nodes, &mut out)?;
                Value::Text(out)
            }
            Expression::List(items) => Value::list(items.iter().map(|item| self.value(item)).collect::<Result<_, _>>()?),
            Expression::Range(first, last) => range(&self.value(first)?, &self.value(last)?)?,
            Expression::Map(pairs) => {
                let pair = |(name, value): &(Expression, Expression)| Ok((self.value(name)?.text(), self.value(value)?));
                Value::map(pairs.iter().map(pair).collect::<Result<_, String>>()?)
            }
            Expression::Reference(reference) => self.reference(reference)?.unwrap_or(Value::Null),
            Expression::Not(inner) => Value::Bool(!self.value(inner)?.holds()),
            Expression::Binary("||", left, right) => Value::Bool(self.value(left)?.holds() || self.value(right)?.holds()),
            Expression::Binary("&&", left, right) => Value::Bool(self.value(left)?.holds() && self.value(right)?.holds()),
            Expression::Binary(operator, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                binary(operator, &left, &right)
            }
        })
    }
}

fn range(first: &Value, last: &Value) -> Result<Value, String> {
    let (Some(first), Some(last)) = (first.as_i64(), last.as_i64()) else { return Ok(Value::Null) };
    if first.abs_diff(last) > ROUNDS as u64 {
        return Err(format!("mapping template: a range of more than {ROUNDS} numbers"));
    }
    let numbers: Vec<i64> = if first <= last { (first..=last).collect() } else { (last..=first).rev().collect() };
    Ok(Value::list(numbers.into_iter().map(Value::number).collect()))
}

fn binary(operator: &str, left: &Value, right: &Value) -> Value {
    let order = || match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        _ => left.as_f64().zip(right.as_f64()).and_then(|(left, right)| left.partial_cmp(&right)),
    };
    match operator {
        "==" => Value::Bool(left.same(right)),
        "!=" => Value::Bool(!left.same(right)),
        "<" => Value::Bool(order().is_some_and(std::cmp::Ordering::is_lt)),
        ">" => Value::Bool(order().is_some_and(std::cmp::Ordering::is_gt)),
        "<=" => Value::Bool(order().is_some_and(std::cmp::Ordering::is_le)),
        ">=" => Value::Bool(order().is_some_and(std::cmp::Ordering::is_ge)),
        "+" if matches!(left, Value::Text(_)) || matches!(right, Value::Text(_)) => Value::Text(left.text() + &right.text()),
        _ => arithmetic(operator, left, right),
    }
}

/// Null where it cannot be calculated.
fn arithmetic(operator: &str, left: &Value, right: &Value) -> Value {
    if let (Some(left), Some(right)) = (left.as_i64(), right.as_i64()) {
        let number = match operator {
            "+" => left.checked_add(right),
            "-" => left.checked_sub(right),
            "*" => left.checked_mul(right),
            "/" => left.checked_div(right),
            _ => left.checked_rem(right),
        };
        return number.map_or(Value::Null, Value::number);
    }
    let Some((left, right)) = left.as_f64().zip(right.as_f64()) else { return Value::Null };
    let number = match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        _ => left % right,
    };
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// A text as it may stand in a text of JavaScript, single quotes included.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#util-template-reference>
pub(crate) fn escape(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].replace('\'', "\\'").replace('/', "\\/")
}
