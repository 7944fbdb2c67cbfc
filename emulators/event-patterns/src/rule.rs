//! Rules: what must be at which paths, all at once.

use crate::event::{Fields, Leaf, Membership};
use crate::test::Test;

/// One way to match: each path has a value that passes one of its tests.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Rule {
    pub(crate) paths: Vec<(String, Vec<Test>)>,
}

impl Rule {
    /// Whether the values of all paths can be had at once. Of an array of objects they must come from the same element: a rule for
    /// `items.name` and `items.price` wants one item that has both.
    pub(crate) fn matches(&self, fields: &Fields<'_>) -> bool {
        find(&self.paths, fields, &Vec::new())
    }
}

fn find(paths: &[(String, Vec<Test>)], fields: &Fields<'_>, inside: &Membership) -> bool {
    let Some(((path, tests), others)) = paths.split_first() else {
        return true;
    };
    let leaves = fields.at(path);
    if leaves.is_empty() {
        return tests.contains(&Test::Absent) && find(others, fields, inside);
    }
    let fits = |leaf: &&Leaf<'_>| consistent(inside, &leaf.inside) && tests.iter().any(|test| test.passes(leaf.value));
    leaves.iter().filter(fits).any(|leaf| {
        let together = inside.iter().chain(&leaf.inside).copied().collect();
        find(others, fields, &together)
    })
}

/// Whether two values are in no two elements of one array.
fn consistent(left: &Membership, right: &Membership) -> bool {
    right.iter().all(|(array, index)| left.iter().all(|(other, at)| array != other || index == at))
}
