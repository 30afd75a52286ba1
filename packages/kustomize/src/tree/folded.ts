import { parseFirst } from '@slipway/yaml'

/**
 * The value of a folded scalar once kustomize has written it out and read it back: its YAML writer puts an empty line behind each line of text, before
 * an indented line too, where none would be needed and where it then counts.
 */
export function refolded(value: string): string {
  if (!value.includes('\n') || !mayFold(value)) return value
  const node = parseFirst(`>${hints(value)}\n${written(value)}`, { dialect: 'kyaml' })
  return node?.kind === 'scalar' ? node.value : value
}

// Otherwise the writer takes quotes, which lose nothing.
function mayFold(value: string): boolean {
  return !/ \n| $|[^\t\n\r\u0020-\u007e\u0085\u00a0-\ufffd\u{10000}-\u{10ffff}]/u.test(value)
}

function hints(value: string): string {
  const indent = /^[ \n]/.test(value) ? '2' : ''
  if (!value.endsWith('\n')) return `${indent}-`
  return value === '\n' || value.endsWith('\n\n') ? `${indent}+` : indent
}

function written(value: string): string {
  // The writer looks at the start of the text where it means the next line.
  const separates = !/^[\s]/.test(value)
  const lines = value.split('\n')
  const last = lines.length - 1
  const text = lines.map((line, at) => {
    const separator = separates && at < last && /^[^ \t]/.test(line) ? '\n' : ''
    return (line === '' ? '' : `  ${line}`) + separator
  })
  return text.join('\n')
}
