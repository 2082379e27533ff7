//! What the component asks of a host and offers to it, as text under review.

use calendar_host::CalendarHost;
use wit_component::{DecodedWasm, WitPrinter};

fn interface() -> String {
    let decoded = wit_component::decode(CalendarHost::embedded_component()).expect("a component");
    let DecodedWasm::Component(resolve, world) = decoded else { panic!("not a component") };
    let package = resolve.worlds[world].package.expect("a package");
    let mut printer = WitPrinter::default();
    printer.emit_docs(false);
    let ours: Vec<_> =
        resolve.packages.iter().filter(|(_, one)| one.name.namespace == "calendar").map(|(id, _)| id).collect();
    printer.print(&resolve, package, &ours).expect("printable");
    printer.output.to_string()
}

#[test]
fn its_interface_is_the_reviewed_one() {
    insta::assert_snapshot!(interface());
}

#[test]
fn it_imports_nothing_but_wasi_0_2_and_our_own_interfaces() {
    let text = interface();
    let imports: Vec<_> = text.lines().filter_map(|line| line.trim().strip_prefix("import ")).collect();
    assert!(imports.len() > 3, "{imports:?}");
    for import in imports {
        let name = import.trim_end_matches(';');
        let is_ours = name.starts_with("calendar:scheduling/");
        let is_stable_wasi =
            name.starts_with("wasi:") && name.rsplit_once('@').is_some_and(|(_, v)| v.starts_with("0.2."));
        assert!(is_ours || is_stable_wasi, "{name}");
        for forbidden in ["wasi:filesystem", "wasi:sockets", "wasi:config", "wasi:keyvalue"] {
            assert!(!name.starts_with(forbidden), "{name}");
        }
    }
}

/// Bytes of the embedded component at the last review; growth by more than 5 % needs a new review.
const REVIEWED_SIZE: usize = 2_656_000;

#[test]
fn it_stays_within_its_size_budget() {
    let size = CalendarHost::embedded_component().len();
    assert!(
        size <= REVIEWED_SIZE + REVIEWED_SIZE / 20,
        "calendar.wasm has {size} bytes, reviewed were {REVIEWED_SIZE}"
    );
}
