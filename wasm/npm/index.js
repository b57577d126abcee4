// kubectl-oci for JavaScript. The core does the work; here JSON becomes objects, and places become numbers.

import load, { initSync as loadSync, Session, explain, max_size, resolve_range, rules, version } from './kubectl_oci.js';

/** Loads the module; once is enough, later calls return at once. */
export default async function init(options) {
  const source = moduleOf(options) ?? new URL('kubectl_oci_bg.wasm', import.meta.url);
  return load({ module_or_path: await readable(source) });
}

/** The same from bytes or a compiled module, without waiting. */
export function initSync(options) {
  return loadSync({ module: options?.module ?? options });
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
  #session;

  constructor(config, encoding) {
    this.#session = new Session(string(config ?? ''), string(encoding ?? 'utf-16'), Date.now() / 1000);
  }

  configure(config) {
    this.#session.configure(string(config ?? ''));
  }

  put(path, text, options) {
    // What would be refused is not copied first.
    if (string(text).length > max_size()) this.#session.refuse_large(string(path));
    else this.#session.put(string(path), text, options?.context === true);
  }

  remove(path) {
    return this.#session.remove(string(path));
  }

  clear() {
    this.#session.clear();
  }

  check(path, text) {
    if (text !== undefined) this.put(path, text);
    return JSON.parse(this.#session.check(string(path)));
  }

  checkAll(files) {
    this.#replace(files);
    return JSON.parse(this.#session.check_all());
  }

  fix(path, text, options) {
    if (text !== undefined) this.put(path, text);
    return JSON.parse(this.#session.fix(string(path), options?.unsafe === true));
  }

  fixAll(files, options) {
    this.#replace(files);
    return JSON.parse(this.#session.fix(undefined, options?.unsafe === true));
  }

  render(format) {
    return this.#session.render(string(format));
  }

  resolve(manifest, tags) {
    const list = Array.isArray(tags) ? JSON.stringify(tags) : (tags ?? undefined);
    if (list !== undefined) string(list);
    if (typeof manifest === 'string') return JSON.parse(this.#session.resolve('the manifest', manifest, list));
    return JSON.parse(resolve_range(string(manifest?.semver), string(manifest.semverFilter ?? ''), list ?? ''));
  }

  hover(path, place) {
    return JSON.parse(this.#session.hover(string(path), ...numbers(place)));
  }

  complete(path, place) {
    return JSON.parse(this.#session.complete(string(path), ...numbers(place)));
  }

  actions(path, from, to = from) {
    return JSON.parse(this.#session.actions(string(path), ...numbers(from), ...numbers(to)));
  }

  symbols(path) {
    return JSON.parse(this.#session.symbols(string(path)));
  }

  definition(path, place) {
    return JSON.parse(this.#session.definition(string(path), ...numbers(place)));
  }

  references(path, place) {
    return JSON.parse(this.#session.references(string(path), ...numbers(place)));
  }

  explain(rule) {
    return JSON.parse(explain(string(rule)));
  }

  rules() {
    return JSON.parse(rules());
  }

  free() {
    this.#session.free();
  }

  #replace(files) {
    if (files === undefined) return;
    this.clear();
    for (const [path, text] of Object.entries(files)) this.put(path, text);
  }
}

/** The glue believes what it is given; a number for a text would be read from anywhere in the module's memory. */
function string(value) {
  if (typeof value !== 'string') throw new TypeError(`${value === null ? 'null' : typeof value} where a string is needed`);
  return value;
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
