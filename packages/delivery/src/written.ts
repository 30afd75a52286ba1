import type { SourceTree } from '@slipway/diag'
import { load, parseFirst, dereference, fieldOf, type YamlNode, type YamlValue } from '@slipway/yaml'
import { DeliveryError } from './errors.ts'

/** What an environment deploys, as `image.yaml` says it: the two change only together. */
export interface DeployedImage {
  /** `sha256:...`, '' before the first release. */
  readonly digest: string
  /** The source commit that was built. */
  readonly commit: string
}

const ENVIRONMENTS = 'deploy/environments'
const OVERLAYS = 'deploy/kustomize/overlays'
const WRITTEN = new RegExp(`^(?:${ENVIRONMENTS}/[^/]+/image\\.yaml|${OVERLAYS}/[^/]+/image/.+)$`)

/** Path of the file that names an environment's digest. */
export function imageFile(environment: string): string {
  return `${ENVIRONMENTS}/${environment}/image.yaml`
}

/** The folder of an environment's overlay that only the pipeline writes. */
export function digestComponent(environment: string): string {
  return `${OVERLAYS}/${environment}/image`
}

/** True for the files that the pipeline writes and people do not. */
export function isPipelineFile(path: string): boolean {
  return WRITTEN.test(path)
}

/** Everything but the files that the pipeline writes, as git pathspecs. */
export const WRITTEN_BY_PEOPLE: readonly string[] = [
  ':/',
  `:(top,exclude,glob)${ENVIRONMENTS}/*/image.yaml`,
  `:(top,exclude,glob)${OVERLAYS}/*/image/**`,
]

/** The image that a tree says an environment runs; undefined in a tree without the file. @throws DeliveryError `DELIVERY_IMAGE_FILE` */
export function readDeployedImage(tree: SourceTree, environment: string): DeployedImage | undefined {
  const path = imageFile(environment)
  const text = textOf(tree, path)
  return text === undefined ? undefined : parseDeployedImage(text, path)
}

/** The content of an `image.yaml`. @throws DeliveryError `DELIVERY_IMAGE_FILE` for another shape */
export function parseDeployedImage(text: string, path: string): DeployedImage {
  const image = member(load(text, { dialect: 'sigs', file: path }), 'image')
  const digest = member(image, 'digest')
  const commit = member(image, 'commit')
  if (typeof digest === 'string' && typeof commit === 'string') return { digest, commit }
  throw new DeliveryError('DELIVERY_IMAGE_FILE', `${path} has no image.digest and image.commit`, {
    hint: 'give it both, as empty strings',
  })
}

function member(value: YamlValue | undefined, name: string): YamlValue | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
  return Object.hasOwn(value, name) ? (value as Record<string, YamlValue>)[name] : undefined
}

/**
 * The files of a tree with another image for an environment: `image.yaml`, and where the repository has it the overlay's digest component. Only the values
 * change; comments, quotes and order stay. Empty for a tree without these files.
 */
export function writeDeployedImage(
  tree: SourceTree,
  environment: string,
  image: DeployedImage,
): Record<string, string> {
  const component = digestComponent(environment)
  return {
    ...edited(tree, imageFile(environment), [
      [['image', 'digest'], image.digest],
      [['image', 'commit'], image.commit],
    ]),
    ...edited(tree, `${component}/kustomization.yaml`, [[['images', 0, 'digest'], image.digest]]),
    ...edited(tree, `${component}/commit.yaml`, [
      [['spec', 'template', 'spec', 'containers', 0, 'env', { name: 'IMAGE_COMMIT' }, 'value'], image.commit],
    ]),
  }
}

type Step = string | number | { readonly name: string }

function edited(
  tree: SourceTree,
  path: string,
  changes: readonly (readonly [readonly Step[], string])[],
): Record<string, string> {
  let text = textOf(tree, path)
  if (text === undefined) return {}
  for (const [steps, value] of changes) text = setScalar(text, { path, steps, value })
  return { [path]: text }
}

function setScalar(text: string, change: { path: string; steps: readonly Step[]; value: string }): string {
  const { path, steps, value } = change
  let node: YamlNode | undefined = parseFirst(text, { dialect: 'sigs', file: path })
  for (const step of steps) node = descend(node, step)
  if (node?.kind !== 'scalar' || node.source === undefined) {
    const place = steps.map((step) => (typeof step === 'object' ? step.name : String(step))).join('.')
    throw new DeliveryError('DELIVERY_IMAGE_FILE', `${path} has no ${place}`, {
      hint: 'restore the file as the starter has it',
    })
  }
  return text.slice(0, node.start) + JSON.stringify(value) + text.slice(node.end)
}

function descend(node: YamlNode | undefined, step: Step): YamlNode | undefined {
  if (typeof step === 'string') return fieldOf(node, step)
  const list = node === undefined ? undefined : dereference(node)
  if (list?.kind !== 'seq') return undefined
  const found = typeof step === 'number' ? list.items[step] : list.items.find((item) => isNamed(item, step.name))
  return found === undefined ? undefined : dereference(found)
}

function isNamed(item: YamlNode, name: string): boolean {
  const field = fieldOf(item, 'name')
  return field?.kind === 'scalar' && field.value === name
}

function textOf(tree: SourceTree, path: string): string | undefined {
  const bytes = tree.read(path)
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
}
