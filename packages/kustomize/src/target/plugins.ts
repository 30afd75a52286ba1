import { KustomizeError, failure, prefixed } from '../errors.ts'
import { formatGvk, formatId } from '../resource/gvk.ts'
import type { ResMap } from '../resource/resmap.ts'
import type { Resource } from '../resource/resource.ts'
import { pluginOrigin } from './build-origin.ts'
import { type FunctionSpec, functionSpec } from './function-spec.ts'
import { functionGenerator, functionTransformer } from './functions.ts'
import { PLUGIN_GENERATORS } from './plugin-generators.ts'
import { type PluginConfig, decodePlugin } from './plugin-config.ts'
import { PLUGIN_TRANSFORMERS } from './plugin-transformers.ts'
import type { Site } from './site.ts'
import type { Generator, Step } from './step.ts'

/** Generators that the resources configure. */
export function pluginGenerators(site: Site, configs: ResMap): Generator[] {
  return configs.resources.map((resource) => {
    try {
      return { generate: loadGenerator(site, resource), origin: pluginOrigin(resource) }
    } catch (error) {
      throw prefixed(error, 'failed to load generator')
    }
  })
}

function loadGenerator(site: Site, resource: Resource): () => ResMap {
  const spec = specOf(site, resource)
  if (spec !== undefined) return functionGenerator({ site, resource, spec })
  const config = builtinConfig(resource)
  const make = PLUGIN_GENERATORS[config.kind]
  if (make === undefined) {
    configured(resource, () => PLUGIN_TRANSFORMERS[config.kind]?.(site, config))
    throw failure(`plugin ${formatId(resource.originalId)} not a generator`)
  }
  return configured(resource, () => make(site, config))
}

/** Transformers that the resources configure. */
export function pluginTransformers(site: Site, configs: ResMap): Step[] {
  return configs.resources.map((resource) => ({ run: loadTransformer(site, resource), origin: pluginOrigin(resource) }))
}

function loadTransformer(site: Site, resource: Resource): Step['run'] {
  const spec = specOf(site, resource)
  if (spec !== undefined) return functionTransformer({ site, resource, spec })
  const config = builtinConfig(resource)
  const make = PLUGIN_TRANSFORMERS[config.kind]
  if (make === undefined) throw failure(`plugin ${formatId(resource.originalId)} not a transformer`)
  return configured(resource, () => make(site, config))
}

// Functions are looked at only where plug-ins are switched on, so that their errors are those of the real tool.
function specOf(site: Site, resource: Resource): FunctionSpec | undefined {
  return isBuiltin(resource) || !site.context.switches.plugins ? undefined : functionSpec(resource)
}

function isBuiltin(resource: Resource): boolean {
  return resource.apiVersion === 'builtin'
}

function configured<T>(resource: Resource, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw prefixed(error, `plugin ${formatId(resource.originalId)} fails configuration`)
  }
}

function builtinConfig(resource: Resource): PluginConfig {
  if (!isBuiltin(resource)) throw refusal(resource)
  const config = configured(resource, () => decodePlugin(resource))
  if (config === undefined) throw failure(`unable to load builtin ${formatGvk(resource.id)}`)
  return config
}

const HINT =
  'Use a built-in transformer; functions run with --enable-alpha-plugins and --enable-exec only, Go plug-ins and container functions not at all.'

function refusal(resource: Resource): KustomizeError {
  const message = `external plugins disabled; unable to load external plugin '${resource.kind}'`
  return new KustomizeError('KUSTOMIZE_PLUGIN', message, { range: resource.range, hint: HINT })
}
