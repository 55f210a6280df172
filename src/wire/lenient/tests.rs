use std::cell::Cell;

use super::*;

thread_local! {
    static READ: Cell<usize> = const { Cell::new(0) };
}

/// A value that counts how often it is read.
#[derive(Default, Deserialize)]
struct Counted;

impl Lenient for Counted {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        READ.set(READ.get() + 1);
        i64::read(deserializer).map(|number| number.map(|_| Self))
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Node {
    #[serde(deserialize_with = "or_default")]
    value: Option<Counted>,
    #[serde(deserialize_with = "or_default")]
    nodes: Option<Vec<Node>>,
}

impl Lenient for Node {}

/// Returns how many values were read to decode this text.
fn reads(text: &str) -> usize {
    READ.set(0);
    assert!(from_text::<Node>(text).is_ok(), "{text}");
    READ.get()
}

#[test]
fn every_value_is_read_once() {
    for bad in [r#"{"value":"x"}"#, r#"{"value":{"a":[1]},"nodes":5}"#, r#"{"value":[],"nodes":{}}"#] {
        for count in [1, 100, 10_000] {
            let wide = format!(r#"{{"nodes":[{}]}}"#, vec![bad; count].join(","));
            assert_eq!(reads(&wide), count);
        }
        for depth in [1, 10, 50] {
            let deep = format!("{}{bad}{}", r#"{"value":"x","nodes":["#.repeat(depth), "]}".repeat(depth));
            assert_eq!(reads(&deep), depth + 1);
        }
    }
}

#[test]
fn every_value_is_read_twice_if_keys_are_repeated() {
    let repeated = r#"{"value":"x","nodes":5,"nodes":6}"#;
    for count in [1, 100, 10_000] {
        let wide = format!(r#"{{"nodes":[{}]}}"#, vec![repeated; count].join(","));
        // The first reading ends at the first repeated key.
        assert_eq!(reads(&wide), count + 1);
    }
    let late = format!(r#"{{"nodes":[{}],"value":1,"value":2}}"#, vec![r#"{"value":"x"}"#; 1000].join(","));
    assert_eq!(reads(&late), 2 * 1001);
}

#[test]
fn nesting_is_bounded() {
    let deep = |depth: usize| format!("{}{}", r#"{"nodes":["#.repeat(depth), "]}".repeat(depth));
    assert!(from_text::<Node>(&deep(60)).is_ok());
    assert!(from_text::<Node>(&deep(70)).is_err());
    assert!(from_text::<Node>(&deep(1_000_000)).is_err());
}

fn read<T: Lenient>(json: &str) -> Option<T> {
    T::read(&mut serde_json::Deserializer::from_str(json)).unwrap()
}

#[test]
fn null_is_absent_and_differs_from_unreadable() {
    assert_eq!(read::<Option<bool>>("null"), Some(None));
    assert_eq!(read::<Option<bool>>("5"), None);
    assert_eq!(read::<Vec<u8>>("null"), None);
    assert_eq!(read::<Vec<u8>>(r#"[1, "2", "x", null, 300, 4.9, {}]"#), Some(vec![1, 2, 4]));
    let map = read::<BTreeMap<String, bool>>(r#"{"a":true,"b":"false","c":5}"#).unwrap();
    assert_eq!(map.into_iter().collect::<Vec<_>>(), [("a".to_owned(), true), ("b".to_owned(), false)]);
}

#[test]
fn numbers_outside_the_range_are_absent() {
    assert_eq!(read::<u32>("4294967295"), Some(u32::MAX));
    assert_eq!(read::<i64>("-9223372036854775808"), Some(i64::MIN));
    for outside in ["4294967296", "-1", "1e300", r#""nan""#, r#""inf""#, r#""""#, r#"" 1""#] {
        assert_eq!(read::<u32>(outside), None, "{outside}");
    }
    assert_eq!(read::<u32>("1e3"), Some(1000));
    assert_eq!(read::<u32>(r#""7.9""#), Some(7));
    assert_eq!(read::<u32>("-0.5"), Some(0));
}
