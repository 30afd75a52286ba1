import type { Origins, SourceRange } from '@slipway/diag'
import { type YamlMap, dump } from '@slipway/yaml'
import type { Resource } from './resource/resource.ts'
import type { BuildContext } from './target/context.ts'
import { originsOf } from './target/origins.ts'
import { overriddenEntries } from './target/overridden.ts'
import { rangeOfExtent } from './tree/fields.ts'

/** One built object. */
export interface BuiltObject {
  /** The object as data; field order is that of the files, the text has it sorted. */
  readonly value: YamlMap
  /** Its YAML, as `kustomize build` prints it. */
  readonly text: string
  /** Where each field comes from: the latest place first, those that it overrode in `overrode`. */
  readonly origins: Origins
  /** Its kind is known to have no namespace. */
  readonly clusterScoped: boolean
  /** The resource or generator entry that it was read from. */
  readonly range: SourceRange | undefined
}

/** An entry that had no effect on the build. */
export interface DeadEntry {
  /** The field of the kustomization, or the kind of the transformer. */
  readonly subject: string
  readonly reason: string
  readonly range: SourceRange | undefined
}

/** What a build gives. */
export interface BuildResult {
  readonly objects: readonly BuiltObject[]
  /** Lines that real kustomize writes to stderr about deprecated fields. */
  readonly warnings: readonly string[]
  /** Lines that real kustomize logs to stderr with the time in front. */
  readonly logs: readonly string[]
  /** Found when first asked for. */
  readonly dead: readonly DeadEntry[]
  /** Paths of the tree that were read, in the order of their first reading. */
  readonly files: readonly string[]
}

/** The objects of a build as one text, byte for byte what `kustomize build` prints. */
export function renderObjects(objects: readonly BuiltObject[]): string {
  return objects.map(({ text }) => text).join('---\n')
}

/** What is found of a build when it is asked for. */
export class Result implements BuildResult {
  readonly objects: readonly BuiltObject[]
  readonly files: readonly string[]
  readonly #resources: readonly Resource[]
  readonly #context: BuildContext
  #dead: readonly DeadEntry[] | undefined

  constructor(of: { resources: readonly Resource[]; context: BuildContext; files: readonly string[] }) {
    this.objects = of.resources.map((each) => new Built(each))
    this.files = of.files
    this.#resources = of.resources
    this.#context = of.context
  }

  get warnings(): readonly string[] {
    return this.#context.warnings
  }

  get logs(): readonly string[] {
    return this.#context.logs
  }

  get dead(): readonly DeadEntry[] {
    this.#dead ??= [...this.#context.unused, ...overriddenEntries(this.#resources)].map(({ maker, reason }) => ({
      subject: maker.subject,
      reason,
      range: rangeOfExtent(maker.at),
    }))
    return this.#dead
  }
}

class Built implements BuiltObject {
  readonly #resource: Resource
  // Not found when asked for: what cannot be printed is an error of the build.
  readonly value: YamlMap
  #text: string | undefined
  readonly origins: Origins

  constructor(resource: Resource) {
    this.#resource = resource
    this.value = resource.value
    this.origins = originsOf(resource.node)
  }

  get text(): string {
    this.#text ??= flattened(dump(this.value, { dialect: 'sigs' }))
    return this.#text
  }

  get clusterScoped(): boolean {
    return this.#resource.id.clusterScoped
  }

  get range(): SourceRange | undefined {
    return this.#resource.range
  }
}

// V8 holds a text that grew by bits as a tree of them, many times its size, until one of its characters is asked for.
function flattened(text: string): string {
  text.charCodeAt(0)
  return text
}
