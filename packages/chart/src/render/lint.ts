import type { GoMap } from '@slipway/gotemplate'
import type { Chart } from '../chart.ts'
import type { Compat } from '../compat.ts'
import { capabilitiesValue } from '../data/capabilities.ts'
import { helmFunctions, type RenderEnvironment } from '../functions/index.ts'
import { checkSchemas } from '../schema/check.ts'
import { coalesceValues } from '../values/coalesce.ts'
import { runTemplates } from './engine.ts'
import { DEFAULT_LIMITS, processDependencies, releaseValue } from './render.ts'
import { templatesOf } from './templates.ts'

/** What a lint renders with. */
export interface LintRenderOptions {
  readonly environment: RenderEnvironment
  readonly namespace?: string
  readonly kubeVersion?: string
  readonly skipSchema?: boolean
  readonly compat?: Compat
  /** Gets what Helm logs meanwhile. */
  readonly onWarning?: (line: string) => void
}

/** What each template prints when `required` and `fail` only tell; undefined where dependencies do not come together. */
export function renderForLint(
  loaded: Chart,
  given: GoMap,
  options: LintRenderOptions,
): ReadonlyMap<string, string> | undefined {
  const warn = options.onWarning ?? (() => undefined)
  const chart = loaded.copy()
  const compat = options.compat ?? 'helm4'
  const first = prepared(chart, given, { warn, compat })
  if (first === undefined) return undefined
  const values = coalesceValues(chart, first, { merge: false, warn, compat })
  if (options.skipSchema !== true) checkSchemas(chart, values)
  const release = { name: 'test-release', namespace: options.namespace ?? 'default', isInstall: false, revision: 0 }
  const kube = options.kubeVersion === undefined ? {} : { kubeVersion: options.kubeVersion }
  const templates = templatesOf(chart, values, {
    release: releaseValue(release),
    capabilities: capabilitiesValue(kube, compat),
    compat,
  })
  const functions = helmFunctions(options.environment, { lint: warn, compat })
  return new Map(runTemplates(templates, { functions, limits: DEFAULT_LIMITS }).map(({ name, text }) => [name, text]))
}

function prepared(
  chart: Chart,
  given: GoMap,
  how: { warn: (line: string) => void; compat: Compat },
): GoMap | undefined {
  try {
    processDependencies(chart, given, { ...how, track: false })
    return coalesceValues(chart, given, { merge: false, ...how })
  } catch {
    return undefined
  }
}
