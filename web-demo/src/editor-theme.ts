// Colours of the editor: the page's own variables, so that one theme serves light and dark.

import { EditorView } from '@codemirror/view';

const wavy = (colour: string): Record<string, string> => ({
  backgroundImage: 'none',
  paddingBottom: '0',
  textDecoration: `underline wavy ${colour} 1.5px`,
  textDecorationSkipInk: 'none',
  textUnderlineOffset: '4px',
});

const dot = (colour: string): Record<string, string> => ({ content: '""', width: '8px', height: '8px', borderRadius: '50%', background: colour });

export const editorTheme = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'transparent', fontSize: 'var(--code-size)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.7' },
  '.cm-content': { padding: '1.25rem 0', caretColor: 'var(--accent)' },
  '.cm-line': { padding: '0 1.25rem 0 0.5rem' },
  // What goes on below is filled up first, and stands further in than keys do.
  '.cm-lineWrapping': { wordBreak: 'break-all' },
  '.cm-lineWrapping .cm-line': { paddingLeft: 'calc(0.5rem + 6ch)', textIndent: '-6ch' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { background: 'var(--selection) !important' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--faint)', border: 'none', paddingLeft: '0.75rem' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--line)' },
  '&.cm-focused .cm-activeLineGutter': { color: 'var(--quiet)' },
  '.cm-gutter-lint': { width: '1.1em' },
  '.cm-gutter-lint .cm-gutterElement': { display: 'flex', alignItems: 'center', justifyContent: 'center', padding: '0' },
  '.cm-lint-marker': { width: '8px', height: '8px' },
  '.cm-lint-marker-error': dot('var(--error)'),
  '.cm-lint-marker-warning': dot('var(--warning)'),
  '.cm-lint-marker-info': dot('var(--info)'),
  '.cm-lintRange-error': wavy('var(--error)'),
  '.cm-lintRange-warning': wavy('var(--warning)'),
  '.cm-lintRange-info': wavy('var(--info)'),
  '.cm-lintRange-active': { backgroundColor: 'var(--line)' },
  '.cm-lintPoint::after': { borderBottomColor: 'var(--error)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)', color: 'var(--text)', border: '1px solid var(--border)', borderRadius: '8px',
    boxShadow: 'var(--shadow)', maxWidth: 'min(34rem, calc(100vw - 2rem))', overflow: 'hidden',
  },
  '.cm-tooltip-section:not(:first-child)': { borderTop: '1px solid var(--border)' },
  '.cm-diagnostic': { padding: '0.6rem 0.9rem', borderLeft: '3px solid', marginLeft: '0', font: '0.875rem/1.5 var(--sans)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--error)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warning)' },
  '.cm-diagnostic-info': { borderLeftColor: 'var(--info)' },
  '.cm-diagnosticAction': {
    font: '600 0.8125rem/1.4 var(--sans)', padding: '0.3rem 0.7rem', margin: '0.5rem 0.5rem 0 0', display: 'inline-block',
    backgroundColor: 'var(--accent)', color: 'var(--on-accent)', borderRadius: '6px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', fontSize: '0.875rem', maxHeight: '16em', padding: '0.25rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.25rem 0.6rem', borderRadius: '5px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--accent)', color: 'var(--on-accent)' },
  '.cm-completionDetail': { fontStyle: 'normal', fontFamily: 'var(--sans)', opacity: '0.85' },
  '.cm-completionInfo': { padding: '0.6rem 0.9rem', font: '0.875rem/1.5 var(--sans)', width: '20rem' },
  '.cm-panels': { backgroundColor: 'var(--raised)', color: 'var(--text)', borderColor: 'var(--border)' },
  '.cm-panel.cm-search label': { fontSize: '0.8125rem' },
  '.cm-textfield': { backgroundColor: 'var(--page)', border: '1px solid var(--border)', borderRadius: '5px' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--page)', border: '1px solid var(--border)', borderRadius: '5px' },
});
