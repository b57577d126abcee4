// The files of the workspace as the core knows them: the texts that are open in place of what lies on the disk.

import { Workspace } from 'kubectl-oci';

export const CONFIG = '.kubectl-oci.yaml';

/** What a folder's file is read for. */
export function isWanted(path) {
  return /\.(ya?ml|json)$/.test(path) || /(^|\/)Kustomization$/.test(path);
}

/** Files by path, and what is found in those that are open. */
export class Files {
  #workspace;
  /** By path, the text that is open. */
  #open = new Map();
  /** By path, what the disk holds. */
  #disk = new Map();

  constructor(config) {
    this.#workspace = new Workspace(config);
  }

  /** Another configuration. Throws, with the reason, where it is refused; then the last one stays. */
  configure(config) {
    this.#workspace.configure(config);
  }

  /** What the disk holds; `undefined` where the file is gone. */
  setDisk(path, text) {
    if (text === undefined) this.#disk.delete(path);
    else this.#disk.set(path, text);
    if (!this.#open.has(path)) this.#put(path, text);
  }

  open(path, text) {
    if (this.#open.get(path) === text) return;
    this.#open.set(path, text);
    this.#put(path, text);
  }

  close(path) {
    this.#open.delete(path);
    this.#put(path, this.#disk.get(path));
  }

  #put(path, text) {
    if (text === undefined) this.#workspace.remove(path);
    else this.#workspace.put(path, text);
  }

  text(path) {
    return this.#open.get(path) ?? this.#disk.get(path) ?? '';
  }

  openPaths() {
    return [...this.#open.keys()];
  }

  has(path) {
    return this.#open.has(path) || this.#disk.has(path);
  }

  findings(path) {
    return this.#workspace.check(path).diagnostics;
  }

  hover(path, place) {
    return this.#workspace.hover(path, place);
  }

  complete(path, place) {
    return this.#workspace.complete(path, place);
  }

  actions(path, from, to) {
    return this.#workspace.actions(path, from, to);
  }

  symbols(path) {
    return this.#workspace.symbols(path);
  }

  definition(path, place) {
    return this.#workspace.definition(path, place);
  }

  references(path, place) {
    return this.#workspace.references(path, place);
  }

  /** The edits of all safe fixes of a file that touch nothing else and not each other. */
  safeEdits(path) {
    const chosen = [];
    const touches = (a, b) => a.range.start.offset <= b.range.end.offset && b.range.start.offset <= a.range.end.offset;
    for (const { fix } of this.findings(path)) {
      const isSafe = fix?.applicability === 'safe' && fix.edits.every((edit) => edit.path === path);
      if (isSafe && !fix.edits.some((edit) => chosen.some((other) => touches(edit, other)))) chosen.push(...fix.edits);
    }
    return chosen;
  }
}
