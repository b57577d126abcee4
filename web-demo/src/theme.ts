// Light and dark: the system's, until a person chooses; the choice is remembered.

type Theme = 'light' | 'dark';
const KEY = 'theme';
const system = matchMedia('(prefers-color-scheme: dark)');

function chosen(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : null;
  } catch {
    return null; // Storage is switched off.
  }
}

let current: Theme = 'light';

export function applyTheme(theme: Theme = chosen() ?? (system.matches ? 'dark' : 'light')): void {
  current = theme;
  document.documentElement.dataset['theme'] = theme;
}

export function themeButton(button: HTMLButtonElement): void {
  const label = (): void => {
    const other = current === 'dark' ? 'light' : 'dark';
    button.setAttribute('aria-label', `Switch to the ${other} theme`);
    button.title = `Switch to the ${other} theme`;
  };
  button.addEventListener('click', () => {
    applyTheme(current === 'dark' ? 'light' : 'dark');
    try {
      localStorage.setItem(KEY, current);
    } catch {
      // It holds until the page is left.
    }
    label();
  });
  system.addEventListener('change', () => {
    applyTheme();
    label();
  });
  label();
}
