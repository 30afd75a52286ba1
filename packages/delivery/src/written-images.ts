import type { SourceTree } from '@slipway/diag'
import { fieldOf, parseDocuments, type YamlNode } from '@slipway/yaml'
import { repositoryOf, SKIPPED } from './builds.ts'

// `image:` of a container, `repository:` of a chart's values. Templates do not match.
const IMAGE_LINE =
  /^[ \t-]*(?:image|repository):[ \t]*["']?([a-z0-9][\w.-]*(?::\d+(?=\/))?(?:\/[\w.-]+)*)(?=[:@"'\s]|$)/gm

const DEEPEST = 8

/** Names that a tree's files give images, and those that a kustomization replaces by others. */
interface Found {
  readonly names: Set<string>
  readonly replaced: Set<string>
}

/**
 * Images that the manifests, values and kustomizations of a tree write out, without tags: what can be known without rendering. A name that a kustomization
 * gives a `newName` counts by that one.
 */
export function writtenImages(tree: SourceTree): readonly string[] {
  const found: Found = { names: new Set(), replaced: new Set() }
  visit(tree, { folder: '', depth: 0 }, found)
  return [...found.names].filter((name) => !found.replaced.has(name)).sort()
}

function visit(tree: SourceTree, { folder, depth }: { folder: string; depth: number }, found: Found): void {
  for (const { name, kind } of tree.list(folder)) {
    const path = folder === '' ? name : `${folder}/${name}`
    const hidden = SKIPPED.has(name) || name.startsWith('.')
    if (kind === 'directory' && depth < DEEPEST && !hidden) visit(tree, { folder: path, depth: depth + 1 }, found)
    // Compose files run images on a developer's machine; nothing deploys them.
    if (kind === 'file' && /\.ya?ml$/.test(name) && !/^(docker-)?compose/.test(name)) {
      readFile(name, new TextDecoder().decode(tree.read(path)), found)
    }
  }
}

function readFile(name: string, text: string, found: Found): void {
  if (/^kustomization\.ya?ml$/.test(name)) return readKustomization(text, found)
  for (const match of text.matchAll(IMAGE_LINE)) if (match[1] !== undefined) found.names.add(repositoryOf(match[1]))
}

function readKustomization(text: string, found: Found): void {
  const images = fieldOf(parseDocuments(text, { dialect: 'kyaml' }).documents[0], 'images')
  if (images?.kind !== 'seq') return
  for (const item of images.items) {
    const [name, newName] = [textOf(fieldOf(item, 'name')), textOf(fieldOf(item, 'newName'))]
    if (name !== undefined) found.names.add(name)
    if (name === undefined || newName === undefined) continue
    found.names.add(newName)
    if (newName !== name) found.replaced.add(name)
  }
}

function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== '' ? node.value : undefined
}
