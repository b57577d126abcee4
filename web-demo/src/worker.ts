// The module, away from the page's own thread. Answers come in the order of the questions.

import init, { Workspace, type Rules } from 'kubectl-oci';
import rulesUrl from 'kubectl-oci/rules.json?url';
import { MAX_SQUIGGLES } from './limits.ts';
import type { Answer, Calls, Request, Start } from './protocol.ts';

let start: (module: Start) => void;
const ready = new Promise<Start>((resolve) => { start = resolve; })
  .then(({ module }) => init(module ? { module_or_path: module } : undefined))
  .then(() => new Workspace());
let rules: Promise<Rules> | undefined;

type Handlers = { [Name in keyof Calls]: (workspace: Workspace, ...args: Parameters<Calls[Name]>) => ReturnType<Calls[Name]> | Promise<ReturnType<Calls[Name]>> };

const handlers: Handlers = {
  open(workspace, context) {
    workspace.clear();
    for (const [path, text] of Object.entries(context)) workspace.put(path, text, { context: true });
  },
  put: (workspace, path, text) => workspace.put(path, text),
  check(workspace, path, text) {
    const report = workspace.check(path, text);
    const { diagnostics } = report;
    const isFixable = diagnostics.some(({ fix }) => fix?.applicability === 'safe' && fix.edits.every((edit) => edit.path === path));
    return { ...report, diagnostics: diagnostics.slice(0, MAX_SQUIGGLES), total: diagnostics.length, isFixable };
  },
  fix: (workspace, path) => workspace.fix(path).texts[path],
  hover: (workspace, path, offset) => workspace.hover(path, offset),
  complete: (workspace, path, offset) => workspace.complete(path, offset),
  actions: (workspace, path, from, to) => workspace.actions(path, from, to),
  resolve: (workspace, source, tags) => workspace.resolve(source, tags),
  render: (workspace, format) => workspace.render(format),
  async rule(_workspace, id) {
    rules ??= fetch(rulesUrl).then((response) => response.json() as Promise<Rules>);
    return (await rules).rules.find((rule) => rule.id === id) ?? null;
  },
};

async function answer({ id, call, args }: Request): Promise<Answer> {
  const workspace = await ready;
  try {
    const handler = handlers[call] as (workspace: Workspace, ...args: unknown[]) => unknown;
    return { id, value: await handler(workspace, ...args) };
  } catch (error) {
    // A trap leaves the module in no state to go on: let the page start another worker.
    if (error instanceof WebAssembly.RuntimeError) throw error;
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

self.addEventListener('message', ({ data }: MessageEvent<Request | Start>) => {
  if ('module' in data) return start(data);
  answer(data).then(
    (reply) => self.postMessage(reply),
    (error: unknown) => self.postMessage({ id: -1, error: String(error) } satisfies Answer),
  );
});
