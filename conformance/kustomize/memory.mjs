const encoder = new TextEncoder()

/** A tree held in memory, at the root of the disk as messages show it. */
export function memoryTree(files) {
  const contents = new Map(Object.entries(files).map(([path, text]) => [path, encoder.encode(text)]))
  const directories = new Set([''])
  for (const path of contents.keys()) {
    const parts = path.split('/')
    for (let count = 1; count < parts.length; count++) directories.add(parts.slice(0, count).join('/'))
  }
  const entriesOf = (path) => {
    const inside = [...contents.keys(), ...directories].filter((each) => each !== '' && parentOf(each) === path)
    return inside.map((each) => ({ name: each.split('/').at(-1), kind: contents.has(each) ? 'file' : 'directory' }))
  }
  return {
    label: '/',
    stat: (path) => (contents.has(path) ? 'file' : directories.has(path) ? 'directory' : undefined),
    read: (path) => contents.get(path),
    list: (path) => entriesOf(path),
    readlink: () => undefined,
  }
}

const parentOf = (path) => path.split('/').slice(0, -1).join('/')
