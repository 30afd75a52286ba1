import { type GoFunc, fn, go } from '@slipway/gotemplate'

/** Go's path.Clean. */
export function cleanPath(path: string): string {
  if (path === '') return '.'
  const rooted = path.startsWith('/')
  const out: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') out.push(part)
    else if (out.length > 0 && out.at(-1) !== '..') out.pop()
    else if (!rooted) out.push('..')
  }
  return (rooted ? '/' : '') + out.join('/') || '.'
}

function base(path: string): string {
  if (path === '') return '.'
  const trimmed = path.replace(/\/+$/, '')
  return trimmed.slice(trimmed.lastIndexOf('/') + 1) || '/'
}

function directory(path: string): string {
  return cleanPath(path.slice(0, path.lastIndexOf('/') + 1))
}

function extension(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot)
}

/** base, dir, clean, ext, isAbs and their `os` names, which are those of Linux everywhere. */
export function pathFunctions(): Record<string, GoFunc> {
  const functions = {
    base: fn([go.string], go.string, base),
    dir: fn([go.string], go.string, directory),
    clean: fn([go.string], go.string, cleanPath),
    ext: fn([go.string], go.string, extension),
    isAbs: fn([go.string], go.bool, (path) => path.startsWith('/')),
  }
  const named = Object.entries(functions).map(([name, func]) => [
    `os${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    func,
  ])
  return { ...functions, ...Object.fromEntries(named) }
}
