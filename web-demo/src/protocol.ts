// What the page asks of the worker. One table of calls; requests and answers follow from it.

import type { Action, Completion, Hover, Report, Resolved, Rule } from 'kubectl-oci';

/** Where ranges come from: the manifest, or a range alone. */
export type RangeSource = string | { semver: string };

/** A report with as many findings as are drawn: to hand over tens of thousands would hold up the page. */
export interface Checked extends Report {
  /** How many there are. */
  total: number;
  /** Whether fixing does anything. */
  isFixable: boolean;
}

export interface Calls {
  /** Forgets all files and reads these, which others look things up in and nothing is said about. */
  open(context: Record<string, string>): void;
  put(path: string, text: string): void;
  check(path: string, text: string): Checked;
  /** The text with all fixed that can be without a second look; nothing where that changes nothing. */
  fix(path: string): string | undefined;
  hover(path: string, offset: number): Hover | null;
  complete(path: string, offset: number): Completion[];
  actions(path: string, from: number, to: number): Action[];
  resolve(source: RangeSource, tags: string): Resolved;
  render(format: string): string;
  /** A rule with its page. */
  rule(id: string): Rule | null;
}

/** The first message. */
export interface Start {
  /** Nothing where the worker has to load it itself. */
  module: WebAssembly.Module | null;
}

export type Call = keyof Calls;

export interface Request<Name extends Call = Call> {
  id: number;
  call: Name;
  args: Parameters<Calls[Name]>;
}

export type Answer = { id: number; value: unknown } | { id: number; error: string };
