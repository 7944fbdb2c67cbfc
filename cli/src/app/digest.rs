//! What makes two versions of an app the same.

use greenroom_host::Bundle;
use greenroom_platforms::Project;
use sha2::{Digest, Sha256};

/// What makes two versions the same: code and everything that its environment is made of.
pub(crate) fn digest(bundle: &Bundle, project: &Project) -> [u8; 32] {
    let mut hash = Sha256::new();
    for module in &bundle.modules {
        hash.update(format!("{}\0{:?}\0{}\0", module.name, module.kind, module.content.len()));
        hash.update(&module.content);
    }
    let app = &project.app;
    hash.update(format!("{:?}{:?}{:?}{:?}", app.vars, app.compatibility_date, app.compatibility_flags, app.limits));
    hash.update(format!("{:?}", project.outgoing));
    for decl in &app.bindings {
        hash.update(format!("{}\0{}\0{}\0{}\0", decl.name, decl.kind, decl.id, decl.config));
    }
    hash.finalize().into()
}
