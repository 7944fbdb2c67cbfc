//! Batches: entries with ids, results by id.

use std::collections::HashSet;

use greenroom_aws_wire::{Answer, ApiError};
use serde_json::{Map, Value, json};

use crate::error::{batch, code_in_batch};
use crate::key::is_name;
use crate::limits;

/// Refuses batches that are empty, too long, or whose ids are no ids or not distinct.
pub(super) fn check<'a>(what: &str, ids: impl ExactSizeIterator<Item = &'a str>) -> Result<(), ApiError> {
    match ids.len() {
        0 => return Err(batch::empty(what)),
        sent if sent > limits::BATCH => return Err(batch::too_many(sent)),
        _ => {}
    }
    let is_id = |id: &str| id.len() <= 80 && is_name(id);
    let mut known = HashSet::new();
    for id in ids {
        if !is_id(id) {
            return Err(batch::entry_id());
        }
        if !known.insert(id) {
            return Err(batch::not_distinct(id));
        }
    }
    Ok(())
}

/// What became of each entry of a batch whose entries answer nothing.
pub(super) fn answer_done(ids: Vec<String>, results: Vec<Result<(), ApiError>>) -> Answer {
    answer(ids.into_iter().zip(results.into_iter().map(|result| result.map(|()| Map::new()))))
}

/// What became of each entry. AWS leaves out the list that is empty.
pub(super) fn answer(results: impl Iterator<Item = (String, Result<Map<String, Value>, ApiError>)>) -> Answer {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for (id, result) in results {
        match result {
            Ok(mut members) => {
                members.insert("Id".to_owned(), id.into());
                successful.push(Value::Object(members));
            }
            Err(error) => failed.push(json!({
                "Id": id, "SenderFault": error.is_senders(), "Code": code_in_batch(&error), "Message": error.message,
            })),
        }
    }
    let lists = [("Successful", successful), ("Failed", failed)];
    let members: Map<String, Value> =
        lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(name, list)| (name.to_owned(), list.into())).collect();
    Answer::of(&members)
}
