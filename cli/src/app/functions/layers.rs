//! Layers of a project: folders as they lie there, and zip files that are unpacked as what is uploaded is.

use std::collections::BTreeMap;
use std::path::PathBuf;

use greenroom_host::Diagnostic;
use greenroom_lambda_projects::{FunctionDecl, Layer};

use super::Functions;
use super::declare::Ready;
use super::files::Files;

/// Where layers lie, by their ARN. One that cannot be had is none.
pub(super) struct Layers(BTreeMap<String, Option<Ready>>);

impl Functions {
    /// Where the layers of the project lie; what is wrong with them goes to `problems`. Those in buckets, which has been said, are not among them.
    pub(super) async fn layers(&mut self, problems: &mut Vec<Diagnostic>) -> Layers {
        let mut layers = BTreeMap::new();
        for layer in self.project.layers.clone() {
            let ready = match self.layer(&layer).await {
                Ok(Some(ready)) => Some(ready),
                Ok(None) => continue,
                Err(errors) => {
                    problems.extend(errors);
                    None
                }
            };
            layers.insert(layer.layer_version_arn, ready);
        }
        Layers(layers)
    }

    async fn layer(&mut self, layer: &Layer) -> Result<Option<Ready>, Vec<Diagnostic>> {
        let Some(content) = layer.content.as_deref() else { return Ok(None) };
        if content.is_file() {
            return self.unpacked(&format!("the content of layer `{}`", layer.layer_name), content).await.map(Some);
        }
        let Files { paths, revision } = self.walked.whole(content);
        Ok(Some(Ready { code: content.to_owned(), revision, inputs: paths }))
    }
}

impl Layers {
    /// `code` with the layers of `function`: another revision where one of them is another. None where one of them cannot be had.
    pub(super) fn below(&self, function: &FunctionDecl, mut code: Ready) -> Option<Ready> {
        for layer in self.of(function) {
            let layer = layer?;
            code.revision = format!("{}+{}", code.revision, layer.revision);
            code.inputs.extend(layer.inputs.iter().cloned());
        }
        Some(code)
    }

    /// The folders of the layers of `function`, in order.
    pub(super) fn folders(&self, function: &FunctionDecl) -> Vec<PathBuf> {
        self.of(function).flatten().map(|layer| layer.code.clone()).collect()
    }

    fn of<'a>(&'a self, function: &'a FunctionDecl) -> impl Iterator<Item = Option<&'a Ready>> {
        function.layers.iter().filter_map(move |arn| self.0.get(arn)).map(Option::as_ref)
    }
}
