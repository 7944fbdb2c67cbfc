//! Pseudo parameters.

use super::Stack;
use crate::sources::Mark;
use crate::tree::{IntoNode, Node};

/// All of them.
pub(super) const NAMES: &[&str] = &[
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

impl Stack<'_> {
    /// The value of the pseudo parameter `name`; none for `AWS::NoValue` and for what is no pseudo parameter.
    pub(crate) fn pseudo(&self, name: &str, at: Mark) -> Option<Node> {
        let options = &self.cx.options;
        let text = match name {
            "AWS::AccountId" => options.account().to_owned(),
            "AWS::Partition" => options.partition().to_owned(),
            "AWS::Region" => options.region().to_owned(),
            "AWS::StackName" => self.origin.name.clone(),
            "AWS::URLSuffix" => options.url_suffix().to_owned(),
            "AWS::StackId" => {
                let id = super::names::uuid(&self.origin.name);
                format!(
                    "arn:{}:cloudformation:{}:{}:stack/{}/{id}",
                    options.partition(),
                    options.region(),
                    options.account(),
                    self.origin.name
                )
            }
            "AWS::NotificationARNs" => return Some(Vec::<String>::new().into_node(at)),
            _ => return None,
        };
        Some(text.into_node(at))
    }
}
