// The contracts as types. Made from docs/schemas by `gen types`; do not edit.

export interface Report {
  version: 1;
  summary: Summary;
  diagnostics: Diagnostic[];
  /** WebAssembly alone, where fixes were asked for: the new text of each file that changed. */
  texts?: Record<string, string>;
}

export interface Summary {
  files: number;
  documents: number;
  errors: number;
  warnings: number;
  infos: number;
  suppressed: number;
  /** How many fixes were applied, where some were asked for. */
  fixed?: number;
  skipped: Array<{
    path: string;
    reason: 'template' | 'encrypted' | 'fragment' | 'too-large' | 'unreadable' | 'not-text' | 'offline';
  }>;
}

export interface Diagnostic {
  rule: string;
  severity: 'error' | 'warning' | 'info';
  path: string;
  object: ObjectName | null;
  range: Range;
  message: string;
  why: string | null;
  help: string | null;
  url: string | null;
  labels: Label[];
  fix: Fix | null;
}

export interface ObjectName {
  apiVersion: string;
  kind: string;
  namespace: string | null;
  name: string;
}

export interface Label {
  path: string;
  range: Range;
  message: string;
}

export interface Fix {
  title: string;
  applicability: 'safe' | 'unsafe' | 'display';
  edits: Edit[];
}

export interface Edit {
  path: string;
  range: Range;
  text: string;
}

export interface Range {
  start: Position;
  end: Position;
}

export interface Position {
  line: number;
  column: number;
  offset: number;
}

export interface Resolved {
  version: 1;
  results: Resolution[];
}

export interface Resolution {
  object: ObjectName | null;
  by: 'digest' | 'semver' | 'tag' | 'default';
  tag: string | null;
  /** Of the tag too, where the registry was asked. */
  digest: string | null;
  revision: string | null;
  /** All tags of equal precedence, the winner included; empty where there is one winner. */
  ties: string[];
  considered: number;
  matching: number;
  rejected: Array<{
    tag: string;
    reason: 'filtered' | 'parts' | 'version' | 'prerelease' | 'range';
  }>;
  error: {
    reason: string;
    message: string;
  } | null;
}

export interface Rules {
  version: 1;
  rules: Rule[];
}

export interface Rule {
  id: string;
  summary: string;
  severity: 'error' | 'warning' | 'info';
  /** In the strict profile. */
  strictSeverity: 'error' | 'warning' | 'info';
  /** What it needs to see. */
  scope: 'document' | 'set' | 'registry' | 'schema';
  fix: 'none' | 'safe' | 'suggested';
  /** False for rules that only the strict profile runs. */
  on: boolean;
  /** Which version of this project has it first. */
  since: string;
  /** Where its page is read. */
  url: string;
  /** Its page in Markdown: in rules.json of the npm package alone. */
  page?: string;
}

export interface Hover {
  range: Range;
  markdown: string;
}

export interface Completion {
  label: string;
  kind: 'field' | 'value' | 'reference' | 'snippet';
  /** A word or two beside the label. */
  detail: string | null;
  /** Markdown. */
  documentation: string | null;
  edit: Edit;
}

export interface Action {
  title: string;
  kind: 'fix' | 'suppress';
  applicability: 'safe' | 'unsafe' | 'display';
  /** The position of the finding it is about among those of `check`. */
  diagnostic: number | null;
  edits: Edit[];
}

export interface DocumentSymbol {
  name: string;
  detail: string;
  kind: 'object' | 'field';
  range: Range;
  /** What to jump to. */
  selection: Range;
  children: DocumentSymbol[];
}

export interface Location {
  path: string;
  range: Range;
}
