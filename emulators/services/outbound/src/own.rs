//! Places that guest code may not reach: where this program itself is driven.

use std::net::{IpAddr, SocketAddr};

/// Whether a connection from `here` to `there` has reached `listener` of this machine. To be asked of a connection that is made, so that it
/// does not matter by what name or spelling of an address the place was asked for.
pub(crate) fn reaches(listener: SocketAddr, here: SocketAddr, there: SocketAddr) -> bool {
    let [listening, from, to] = [listener, here, there].map(|address| address.ip().to_canonical());
    let is_there = match listening {
        // It listens at every address of this machine; and who connects to an address of its own is at that address too.
        IpAddr::V4(any) if any.is_unspecified() => to.is_ipv4() && (to.is_loopback() || to == from),
        IpAddr::V6(any) if any.is_unspecified() => to.is_loopback() || to == from,
        exact => to == exact,
    };
    is_there && there.port() == listener.port()
}

#[cfg(test)]
mod tests {
    use super::reaches;

    #[test]
    fn a_place_is_known_by_where_the_connection_ends() {
        let reaches = |listener: &str, here: &str, there: &str| {
            let [listener, here, there] = [listener, here, there].map(|text| text.parse().unwrap());
            reaches(listener, here, there)
        };
        assert!(reaches("127.0.0.1:4560", "127.0.0.1:9", "127.0.0.1:4560"));
        assert!(reaches("127.0.0.1:4560", "[::ffff:127.0.0.1]:9", "[::ffff:127.0.0.1]:4560"));
        assert!(!reaches("127.0.0.1:4560", "127.0.0.1:9", "127.0.0.1:4561"));
        assert!(!reaches("127.0.0.1:4560", "[::1]:9", "[::1]:4560"));
        for listener in ["0.0.0.0:4560", "[::]:4560"] {
            assert!(reaches(listener, "127.0.0.1:9", "127.7.7.7:4560"), "{listener}");
            assert!(reaches(listener, "10.0.0.5:9", "10.0.0.5:4560"), "{listener}");
            assert!(!reaches(listener, "10.0.0.5:9", "10.0.0.6:4560"), "{listener}");
        }
    }
}
