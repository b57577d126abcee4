// Markdown as elements. Text only ever becomes text nodes: HTML in a page is shown as it is written, and links lead to
// rules, or to https addresses.

import { lexer, type Token, type Tokens } from 'marked';
import { el } from './dom.ts';

export interface Options {
  /** For blocks of code: what can be done with them. */
  code?: (text: string, info: string) => HTMLElement | null;
  /** What a page's largest heading becomes. */
  headings?: number;
}

export function markdown(source: string, options: Options = {}): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(...blocks(lexer(source, { gfm: true }), options));
  return fragment;
}

function blocks(tokens: Token[], options: Options): Node[] {
  return tokens.flatMap((token) => block(token, options));
}

function block(token: Token, options: Options): Node[] {
  switch (token.type) {
    case 'heading': {
      const level = Math.min(6, (token as Tokens.Heading).depth - 1 + (options.headings ?? 2));
      return [el(`h${level}` as 'h2', {}, ...inline(token.tokens))];
    }
    case 'paragraph':
      return [el('p', {}, ...inline(token.tokens))];
    case 'text':
      return token.tokens ? inline(token.tokens) : [document.createTextNode(unescape(token.text))];
    case 'code': {
      const { text, lang } = token as Tokens.Code;
      const pre = el('pre', { tabindex: '0' }, el('code', {}, text));
      const extra = options.code?.(text, lang ?? '');
      return [extra ? el('div', { class: 'code' }, extra, pre) : pre];
    }
    case 'blockquote':
      return [el('blockquote', {}, ...blocks((token as Tokens.Blockquote).tokens, options))];
    case 'list': {
      const list = token as Tokens.List;
      return [el(list.ordered ? 'ol' : 'ul', {}, ...list.items.map((item) => el('li', {}, ...blocks(item.tokens, options))))];
    }
    case 'table':
      return [table(token as Tokens.Table)];
    case 'hr':
      return [el('hr')];
    case 'space':
    case 'def':
      return [];
    default:
      return [document.createTextNode(token.raw)];
  }
}

function table({ header, rows }: Tokens.Table): HTMLElement {
  const row = (cells: Tokens.TableCell[], name: 'th' | 'td'): HTMLElement =>
    el('tr', {}, ...cells.map((cell) => el(name, name === 'th' ? { scope: 'col' } : {}, ...inline(cell.tokens))));
  return el('div', { class: 'wide', tabindex: '0', role: 'group', 'aria-label': 'Table' }, el('table', {}, el('thead', {}, row(header, 'th')), el('tbody', {}, ...rows.map((cells) => row(cells, 'td')))));
}

function inline(tokens: Token[] = []): Node[] {
  return tokens.flatMap((token): Node[] => {
    switch (token.type) {
      case 'strong':
        return [el('strong', {}, ...inline(token.tokens))];
      case 'em':
        return [el('em', {}, ...inline(token.tokens))];
      case 'del':
        return [el('del', {}, ...inline(token.tokens))];
      case 'codespan':
        return [el('code', {}, unescape(token.text))];
      case 'br':
        return [el('br')];
      case 'link':
        return [link((token as Tokens.Link).href, inline(token.tokens))];
      case 'escape':
        return [document.createTextNode(token.text)];
      case 'text':
        return token.tokens ? inline(token.tokens) : [document.createTextNode(unescape(token.text))];
      default:
        return [document.createTextNode(token.raw)];
    }
  });
}

function link(href: string, children: Node[]): Node {
  const rule = /^(?:\.\/)?([a-z0-9-]+)\.md$/.exec(href) ?? /\/rules\/([a-z0-9-]+)\.md$/.exec(href);
  if (rule) return el('a', { href: `#rule/${rule[1]}` }, ...children);
  if (href.startsWith('https://')) return el('a', { href, target: '_blank', rel: 'noreferrer' }, ...children);
  return el('span', {}, ...children);
}

/** The lexer escapes some characters for HTML; text nodes want them plain. */
function unescape(text: string): string {
  const plain: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
  return text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => plain[entity] ?? entity);
}
