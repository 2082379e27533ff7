//! The README's embedding example is a program that works.

use std::path::{Path, PathBuf};
use std::process::Command;

use calendar_host::types::{Provider, Selection, TimeRange};
use calendar_tests::people::GOOGLE;
use calendar_tests::stage::Stage;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

fn example() -> String {
    let source = std::fs::read_to_string(root().join("host/examples/embed.rs")).unwrap();
    source.split_once("\n\n").expect("a header, then the program").1.to_owned()
}

/// The example as `cargo test --workspace` has built it, beside this test.
fn program() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let built = here.parent().and_then(Path::parent).expect("target/<profile>/deps").join("examples/embed");
    assert!(built.is_file(), "{} is missing: cargo build -p calendar-host --example embed", built.display());
    built
}

#[test]
fn the_readme_shows_the_example_as_it_is() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains(&format!("```rust\n{}```", example())), "README.md and host/examples/embed.rs differ");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_books_a_meeting() {
    let stage = Stage::open().await;
    stage.connect("default", Provider::Google, GOOGLE).await;
    let data = stage.folder.path().to_owned();
    let environment = stage.sandbox.environment();
    let run = tokio::task::spawn_blocking(move || {
        Command::new(program()).envs(environment).env("CALENDAR_HOST_DATA_DIR", data).output()
    });
    let output = run.await.unwrap().unwrap();
    let (text, problems) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{problems}");
    assert!(text.contains("Demo at ") && text.contains("https://meet.google.com/"), "{text}");
    let now = stage.sandbox.control().now().timestamp();
    let range = TimeRange { start: now, end: now + 8 * 86_400 };
    let agenda = stage.host.get_upcoming_meetings("default", range, &Selection::default(), None).await.unwrap();
    assert_eq!(agenda.meetings.iter().filter(|one| one.title == "Demo").count(), 1);
}
