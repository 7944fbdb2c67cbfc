use super::Folder;

/// What `CF-Worker` says of a Worker named `app` with these keys.
fn zone(keys: &str) -> String {
    let project = Folder::with(keys).project();
    let own = project.outgoing.into_iter().find(|own| own.name == "CF-Worker").expect("it is there");
    own.value.expect("it has a value")
}

#[test]
fn the_zone_is_that_of_the_first_route() {
    assert_eq!(zone(r#""routes": ["*.shop.test/api/*", "other.test/*"]"#), "shop.test");
    assert_eq!(zone(r#""routes": [{ "pattern": "www.shop.test/*", "zone_name": "shop.test" }]"#), "shop.test");
    assert_eq!(zone(r#""route": { "pattern": "https://www.shop.test/*", "custom_domain": true }"#), "www.shop.test");
}

#[test]
fn the_host_of_dev_comes_first_and_a_made_up_zone_last() {
    assert_eq!(zone(r#""dev": { "host": "dev.test" }, "route": "shop.test/*""#), "dev.test");
    assert_eq!(zone(r#""vars": {}"#), "app.example.com");
}
