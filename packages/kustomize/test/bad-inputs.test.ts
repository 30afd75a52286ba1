import { type SourceTree, formatFrame, formatLocation, memoryTree } from '@slipway/diag'
import { expect, test } from 'vitest'
import { KustomizeError, buildKustomization, renderObjects } from '../src/index.ts'
import { BAD_INPUTS, type BadInput } from './bad-inputs.ts'

const decoder = new TextDecoder()

function treeOf({ files, links = {} }: BadInput): SourceTree {
  const tree = memoryTree(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [path, typeof text === 'string' ? text : ''])),
    '/',
  )
  const raw = (path: string): Uint8Array | undefined => {
    const content = files[path]
    return content instanceof Uint8Array ? content : tree.read(path)
  }
  const stat: SourceTree['stat'] = (path) => (path in links ? 'symlink' : tree.stat(path))
  return { ...tree, read: raw, stat, readlink: (path) => links[path] }
}

function outcome(input: BadInput): { text: string } | { error: KustomizeError } {
  try {
    return { text: renderObjects(buildKustomization(treeOf(input), input.target ?? 'a').objects) }
  } catch (error) {
    if (error instanceof KustomizeError) return { error }
    throw error
  }
}

test.each(BAD_INPUTS.filter(({ error }) => error !== undefined))('$name is refused at its place', (input) => {
  const found = outcome(input)
  if (!('error' in found)) throw new Error(`it builds: ${found.text}`)
  const { error } = found
  const { range } = error
  const text = (file: string): string => {
    const content = input.files[file]
    return typeof content === 'string' ? content : decoder.decode(content)
  }
  expect.soft(error.message).toContain(input.error?.message ?? '')
  expect.soft(error.code).toBe(input.error?.code)
  expect.soft(range === undefined ? 'nowhere' : formatLocation(range)).toContain(input.error?.at)
  if (text(range?.file ?? '') !== '') expect.soft(range && formatFrame(range, text)).toMatch(/\^/)
  if (input.hidden !== undefined) expect(`${error.message} ${error.hint ?? ''}`).not.toContain(input.hidden)
})

test.each(BAD_INPUTS.filter(({ prints }) => prints !== undefined))(
  '$name is printed as kustomize prints it',
  (input) => {
    const found = outcome(input)
    if ('error' in found) throw found.error
    expect(found.text).toContain(input.prints ?? '')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  },
)
