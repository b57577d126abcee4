// kubectl-oci for JavaScript. The core does the work; here JSON becomes objects, and places become numbers.

import load, { initSync as loadSync, Session, explain, max_size, resolve_range, rules, version } from './kubectl_oci.js';

let isLoaded = false;

/** Loads the module; once is enough, later calls return at once. */
export default async function init(options) {
  const source = moduleOf(options) ?? new URL('kubectl_oci_bg.wasm', import.meta.url);
  return loaded(await load({ module_or_path: await readable(source) }));
}

/** The same from bytes or a compiled module, without waiting. */
export function initSync(options) {
  return loaded(loadSync({ module: options?.module ?? options }));
}

function loaded(exports) {
  isLoaded = true;
  return exports;
}

function moduleOf(options) {
  const isOptions = options !== null && typeof options === 'object' && Object.getPrototypeOf(options) === Object.prototype;
  return isOptions ? options.module_or_path : options;
}

/** Node's `fetch` does not read files; its own module does, asked for in a way that bundlers do not follow. */
async function readable(source) {
  const path = source instanceof URL ? source : typeof source === 'string' && source.startsWith('file:') ? new URL(source) : null;
  const fs = path?.protocol === 'file:' && globalThis.process?.getBuiltinModule?.('node:fs/promises');
  return fs ? fs.readFile(path) : source;
}

/** Files under their paths, with a configuration and the units that places are counted in. */
export class Workspace {
  #given;

  constructor(config, encoding) {
    if (!isLoaded) throw new Error('the module is not loaded yet: await the default export of this package first');
    this.#given = new Session(string(config ?? ''), string(encoding ?? 'utf-16'), Date.now() / 1000);
  }

  get #session() {
    if (!this.#given) throw new Error('this workspace was freed');
    return this.#given;
  }

  configure(config) {
    this.#session.configure(string(config ?? ''));
  }

  put(path, text, options) {
    // What would be refused is not copied first.
    if (string(text, Infinity).length > max_size()) this.#session.refuse_large(name(path));
    else this.#session.put(name(path), text, options?.context === true);
  }

  remove(path) {
    return this.#session.remove(name(path));
  }

  clear() {
    this.#session.clear();
  }

  check(path, text) {
    if (text !== undefined) this.put(path, text);
    return JSON.parse(this.#session.check(name(path)));
  }

  checkAll(files) {
    this.#replace(files);
    return JSON.parse(this.#session.check_all());
  }

  fix(path, text, options) {
    if (text !== undefined) this.put(path, text);
    return JSON.parse(this.#session.fix(name(path), options?.unsafe === true));
  }

  fixAll(files, options) {
    this.#replace(files);
    return JSON.parse(this.#session.fix(undefined, options?.unsafe === true));
  }

  render(format) {
    return this.#session.render(string(format));
  }

  resolve(manifest, tags) {
    const list = Array.isArray(tags) ? JSON.stringify(Array.from(tags, (tag) => string(tag))) : (tags ?? undefined);
    if (list !== undefined) string(list);
    if (typeof manifest === 'string') return JSON.parse(this.#session.resolve('the manifest', manifest, list));
    return JSON.parse(resolve_range(string(manifest?.semver), string(manifest.semverFilter ?? ''), list ?? ''));
  }

  hover(path, place) {
    return JSON.parse(this.#session.hover(name(path), ...numbers(place)));
  }

  complete(path, place) {
    return JSON.parse(this.#session.complete(name(path), ...numbers(place)));
  }

  actions(path, from, to = from) {
    return JSON.parse(this.#session.actions(name(path), ...numbers(from), ...numbers(to)));
  }

  symbols(path) {
    return JSON.parse(this.#session.symbols(name(path)));
  }

  definition(path, place) {
    return JSON.parse(this.#session.definition(name(path), ...numbers(place)));
  }

  references(path, place) {
    return JSON.parse(this.#session.references(name(path), ...numbers(place)));
  }

  explain(rule) {
    return JSON.parse(explain(string(rule)));
  }

  rules() {
    return JSON.parse(rules());
  }

  free() {
    this.#given?.free();
    this.#given = undefined;
  }

  #replace(files) {
    if (files === undefined) return;
    if (files === null || typeof files !== 'object' || Symbol.iterator in files) throw new TypeError('files are an object that has texts under their paths');
    // All or none.
    const entries = Object.entries(files).map(([path, text]) => [name(path), string(text, Infinity)]);
    this.clear();
    for (const [path, text] of entries) this.put(path, text);
  }
}

/** No system has longer paths. Each finding repeats its own. */
const LONGEST_PATH = 4096;

/** The glue believes what it is given: a number for a text would be read from anywhere in the module's memory, and what does not fit in there ends it. */
function string(value, most = max_size()) {
  if (typeof value !== 'string') throw new TypeError(`${value === null ? 'null' : typeof value} where a string is needed`);
  if (value.length > most) throw new RangeError(`a string of ${value.length} characters is too large here: it may have ${most}`);
  return value;
}

function name(path) {
  return string(path, LONGEST_PATH);
}

/** A place as the module takes it: a line, where 0 says that the number behind it counts from the beginning. */
function numbers(place) {
  const [line, at] = typeof place === 'number' ? [0, place] : [place?.line, place?.column];
  if (!Number.isSafeInteger(line) || !Number.isSafeInteger(at) || line < 0 || at < 0 || (typeof place !== 'number' && line < 1)) {
    throw new TypeError('a place is an offset, or { line, column } counted from 1');
  }
  return [Math.min(line, 0xffffffff), Math.min(at, 0xffffffff)];
}

export { version };
