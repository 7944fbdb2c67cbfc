//! The shapes of the SQS API. `sqs.model` is generated; see `xtask/src/aws_model`.

use greenroom_aws_wire::Model;

const PUBLISHED: &str = include_str!("sqs.model");
const OVERRIDES: &str = include_str!("overrides.model");

/// The shapes.
///
/// # Panics
/// Never: a test reads the same texts.
#[must_use]
pub(crate) fn read() -> Model {
    let model = Model::parse(&[PUBLISHED, OVERRIDES]).expect("invariant: the model is part of the program");
    model.refusing(crate::error::broken_shapes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_has_every_operation() {
        let model = read();
        assert_eq!((model.service.as_str(), model.operations.len()), ("sqs", 23));
    }
}
