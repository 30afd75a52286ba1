import { parseApiVersion } from '@slipway/objects'
import type { ResourceDefinition } from './definition.ts'

/** The resources that the server serves right now: built-in ones, and those that CustomResourceDefinitions add and remove. */
export class Registry {
  readonly #builtIn: readonly ResourceDefinition[]
  #custom: readonly ResourceDefinition[] = []
  #byPath = new Map<string, ResourceDefinition>()
  #byKind = new Map<string, ResourceDefinition>()
  #generation = 0

  constructor(builtIn: readonly ResourceDefinition[]) {
    this.#builtIn = builtIn
    this.#index()
  }

  /** Counts changes, so that documents made from the registry can be kept until the next one. */
  get generation(): number {
    return this.#generation
  }

  /** Replaces all custom resources. */
  setCustom(resources: readonly ResourceDefinition[]): void {
    this.#custom = resources
    this.#index()
  }

  all(): readonly ResourceDefinition[] {
    return [...this.#builtIn, ...this.#custom]
  }

  find(group: string, version: string, plural: string): ResourceDefinition | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`)
  }

  findKind(apiVersion: string, kind: string): ResourceDefinition | undefined {
    const { group, version } = parseApiVersion(apiVersion)
    return this.#byKind.get(`${group}/${version}/${kind}`)
  }

  /** Any version of a resource, the preferred one first. */
  findResource(group: string, plural: string): ResourceDefinition | undefined {
    return this.all().find((resource) => resource.group === group && resource.plural === plural)
  }

  /** The groups in the order of discovery, each with its versions, preferred first. The core group is ''. */
  groups(): ReadonlyMap<string, readonly string[]> {
    const groups = new Map<string, string[]>()
    for (const { group, version } of this.all()) {
      const versions = groups.get(group) ?? []
      if (!versions.includes(version)) versions.push(version)
      groups.set(group, versions)
    }
    return groups
  }

  /** The resources of one group and version, by plural name. */
  inVersion(group: string, version: string): readonly ResourceDefinition[] {
    return this.all()
      .filter((resource) => resource.group === group && resource.version === version)
      .sort((a, b) => (a.plural < b.plural ? -1 : 1))
  }

  #index(): void {
    this.#byPath = new Map(
      this.all().map((resource) => [`${resource.group}/${resource.version}/${resource.plural}`, resource]),
    )
    this.#byKind = new Map(
      this.all().map((resource) => [`${resource.group}/${resource.version}/${resource.kind}`, resource]),
    )
    this.#generation++
  }
}
