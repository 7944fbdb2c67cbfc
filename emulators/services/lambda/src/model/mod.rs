//! The shapes of the Lambda API. `lambda.model` is generated; see `xtask/src/aws_model`.

use greenroom_aws_wire::Model;

const PUBLISHED: &str = include_str!("lambda.model");
const OVERRIDES: &str = include_str!("overrides.model");

/// The shapes.
///
/// # Panics
/// Never: a test reads the same texts.
#[must_use]
pub(crate) fn read() -> Model {
    Model::parse(&[PUBLISHED, OVERRIDES]).expect("invariant: the model is part of the program")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_has_every_operation() {
        let model = read();
        assert_eq!((model.service.as_str(), model.operations.len()), ("lambda", 85));
        assert_eq!(model.shape("Timeout").unwrap().most.as_ref().unwrap().text, "900");
    }
}
