//! The operations: a file for each, and a line for each in the table. The other files here have what several of them share.

mod add_permission;
mod batch;
mod cancel_message_move_task;
mod change_message_visibility;
mod change_message_visibility_batch;
mod create_queue;
mod delete_message;
mod delete_message_batch;
mod delete_queue;
mod get_queue_attributes;
mod get_queue_url;
mod list_dead_letter_source_queues;
mod list_message_move_tasks;
mod list_queue_tags;
mod list_queues;
mod outgoing;
mod page;
mod purge_queue;
mod receive_message;
mod received;
mod remove_permission;
mod send_message;
mod send_message_batch;
mod set_queue_attributes;
mod start_message_move_task;
mod tag_queue;
mod untag_queue;

use greenroom_aws_wire::Entry;

use crate::service::Queues;

/// What is emulated. A test holds it against the folder and the model.
pub(crate) const OPERATIONS: &[Entry<Queues>] = &[
    Entry::of::<add_permission::AddPermission>(),
    Entry::of::<cancel_message_move_task::CancelMessageMoveTask>(),
    Entry::of::<change_message_visibility::ChangeMessageVisibility>(),
    Entry::of::<change_message_visibility_batch::ChangeMessageVisibilityBatch>(),
    Entry::of::<create_queue::CreateQueue>(),
    Entry::of::<delete_message::DeleteMessage>(),
    Entry::of::<delete_message_batch::DeleteMessageBatch>(),
    Entry::of::<delete_queue::DeleteQueue>(),
    Entry::of::<get_queue_attributes::GetQueueAttributes>(),
    Entry::of::<get_queue_url::GetQueueUrl>(),
    Entry::of::<list_dead_letter_source_queues::ListDeadLetterSourceQueues>(),
    Entry::of::<list_message_move_tasks::ListMessageMoveTasks>(),
    Entry::of::<list_queue_tags::ListQueueTags>(),
    Entry::of::<list_queues::ListQueues>(),
    Entry::of::<purge_queue::PurgeQueue>(),
    Entry::of::<receive_message::ReceiveMessage>(),
    Entry::of::<remove_permission::RemovePermission>(),
    Entry::of::<send_message::SendMessage>(),
    Entry::of::<send_message_batch::SendMessageBatch>(),
    Entry::of::<set_queue_attributes::SetQueueAttributes>(),
    Entry::of::<start_message_move_task::StartMessageMoveTask>(),
    Entry::of::<tag_queue::TagQueue>(),
    Entry::of::<untag_queue::UntagQueue>(),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model;

    #[test]
    fn every_operation_is_in_the_folder_the_table_and_the_model() {
        let folder = std::path::Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells tests their folder")).join("src/ops");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
        let written = files.filter(|text| text.contains("\nimpl Operation<Queues> for ")).count();
        let model = model::read();
        assert_eq!((written, OPERATIONS.len()), (model.operations.len(), model.operations.len()));
        for entry in OPERATIONS {
            assert!(model.operation(entry.name).is_some(), "{}", entry.name);
        }
    }
}
