// YAML as the editor understands it: its colours, brackets and indentation.

import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { tags } from '@lezer/highlight';
import { nestsDeep } from './limits.ts';

const style = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--code-key)' },
  { tag: [tags.string, tags.special(tags.string), tags.content], color: 'var(--code-text)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace, tags.meta], color: 'var(--quiet)' },
  { tag: [tags.keyword, tags.typeName, tags.labelName], color: 'var(--code-other)' },
]);

/** None where the text, which is the editor's now, nests so deep that drawing them would overflow the stack. */
export function coloured(text: string): Extension {
  const language = new Compartment();
  const colours: Extension = yaml();
  const none: Extension = [];
  return [
    language.of(nestsDeep(text) ? none : colours),
    EditorState.transactionExtender.of((transaction) => {
      if (!transaction.docChanged) return null;
      const wanted = nestsDeep(transaction.newDoc.toString()) ? none : colours;
      return language.get(transaction.startState) === wanted ? null : { effects: language.reconfigure(wanted) };
    }),
    syntaxHighlighting(style), bracketMatching(), indentOnInput(), indentUnit.of('  '),
  ];
}
