/** Starts the page: the theme first, so that nothing is drawn in the wrong one, then the window, then what it shows. */
import './styles/index.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { preferences } from './state/preferences.svelte';
import { startState } from './state/start';
import { toasts } from './state/toasts.svelte';

await preferences.load().catch((error: unknown) => toasts.failed('The settings could not be read', error));
mount(App, { target: document.getElementById('app') ?? document.body });
await startState().catch((error: unknown) => toasts.failed('Pretext could not start wholly', error));
