// The wiring: VS Code's events to the files, their answers to VS Code.

import init from 'kubectl-oci';
import * as vscode from 'vscode';

import * as convert from './convert.mjs';
import { CONFIG, Files, isWanted } from './files.mjs';

const SELECTOR = [{ language: 'yaml' }, { language: 'json' }, { pattern: '**/Kustomization' }];
const FIX_ALL = vscode.CodeActionKind.SourceFixAll.append('kubectl-oci');
/** Longer than between two keys of a fast typist, shorter than one notices. */
const PAUSE = 60;
const DECODER = new TextDecoder('utf-8', { fatal: true });

/** Not the versions of a file that git and comparisons show, which are called like it. */
const isOurs = ({ uri }) => uri.scheme === 'file' || uri.scheme === 'untitled' || vscode.workspace.getWorkspaceFolder(uri) !== undefined;

const pathOf = (uri) => vscode.workspace.asRelativePath(uri, (vscode.workspace.workspaceFolders?.length ?? 0) > 1);

export async function activate(context) {
  const wasm = vscode.Uri.joinPath(context.extensionUri, 'dist', 'kubectl_oci_bg.wasm');
  await init({ module_or_path: await vscode.workspace.fs.readFile(wasm) });
  const session = new Session(vscode.languages.createDiagnosticCollection('kubectl-oci'));
  context.subscriptions.push(session.collection, ...session.listen(), ...provide(session));
  context.subscriptions.push(vscode.commands.registerCommand('kubectl-oci.readAgain', () => session.readAll()));
  await session.readAll();
}

class Session {
  files = new Files('');
  #uris = new Map();
  #shown = new Map();
  #timer;

  constructor(collection) {
    this.collection = collection;
    this.uriOf = (path) => this.#uris.get(path) ?? vscode.Uri.file(path);
  }

  /** The path of a document that is ours. */
  path(document) {
    const path = pathOf(document.uri);
    return isOurs(document) && this.files.has(path) ? path : undefined;
  }

  diagnostics(path) {
    return this.#shown.get(path) ?? [];
  }

  async readAll() {
    this.files = new Files('');
    this.#uris.clear();
    await this.#configure();
    const limit = vscode.workspace.getConfiguration('kubectl-oci').get('maxFiles');
    const found = await vscode.workspace.findFiles('**/{*.yaml,*.yml,*.json,Kustomization}', undefined, limit);
    await Promise.all(found.map((uri) => this.read(uri)));
    for (const document of vscode.workspace.textDocuments) this.open(document);
    this.#check();
  }

  async #configure() {
    const [found] = await vscode.workspace.findFiles(CONFIG, undefined, 1);
    try {
      this.files.configure(found ? DECODER.decode(await vscode.workspace.fs.readFile(found)) : '');
    } catch (error) {
      vscode.window.showErrorMessage(`${CONFIG}: ${error.message ?? error}`);
    }
  }

  async read(uri) {
    const path = pathOf(uri);
    this.#uris.set(path, uri);
    try {
      this.files.setDisk(path, DECODER.decode(await vscode.workspace.fs.readFile(uri)));
    } catch {
      // It is gone, or it is no text.
      this.files.setDisk(path, undefined);
    }
  }

  open(document) {
    const path = pathOf(document.uri);
    if (!isOurs(document) || !isWanted(path) && document.languageId !== 'yaml') return;
    this.#uris.set(path, document.uri);
    this.files.open(path, document.getText());
    this.later();
  }

  later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), PAUSE);
  }

  #check() {
    for (const path of this.files.openPaths()) {
      const found = this.files.findings(path).map((it) => convert.diagnostic(vscode, it, this.uriOf));
      this.#shown.set(path, found);
      this.collection.set(this.uriOf(path), found);
    }
  }

  listen() {
    const watcher = vscode.workspace.createFileSystemWatcher('**/{*.yaml,*.yml,*.json,Kustomization}');
    const changed = async (uri) => {
      if (pathOf(uri).endsWith(CONFIG)) await this.#configure();
      else await this.read(uri);
      this.later();
    };
    return [
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidChange(changed),
      watcher.onDidDelete(changed),
      vscode.workspace.onDidOpenTextDocument((document) => this.open(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.open(document)),
      vscode.workspace.onDidCloseTextDocument((document) => {
        const path = this.path(document);
        if (path === undefined) return;
        this.files.close(path);
        this.#shown.delete(path);
        this.collection.delete(document.uri);
        this.later();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.readAll()),
    ];
  }
}

/** Answers for documents that are ours, from their text as it is now. */
function provide(session) {
  const answer = (give) => (document, ...rest) => {
    session.open(document);
    const path = session.path(document);
    return path === undefined ? undefined : give(path, document, ...rest);
  };
  const at = (position) => convert.place(position);
  const { languages } = vscode;
  return [
    languages.registerHoverProvider(SELECTOR, {
      provideHover: answer((path, _, position) => convert.hover(vscode, session.files.hover(path, at(position)))),
    }),
    languages.registerCompletionItemProvider(
      SELECTOR,
      {
        provideCompletionItems: answer((path, _, position) =>
          convert.completions(vscode, session.files.complete(path, at(position)), session.files.text(path)),
        ),
      },
      ...[':', ' ', '-', '/', '"', "'"],
    ),
    languages.registerCodeActionsProvider(
      SELECTOR,
      {
        provideCodeActions: answer((path, _, range, { only }) => {
          const out = [];
          if (!only || vscode.CodeActionKind.QuickFix.contains(only) || only.contains(vscode.CodeActionKind.QuickFix)) {
            const found = session.files.actions(path, at(range.start), at(range.end));
            out.push(...convert.actions(vscode, found, session.diagnostics(path), session.uriOf));
          }
          const edits = only?.contains(FIX_ALL) ? session.files.safeEdits(path) : [];
          if (edits.length > 0) {
            const action = new vscode.CodeAction('Apply all safe fixes', FIX_ALL);
            action.edit = convert.workspaceEdit(vscode, edits, session.uriOf);
            out.push(action);
          }
          return out;
        }),
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, FIX_ALL] },
    ),
    languages.registerDocumentSymbolProvider(SELECTOR, {
      provideDocumentSymbols: answer((path) => convert.symbols(vscode, session.files.symbols(path))),
    }),
    languages.registerDefinitionProvider(SELECTOR, {
      provideDefinition: answer((path, _, position) =>
        convert.locations(vscode, session.files.definition(path, at(position)), session.uriOf),
      ),
    }),
    languages.registerReferenceProvider(SELECTOR, {
      provideReferences: answer((path, _, position) =>
        convert.locations(vscode, session.files.references(path, at(position)), session.uriOf),
      ),
    }),
  ];
}
