//! Layers.

use std::path::PathBuf;

use serde::Serialize;

use super::props::Props;
use super::{LambdaProject, code};
use crate::sources::Place;

/// A version of a layer.
#[derive(Debug, Clone, Serialize)]
pub struct Layer {
    /// Its logical id.
    pub logical_id: String,
    /// Its name.
    pub layer_name: String,
    /// The ARN that functions name.
    pub layer_version_arn: String,
    /// What it is for.
    pub description: String,
    /// The folder or zip file; none where it is in a bucket.
    pub content: Option<PathBuf>,
    /// What the project's own tools build it with.
    pub build_method: Option<String>,
    /// Runtimes that it is for.
    pub compatible_runtimes: Vec<String>,
    /// Architectures that it is for.
    pub compatible_architectures: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

pub(super) fn read(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let build_method = props.body.object("Metadata").and_then(|metadata| metadata.text("BuildMethod")).map(str::to_owned);
    project.layers.push(Layer {
        logical_id: props.id.clone(),
        layer_name: props.physical_name(),
        layer_version_arn: props.reference(),
        description: props.text("Description").unwrap_or_default(),
        content: content(props).map(|path| built(props, path, build_method.as_deref())),
        build_method,
        compatible_runtimes: props.texts("CompatibleRuntimes"),
        compatible_architectures: props.texts("CompatibleArchitectures"),
        place: props.place(),
    });
    props.no_effect(&["LicenseInfo"]);
}

/// How many digits SAM puts behind the ids of layers.
const DIGEST: usize = 10;

/// What `sam build` has made of a layer that is to be built.
fn built(props: &Props<'_, '_>, path: PathBuf, method: Option<&str>) -> PathBuf {
    let Some(method) = method else { return path };
    let declared = props.id.len().checked_sub(DIGEST).and_then(|end| props.id.get(..end)).unwrap_or_default();
    let builds = props.stack.path(".aws-sam/build");
    let found = [&*props.id, declared].into_iter().filter(|id| !id.is_empty()).map(|id| builds.join(id)).find(|build| build.is_dir());
    if let Some(build) = &found {
        props.cx().watch(build);
    } else {
        let message = format!("layer `{}` has to be built (`BuildMethod: {method}`), and nothing is built here", props.physical_name());
        props.cx().not_emulated(props.at, message, "run `sam build`, whose result is used; until then its folder is, as it lies there");
    }
    found.unwrap_or(path)
}

fn content(props: &Props<'_, '_>) -> Option<PathBuf> {
    let asset = code::asset(props, &["Content"]);
    let written = asset.or_else(|| props.get("Content").and_then(|node| node.text().map(str::to_owned)));
    let Some(written) = written else {
        let message = format!("the content of layer `{}` is in a bucket, and nothing is fetched from there", props.physical_name());
        props.cx().not_emulated(props.mark("Content"), message, "name the local folder");
        return None;
    };
    props.no_effect(&["Content"]);
    let path = props.stack.path(&written);
    props.cx().watch(&path);
    if !path.exists() {
        let message = format!("the content of layer `{}` is not there: `{written}`", props.physical_name());
        props.error("Content", message, format!("create `{}`, or correct the path", path.display()));
        return None;
    }
    Some(path)
}
