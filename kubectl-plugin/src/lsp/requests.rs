//! Questions about a place in a text, each answered by the core.

use kubectl_oci_core::diag::Location;
use kubectl_oci_core::ide::{self, CompletionKind, Symbol, SymbolKind};
use lsp_server::ErrorCode;
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentDiagnosticRequest, DocumentSymbolRequest, GotoDefinition, HoverRequest,
    References, Request, WorkspaceDiagnosticRequest,
};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionResponse, CompletionTextEdit, DocumentSymbol,
    DocumentSymbolParams, DocumentSymbolResponse, Documentation, GotoDefinitionResponse, Hover, HoverContents,
    InsertTextMode, MarkupContent, MarkupKind, ReferenceParams, SymbolInformation, TextDocumentPositionParams, Uri,
};
use serde_json::Value;

use super::client::{Fault, params};
use super::convert::{Converter, offset};
use super::documents::path_of;
use super::inbox::Inbox;
use super::round::{Asked, NeedsRest, Round};
use super::{actions, diagnostics};

/// Why there is no result, or none yet.
#[derive(Debug)]
pub(super) enum Stop {
    Fault(Fault),
    NeedsRest(NeedsRest),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<NeedsRest> for Stop {
    fn from(needed: NeedsRest) -> Self {
        Self::NeedsRest(needed)
    }
}

/// Answers a request.
pub(super) fn answer(
    round: &Round<'_>,
    converter: &Converter<'_>,
    inbox: &mut Inbox,
    method: &str,
    value: Value,
) -> Result<Value, Stop> {
    let result = match method {
        HoverRequest::METHOD => {
            let asked: lsp_types::HoverParams = params(value)?;
            serde_json::to_value(hover(round, converter, &asked.text_document_position_params))
        }
        Completion::METHOD => {
            let asked: lsp_types::CompletionParams = params(value)?;
            serde_json::to_value(completion(round, converter, &asked.text_document_position))
        }
        CodeActionRequest::METHOD => serde_json::to_value(actions::code_actions(round, converter, &params(value)?)?),
        DocumentSymbolRequest::METHOD => serde_json::to_value(symbols(round, converter, &params(value)?)),
        GotoDefinition::METHOD => {
            let asked: lsp_types::GotoDefinitionParams = params(value)?;
            serde_json::to_value(definition(round, converter, &asked.text_document_position_params))
        }
        References::METHOD => serde_json::to_value(references(round, converter, &params(value)?)),
        DocumentDiagnosticRequest::METHOD => {
            serde_json::to_value(diagnostics::document(round, converter, &params(value)?)?)
        }
        WorkspaceDiagnosticRequest::METHOD => {
            serde_json::to_value(diagnostics::workspace(round, converter, params(value)?, inbox)?)
        }
        _ => {
            let message = format!("there is no method {method:?}");
            return Err(Fault::new(ErrorCode::MethodNotFound, message).into());
        }
    };
    result.map_err(|_| Fault::new(ErrorCode::InternalError, "the answer could not be written").into())
}

/// Asks about a place.
fn at<T>(
    round: &Round<'_>,
    converter: &Converter<'_>,
    place: &TextDocumentPositionParams,
    answer: impl FnOnce(&Asked<'_, '_>, usize) -> T,
) -> Option<T> {
    round.ask(&path_of(&place.text_document.uri), |asked| {
        answer(asked, offset(asked.file, place.position, converter.encoding))
    })
}

fn markup(value: String, is_markdown: bool) -> MarkupContent {
    MarkupContent { kind: if is_markdown { MarkupKind::Markdown } else { MarkupKind::PlainText }, value }
}

fn hover(round: &Round<'_>, converter: &Converter<'_>, place: &TextDocumentPositionParams) -> Option<Hover> {
    at(round, converter, place, |asked, offset| {
        let hover = ide::hover(asked.linter, asked.file, offset)?;
        let contents = HoverContents::Markup(markup(hover.markdown, converter.abilities.markdown_hover));
        Some(Hover { contents, range: Some(converter.range(asked.file, hover.span)) })
    })?
}

fn completion(
    round: &Round<'_>,
    converter: &Converter<'_>,
    place: &TextDocumentPositionParams,
) -> Option<CompletionResponse> {
    // Editors compare with what stands where the edit begins, a quote included.
    let filter = |asked: &Asked<'_, '_>, completion: &ide::Completion| {
        let quote =
            completion.edit.span.of(&asked.file.text).chars().next().filter(|first| matches!(first, '"' | '\''));
        quote.map(|quote| format!("{quote}{}", completion.label))
    };
    let item = |asked: &Asked<'_, '_>, number: usize, completion: ide::Completion| CompletionItem {
        filter_text: filter(asked, &completion),
        label: completion.label,
        kind: Some(match completion.kind {
            CompletionKind::Field => CompletionItemKind::FIELD,
            CompletionKind::Value => CompletionItemKind::VALUE,
            CompletionKind::Reference => CompletionItemKind::REFERENCE,
            CompletionKind::Snippet => CompletionItemKind::SNIPPET,
        }),
        detail: completion.detail,
        documentation: completion
            .documentation
            .map(|text| Documentation::MarkupContent(markup(text, converter.abilities.markdown_completion))),
        // The core's order is the one to show.
        sort_text: Some(format!("{number:05}")),
        // Lines bring their own indentation.
        insert_text_mode: completion.edit.text.contains('\n').then_some(InsertTextMode::AS_IS),
        text_edit: Some(CompletionTextEdit::Edit(converter.edit(asked.file, &completion.edit))),
        ..CompletionItem::default()
    };
    at(round, converter, place, |asked, offset| {
        let completions = ide::completions(asked.linter, asked.file, offset);
        let items = completions.into_iter().enumerate().map(|(number, completion)| item(asked, number, completion));
        // They fit the word as far as it is written: another letter, another list.
        CompletionResponse::List(CompletionList { is_incomplete: true, items: items.collect() })
    })
}

fn locations(
    converter: &Converter<'_>,
    asked: &Asked<'_, '_>,
    uri: &Uri,
    found: &[Location],
) -> Vec<lsp_types::Location> {
    let location = |at: &Location| match asked.index {
        Some(_) => converter.location(*at),
        // It is its own set.
        None => Some(lsp_types::Location { uri: uri.clone(), range: converter.range(asked.file, at.span) }),
    };
    found.iter().filter_map(location).collect()
}

fn definition(
    round: &Round<'_>,
    converter: &Converter<'_>,
    place: &TextDocumentPositionParams,
) -> Option<GotoDefinitionResponse> {
    at(round, converter, place, |asked, offset| {
        let found = ide::definition(asked.linter, asked.file, offset);
        GotoDefinitionResponse::Array(locations(converter, asked, &place.text_document.uri, &found))
    })
}

fn references(
    round: &Round<'_>,
    converter: &Converter<'_>,
    params: &ReferenceParams,
) -> Option<Vec<lsp_types::Location>> {
    let place = &params.text_document_position;
    at(round, converter, place, |asked, offset| {
        let mut found = ide::references(asked.linter, asked.file, offset);
        let mut defined = ide::definition(asked.linter, asked.file, offset);
        if let (true, Some(at)) = (defined.is_empty(), found.first()) {
            // The question was asked where it is defined: whoever names it knows that place.
            let naming = asked.linter.set().files().get(at.file.0 as usize);
            defined = naming.map(|file| ide::definition(asked.linter, file, at.span.start())).unwrap_or_default();
        }
        match params.context.include_declaration {
            true => found.extend(defined.into_iter().filter(|at| !found.contains(at)).collect::<Vec<_>>()),
            false => found.retain(|at| !defined.contains(at)),
        }
        locations(converter, asked, &place.text_document.uri, &found)
    })
}

fn symbols(
    round: &Round<'_>,
    converter: &Converter<'_>,
    params: &DocumentSymbolParams,
) -> Option<DocumentSymbolResponse> {
    let uri = &params.text_document.uri;
    round.ask(&path_of(uri), |asked| {
        let found = ide::symbols(asked.file);
        if converter.abilities.nested_symbols {
            return DocumentSymbolResponse::Nested(
                found.into_iter().map(|symbol| nested(converter, asked, symbol)).collect(),
            );
        }
        let mut flat = Vec::new();
        for symbol in found {
            flatten(converter, asked, uri, symbol, None, &mut flat);
        }
        DocumentSymbolResponse::Flat(flat)
    })
}

fn symbol_kind(symbol: &Symbol) -> lsp_types::SymbolKind {
    match symbol.kind {
        SymbolKind::Object => lsp_types::SymbolKind::OBJECT,
        SymbolKind::Field => lsp_types::SymbolKind::FIELD,
    }
}

/// A symbol must have a name.
fn symbol_name(symbol: &Symbol) -> String {
    let names = [symbol.name.as_str(), symbol.detail.as_str(), "(no name)"];
    names.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_default().to_owned()
}

#[allow(deprecated)] // The fields must be named to make one.
fn nested(converter: &Converter<'_>, asked: &Asked<'_, '_>, symbol: Symbol) -> DocumentSymbol {
    DocumentSymbol {
        name: symbol_name(&symbol),
        kind: symbol_kind(&symbol),
        range: converter.range(asked.file, symbol.span),
        selection_range: converter.range(asked.file, symbol.selection),
        detail: Some(symbol.detail).filter(|detail| !detail.is_empty()),
        children: Some(symbol.children.into_iter().map(|child| nested(converter, asked, child)).collect()),
        tags: None,
        deprecated: None,
    }
}

#[allow(deprecated)] // The fields must be named to make one.
fn flatten(
    converter: &Converter<'_>,
    asked: &Asked<'_, '_>,
    uri: &Uri,
    symbol: Symbol,
    container: Option<&str>,
    out: &mut Vec<SymbolInformation>,
) {
    let name = symbol_name(&symbol);
    out.push(SymbolInformation {
        name: name.clone(),
        kind: symbol_kind(&symbol),
        location: lsp_types::Location { uri: uri.clone(), range: converter.range(asked.file, symbol.span) },
        container_name: container.map(str::to_owned),
        tags: None,
        deprecated: None,
    });
    for child in symbol.children {
        flatten(converter, asked, uri, child, Some(&name), out);
    }
}
