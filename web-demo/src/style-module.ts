// Stands in for `style-mod`, by which CodeMirror brings its styles: into a constructed style sheet rather than a style element,
// which the page's policy would have to let in.

import { StyleModule as Rules } from '../node_modules/style-mod/src/style-mod.js';

const sheet = new CSSStyleSheet();
let mounted: readonly Rules[] = [];

export class StyleModule extends Rules {
  /** Later modules win over earlier ones; those that are not named keep their place before them. */
  static override mount(root: Document | ShadowRoot, modules: Rules | readonly Rules[]): void {
    const named = [modules].flat();
    const all = [...mounted.filter((each) => !named.includes(each)), ...named];
    if (all.length !== mounted.length || all.some((each, at) => each !== mounted[at])) {
      sheet.replaceSync(all.map((each) => each.getRules()).join('\n'));
      mounted = all;
    }
    if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [sheet, ...root.adoptedStyleSheets];
  }
}
