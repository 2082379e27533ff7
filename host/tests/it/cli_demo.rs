//! The demonstration, as a newcomer runs it.

use crate::cli_support::{run, run_in};

#[test]
fn the_demonstration_needs_nothing_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let temporary = folder.path().join("tmp");
    std::fs::create_dir(&temporary).expect("a folder");
    std::fs::write(folder.path().join(".env"), "GOOGLE_API_URL=http://example.com\n").expect("a file");
    let demo = run_in(folder.path(), &["demo", "--json"], &[("TMPDIR", temporary.to_str().expect("Unicode"))]);
    assert_eq!(demo.exit, 0, "{}", demo.stderr);

    let json = demo.json();
    let providers: Vec<&str> = json["meetings"]
        .as_array()
        .expect("meetings")
        .iter()
        .filter_map(|meeting| meeting["provider"].as_str())
        .collect();
    assert_eq!(providers, ["google", "outlook"]);
    for meeting in json["meetings"].as_array().expect("meetings") {
        assert!(meeting["conferencing_link"].as_str().is_some_and(|link| link.starts_with("https://")), "{meeting}");
        assert_eq!(meeting["status"], "confirmed");
    }
    assert_eq!(json["proposals"]["slots"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["refusal"]["error"]["code"], "conflict");
    assert!(json["refusal"]["error"]["alternatives"].as_array().is_some_and(|times| !times.is_empty()));
    assert!(json["cancelled"].as_array().is_some_and(|all| all.iter().all(|meeting| meeting["status"] == "cancelled")));
    assert_eq!(std::fs::read_dir(&temporary).expect("a folder").count(), 0, "something is left behind");
}

#[test]
fn people_see_the_links_the_refusal_and_a_summary() {
    let demo = run(&["demo"]);
    assert_eq!(demo.exit, 0, "{}", demo.stderr);
    for text in ["https://meet.google.com/", "https://teams.microsoft.com/", "error: ", "free: ", "\nDone in "] {
        assert!(demo.stdout.contains(text), "{text} is missing in {}", demo.stdout);
    }
    assert_eq!(demo.stderr, "");
}
