//! SnapStart: instances that are restored from a snapshot.
