// What is asked first is answered first: the worker checks the manifest while the editor is fetched and read.
import './style.css';
import { Client } from './client.ts';
import { Document } from './document.ts';
import { opening } from './opening.ts';
import { applyTheme } from './theme.ts';

applyTheme();
const file = new Document(new Client());
const opened = opening(file, location.hash);
const body = new Promise<void>((done) => {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => done(), { once: true });
  else done();
});
void import('./app.ts').then(async ({ start }) => {
  await body;
  return start(file, await opened);
});
