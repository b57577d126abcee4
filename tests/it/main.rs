//! The integration tests, one binary: linking once is what two cores can afford.
#![allow(clippy::print_stdout, clippy::print_stderr)] // A test that cannot run says so.

mod cli;
mod controller;
mod doctor;
mod ide;
mod layers;
mod lsp;
mod lsp_features;
mod lsp_neovim;
mod properties;
mod registry_access;
mod registry_answers;
mod registry_cloud;
mod registry_credentials;
mod registry_delete;
mod registry_error;
mod registry_hosts;
mod registry_http2;
mod registry_inspect;
mod registry_interop;
mod registry_objects;
mod registry_pages;
mod registry_proxy;
mod registry_push;
mod registry_resolve;
mod registry_speed;
mod registry_stored;
mod registry_tls;
mod registry_transfer;
mod rules;
mod schema;
mod vectors;
mod yaml_differential;
mod yaml_errors;
mod yaml_mutations;
mod yaml_properties;
