// The page's end of the worker: calls as promises, and another worker where one has died or does not answer.

import wasmUrl from 'kubectl-oci/kubectl_oci_bg.wasm?url';
import type { Answer, Call, Calls, Request, Start } from './protocol.ts';

/** Compiled here, while the worker starts. */
const compiled = WebAssembly.compileStreaming(fetch(wasmUrl)).catch(() => null);

/** The module died or did not answer; a new one is ready, and knows of no file. */
export class ModuleLost extends Error {}

const PATIENCE_MS = 10_000;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class Client {
  #worker = this.#start();
  #waiting = new Map<number, Waiting>();
  #next = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  call<Name extends Call>(call: Name, ...args: Parameters<Calls[Name]>): Promise<ReturnType<Calls[Name]>> {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#worker.postMessage({ id, call, args } satisfies Request<Name>);
      this.#timer ??= setTimeout(() => this.#lost('it did not answer'), PATIENCE_MS);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'kubectl-oci' });
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => this.#answered(data));
    void compiled.then((module) => worker.postMessage({ module } satisfies Start));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#lost(event.message || 'it could not be loaded');
    });
    return worker;
  }

  #answered(answer: Answer): void {
    if (answer.id < 0) return this.#lost('error' in answer ? answer.error : '');
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    clearTimeout(this.#timer);
    this.#timer = this.#waiting.size > 0 ? setTimeout(() => this.#lost('it did not answer'), PATIENCE_MS) : undefined;
    if ('error' in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer.value);
  }

  #lost(reason: string): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#worker.terminate();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#worker = this.#start();
    for (const { reject } of waiting) reject(new ModuleLost(reason));
  }
}
