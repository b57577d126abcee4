// Work that can wait.

// CodeMirror reads the text for its colours when nothing else is to be done, for 100 ms at a time where the browser tells it
// of waiting input; else for what the browser grants, which is less than 50.
Object.defineProperty(navigator, 'scheduling', { value: undefined, configurable: true });

/** When the page has nothing to do. */
export function idle(): Promise<void> {
  return new Promise((done) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => done(), { timeout: 500 });
    else setTimeout(done, 1);
  });
}
