// The worker first: the module is fetched and compiled while the editor is.
import './style.css';
import { Client } from './client.ts';
import { applyTheme } from './theme.ts';

applyTheme();
const client = new Client();
void import('./app.ts').then(({ start }) => start(client));
