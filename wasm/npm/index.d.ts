import type { Action, Completion, DocumentSymbol, Hover, Location, Report, Resolved, Rule, Rules } from './contract.js';

export type * from './contract.js';

/** What columns and offsets count; see {@link Workspace}. */
export type Encoding = 'utf-8' | 'utf-16' | 'utf-32';

/**
 * A place in a text: an offset from its beginning, from 0, or a line and a column, both from 1. An object with more
 * fields, such as a `Position` of an answer, will do. Places outside of the text are moved to its nearest end, or that
 * of the line.
 */
export type Place = number | { line: number; column: number };

/** Where the module is: an address, its bytes, a response, or a compiled module. */
export type ModuleSource = URL | string | BufferSource | Response | Promise<Response> | Request | WebAssembly.Module;

/**
 * Loads the module; call it before anything else. Without an argument it is `kubectl_oci_bg.wasm` beside this file, in
 * browsers, with bundlers and in Node.
 */
export default function init(options?: { module_or_path: ModuleSource } | ModuleSource): Promise<unknown>;

/** The same from bytes or a compiled module, without waiting. */
export function initSync(options: { module: BufferSource | WebAssembly.Module } | BufferSource | WebAssembly.Module): unknown;

/** The version of the package. */
export function version(): string;

/**
 * Files under their paths, and what can be asked about them.
 *
 * Lines and columns count from 1, offsets from 0, ends are exclusive. What columns and offsets count is the encoding:
 *
 * - `utf-16` (the default): code units, so that `text.slice(range.start.offset, range.end.offset)` is what a range covers;
 * - `utf-8`: bytes;
 * - `utf-32`: what the command line prints: columns in Unicode scalar values, offsets in bytes of UTF-8.
 *
 * Text that is no text, or larger than 16 MiB, is in `summary.skipped` of the report; it never throws.
 */
export class Workspace {
  /**
   * No file yet.
   *
   * @param config the text of a `.kubectl-oci.yaml`; paths in it are relative to where the paths of files are.
   * @throws where the configuration does not parse, or names an unknown key or rule.
   */
  constructor(config?: string | null, encoding?: Encoding | null);

  /** Another configuration for the same files. Where it throws, the old one stays. */
  configure(config?: string | null): void;

  /**
   * Reads a text, which takes the place of what stood under this path.
   *
   * @param options `context`: others look things up in it, and nothing is said about it.
   */
  put(path: string, text: string, options?: { context?: boolean }): void;

  /** Forgets a file. True where there was one. */
  remove(path: string): boolean;

  /** Forgets all files. */
  clear(): void;

  /** Reads a text, if one is given, and says what is found in this file, held against all that were read. */
  check(path: string, text?: string): Report;

  /** Reads these texts in place of all others, if some are given, and says what is found in all. */
  checkAll(files?: Record<string, string>): Report;

  /**
   * Applies fixes to this file until none is left. `texts` of the answer holds its new text, where that changed; the
   * workspace holds it too from then on. The rest of the answer is what is left.
   *
   * @param options `unsafe`: also what a person would look at first.
   */
  fix(path: string, text?: string, options?: { unsafe?: boolean }): FixReport;

  /** The same for all files; `files`, if given, take the place of all others. */
  fixAll(files?: Record<string, string>, options?: { unsafe?: boolean }): FixReport;

  /**
   * What is found in all files, as the command line's `--output FORMAT` prints it, in its units: `json`, `sarif`,
   * `concise`, `github`, `gitlab`, `junit`.
   */
  render(format: string): string;

  /**
   * Which tag or digest each OCIRepository of a manifest means, and why each other tag lost.
   *
   * @param manifest the manifest, or a range alone.
   * @param tags the repository's tags: an array, one tag a line, or JSON as registries answer.
   * @throws where the manifest or the list does not parse, or a range is to be resolved and there are no tags.
   */
  resolve(manifest: string | { semver: string; semverFilter?: string }, tags?: readonly string[] | string): Resolved;

  /** What the field or value at a place means. Throws, like the next ones, where there is no such file. */
  hover(path: string, place: Place): Hover | null;

  /** What could be written at a place, the best first. */
  complete(path: string, place: Place): Completion[];

  /** What can be done between two places. */
  actions(path: string, from: Place, to?: Place): Action[];

  /** The objects of a file with their fields. */
  symbols(path: string): DocumentSymbol[];

  /** Where what is named at a place is defined. */
  definition(path: string, place: Place): Location[];

  /** Where the object whose name stands at a place is named. */
  references(path: string, place: Place): Location[];

  /** A rule. Its page is in `kubectl-oci/rules.json`. Throws where there is no such rule. */
  explain(rule: string): Rule;

  /** The table of rules. With their pages it is `kubectl-oci/rules.json`. */
  rules(): Rules;

  /** Gives the memory back now, not when this object is collected. It is of no use afterwards. */
  free(): void;
}

/** What is left after fixing. */
export interface FixReport extends Report {
  texts: Record<string, string>;
}
