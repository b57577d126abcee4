//! The integration tests, one binary: linking once is what two cores can afford.
#![allow(clippy::print_stdout, clippy::print_stderr)] // A test that cannot run says so.

mod cli;
mod controller;
mod doctor;
mod layers;
mod properties;
mod rules;
mod schema;
mod vectors;
mod yaml_differential;
mod yaml_errors;
mod yaml_mutations;
mod yaml_properties;
