// The examples of the repository, as they were when the page was built.

export interface Example {
  id: string;
  group: string;
  title: string;
  path: string;
  text: string;
  /** Other files that it refers to. */
  context: Record<string, string>;
}

const files = import.meta.glob<string>('../../examples/**/*.yaml', { query: '?raw', import: 'default', eager: true });
const lists = import.meta.glob<string>('../../examples/tags/*.txt', { query: '?raw', import: 'default', eager: true });

const relative = (path: string): string => path.replace(/^.*\/examples\//, '');
const words = (name: string): string => {
  const text = name.replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

function gather(): Example[] {
  const fleet: Record<string, string> = {};
  const examples: Example[] = [];
  for (const [path, text] of Object.entries(files)) if (relative(path).startsWith('fleet/')) fleet[relative(path)] = text;
  for (const [file, text] of Object.entries(files)) {
    const path = relative(file);
    if (path in fleet) {
      const { [path]: _self, ...context } = fleet;
      examples.push({ id: path, group: 'As it should look', title: path.replace('fleet/', ''), path, text, context });
      continue;
    }
    const documents = text.split(/^---\n/m);
    const family = path.replace(/^.*\/|\.yaml$/g, '');
    // Documents that need no others each teach one thing.
    if (documents.every((document) => /^kind: OCIRepository$/m.test(document))) {
      for (const document of documents) {
        const name = /^ {2}name: (\S+)$/m.exec(document)?.[1] ?? family;
        examples.push({ id: `${family}/${name}`, group: `Mistakes: ${family}`, title: words(name), path: `${name}.yaml`, text: document, context: {} });
      }
    } else {
      examples.push({ id: family, group: `Mistakes: ${family}`, title: `All of ${family}`, path: `${family}.yaml`, text, context: {} });
    }
  }
  return examples;
}

export const examples = gather();

export const tagLists = Object.entries(lists).map(([file, text]) => ({ name: relative(file).replace(/^tags\/|\.txt$/g, ''), text }));
