//! AWS Lambda projects: SAM and CloudFormation templates, CDK assemblies, `serverless.yml` and plain folders, read into one model.
//!
//! Whatever a project is written in becomes a CloudFormation template first (`sam/`, `serverless/`, `folder/`), or is one (`cdk/`);
//! `template/` gives its values, and `resources/` makes typed declarations of it. What is read comes from files and [`LoadOptions`]
//! alone, so that loading the same files twice gives the same project.

mod cdk;
mod context;
mod folder;
mod load;
mod options;
mod resources;
mod sam;
mod samconfig;
mod serverless;
mod sources;
mod template;
mod tree;
mod types;
mod words;

pub use load::{Kind, detect, load, transformed};
pub use options::LoadOptions;
pub use resources::*;
pub use sources::Place;
