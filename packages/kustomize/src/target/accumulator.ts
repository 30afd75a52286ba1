import { EMPTY_CONFIG, type TransformerConfig, mergeConfigs } from '../config/field-spec.ts'
import { failure } from '../errors.ts'
import { type Variable, describeVariable } from '../filters/vars.ts'
import { type ResId, sameGvk, sameId } from '../resource/gvk.ts'
import { ResMap } from '../resource/resmap.ts'

/** What one kustomization has gathered: resources, what transformers look at, and variables. */
export class Accumulator {
  readonly map = new ResMap()
  config: TransformerConfig = EMPTY_CONFIG
  readonly variables = new Map<string, Variable>()

  mergeConfig(config: TransformerConfig): void {
    this.config = mergeConfigs(this.config, config)
  }

  /** Takes over all of another kustomization. */
  merge(other: Accumulator): void {
    this.map.appendAll(other.map.resources)
    this.mergeConfig(other.config)
    for (const variable of other.variables.values()) this.#declare(variable)
  }

  /** Adds variables and marks the resources that they read, which later may have other names. */
  addVariables(variables: readonly Variable[]): void {
    for (const variable of variables) this.#bind(variable)
    for (const variable of variables) this.#declare(variable)
  }

  #declare(variable: Variable): void {
    if (this.variables.has(variable.name)) throw failure(`var '${variable.name}' already encountered`)
    this.variables.set(variable.name, variable)
  }

  #bind(variable: Variable): void {
    const matches = matcherOf(variable.target)
    const found = this.map.resources.filter((each) => each.allIds.some(matches))
    if (found.length > 1) {
      const stated = describeVariable({ ...variable, fieldPath: variable.statedPath })
      throw failure(`found ${found.length} resId matches for var ${stated} (unable to disambiguate)`)
    }
    found[0]?.refVarNames.push(variable.name)
  }
}

// Without a namespace a variable looks in all of them; with one it finds nothing that has none, whatever its kind.
function matcherOf(target: ResId): (id: ResId) => boolean {
  if (target.namespace !== '') return (id) => sameId(id, target)
  return (id) => id.name === target.name && sameGvk(id, target)
}
