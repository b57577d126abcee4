// What is asked first is answered first: the worker checks the manifest while the editor is fetched and read.
import './style.css';
import { Client } from './client.ts';
import { Document } from './document.ts';
import { opening } from './opening.ts';
import { applyTheme } from './theme.ts';

applyTheme();
const file = new Document(new Client());
const opened = opening(file, location.hash);
void import('./app.ts').then(async ({ start }) => start(file, await opened));
