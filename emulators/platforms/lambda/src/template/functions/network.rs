//! Functions about networks. Nothing here has one; templates that use them read all the same.

use std::net::Ipv4Addr;

use super::Stack;
use crate::sources::Mark;
use crate::tree::{IntoNode, Node};

pub(super) fn zones(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    let region = stack.text_argument(argument, "Fn::GetAZs")?;
    let region = if region.is_empty() { stack.cx.options.region().to_owned() } else { region };
    Some(["a", "b", "c"].map(|zone| format!("{region}{zone}")).to_vec().into_node(at))
}

pub(super) fn cidr(stack: &Stack<'_>, argument: &Node, at: Mark) -> Option<Node> {
    let items = argument.items().unwrap_or_default();
    let (block, count, bits) = match items {
        [block, count] => (block, count, None),
        [block, count, bits] => (block, count, Some(bits)),
        _ => {
            stack.cx.error(argument.at, "`Fn::Cidr` takes a block, a count and perhaps the bits of each", "correct its argument");
            return None;
        }
    };
    let block_text = stack.text_argument(block, "Fn::Cidr")?;
    let number = |node: &Node| stack.text_argument(node, "Fn::Cidr").and_then(|text| text.parse::<u32>().ok());
    let bits = bits.map_or(Some(8), number);
    let blocks = count_blocks(&block_text, number(count), bits);
    if blocks.is_none() {
        stack.cx.error(
            block.at,
            format!("`Fn::Cidr` cannot divide `{block_text}` so"),
            "use an IPv4 block that is large enough, such as `10.0.0.0/16`",
        );
    }
    Some(blocks?.into_node(at))
}

fn count_blocks(block: &str, count: Option<u32>, bits: Option<u32>) -> Option<Vec<String>> {
    let (address, prefix) = block.split_once('/')?;
    let (prefix, count, bits) = (prefix.parse::<u32>().ok()?, count?, bits?);
    let new_prefix = 32_u32.checked_sub(bits).filter(|new| *new >= prefix && (1..=256).contains(&count))?;
    let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
    let start = u64::from(u32::from(address.parse::<Ipv4Addr>().ok()?) & mask);
    let fits = u64::from(count) <= 1_u64 << (new_prefix - prefix);
    let at = |index: u32| u32::try_from(start + (u64::from(index) << bits)).ok().map(Ipv4Addr::from);
    fits.then(|| (0..count).filter_map(at).map(|address| format!("{address}/{new_prefix}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divides_a_block() {
        let expected = Some(vec!["192.168.0.0/27".to_owned(), "192.168.0.32/27".to_owned()]);
        assert_eq!(count_blocks("192.168.0.0/24", Some(2), Some(5)), expected);
        assert_eq!(count_blocks("10.0.0.0/24", Some(2), Some(8)), None);
        assert_eq!(count_blocks("10.0.0.0", Some(2), Some(8)), None);
    }
}
