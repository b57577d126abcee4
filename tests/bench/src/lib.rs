//! Benches only: `cargo bench` here. The peers stand beside ours in the same run.
