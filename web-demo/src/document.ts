// The one file that is edited, as the worker knows it: questions are asked of the text that the person sees.

import type { Resolved, Rule } from 'kubectl-oci';
import { ModuleLost, type Client } from './client.ts';
import type { Calls, Checked, RangeSource } from './protocol.ts';

type Questions = 'hover' | 'complete' | 'actions';
type Rest<List> = List extends [unknown, ...infer Tail] ? Tail : never;

export class Document {
  path = 'source.yaml';
  #context: Record<string, string> = {};
  #known: string | null = null;

  constructor(private readonly client: Client) {}

  /** Another file, beside others that it refers to. */
  async open(path: string, context: Record<string, string>): Promise<void> {
    this.path = path;
    this.#context = context;
    this.#known = null;
    await this.client.call('open', context);
  }

  async check(text: string): Promise<Checked> {
    this.#known = text;
    return this.#guard(this.client.call('check', this.path, text));
  }

  async fix(text: string): Promise<string | undefined> {
    this.#sync(text);
    this.#known = null;
    return this.#guard(this.client.call('fix', this.path));
  }

  async render(text: string, format: string): Promise<string> {
    this.#sync(text);
    return this.#guard(this.client.call('render', format));
  }

  async ask<Name extends Questions>(call: Name, text: string, ...args: Rest<Parameters<Calls[Name]>>): Promise<ReturnType<Calls[Name]>> {
    this.#sync(text);
    return this.#guard(this.client.call(call, ...([this.path, ...args] as unknown as Parameters<Calls[Name]>)));
  }

  resolve(source: RangeSource, tags: string): Promise<Resolved> {
    return this.client.call('resolve', source, tags);
  }

  rule(id: string): Promise<Rule | null> {
    return this.client.call('rule', id);
  }

  #sync(text: string): void {
    if (this.#known === text) return;
    this.#known = text;
    // Answers come in order; where this one fails, so does the question behind it.
    this.client.call('put', this.path, text).catch(() => {});
  }

  async #guard<Value>(answer: Promise<Value>): Promise<Value> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof ModuleLost) {
        this.#known = null;
        this.client.call('open', this.#context).catch(() => {});
      }
      throw error;
    }
  }
}
