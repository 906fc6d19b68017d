//! `buildschema`: the smallest schema that all values fit.

use super::{Accumulator, Setup, boxed};
use crate::eval::function::Failure;
use crate::value::{Dynamic, Value};

/// The types that values at one place have, in the order of their first appearance.
#[derive(Debug, Default)]
struct Schema {
    scalars: Vec<&'static str>,
    /// The slots of bags; the elements of arrays are the slot [`INDEXER`].
    slots: Option<Vec<(String, Schema)>>,
}

const INDEXER: &str = "`indexer`";

impl Schema {
    fn admit(&mut self, value: &Dynamic) {
        let scalar = match value {
            Dynamic::Null => return,
            Dynamic::Bag(slots) => {
                let known = self.slots.get_or_insert_default();
                for (name, value) in slots {
                    slot(known, name).admit(value);
                }
                return;
            }
            Dynamic::Array(items) => {
                let elements = slot(self.slots.get_or_insert_default(), INDEXER);
                for item in items {
                    elements.admit(item);
                }
                return;
            }
            Dynamic::Real(_) => "double",
            Dynamic::Bool(_) => "bool",
            Dynamic::Long(_) => "long",
            Dynamic::String(_) => "string",
            Dynamic::DateTime(_) => "datetime",
            Dynamic::TimeSpan(_) => "timespan",
            Dynamic::Guid(_) => "guid",
        };
        if !self.scalars.contains(&scalar) {
            self.scalars.push(scalar);
        }
    }

    /// One type as itself, several as an array.
    fn dynamic(&self) -> Option<Dynamic> {
        let scalars = self.scalars.iter().map(|name| Dynamic::String((*name).to_owned()));
        let slots = self.slots.as_ref().map(|slots| {
            let slot = |(name, schema): &(String, Self)| Some((name.clone(), schema.dynamic()?));
            Dynamic::Bag(slots.iter().filter_map(slot).collect())
        });
        let mut types: Vec<Dynamic> = scalars.chain(slots).collect();
        match types.len() {
            0 | 1 => types.pop(),
            _ => Some(Dynamic::Array(types)),
        }
    }
}

fn slot<'a>(slots: &'a mut Vec<(String, Schema)>, name: &str) -> &'a mut Schema {
    let at = slots.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
        slots.push((name.to_owned(), Schema::default()));
        slots.len() - 1
    });
    &mut slots[at].1
}

impl Accumulator for Schema {
    fn add(&mut self, args: &[Value]) -> Result<(), Failure> {
        if let Some(value) = args.first() {
            self.admit(&Dynamic::from_value(value));
        }
        Ok(())
    }

    fn finish(&mut self) -> Vec<Value> {
        vec![self.dynamic().map_or(Value::Null, Value::Dynamic)]
    }
}

pub(super) fn build(_: &Setup) -> Result<Box<dyn Accumulator>, Failure> {
    Ok(boxed(Schema::default()))
}
