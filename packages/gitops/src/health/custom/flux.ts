import type { KubeObject } from '@slipway/objects'
import { textAt, valueAt } from '../../read.ts'
import { health, type Health } from '../status.ts'
import { conditionsOf } from './conditions.ts'

type Condition = Record<string, unknown>

interface FluxRule {
  /** How many conditions of those that are well make the object Healthy. */
  readonly well: number
  /** Besides Ready, what being True counts as well. */
  readonly alsoWell?: readonly string[]
  /** The status of Ready that, with Reconciling, means that it is worked on. */
  readonly waits: 'Unknown' | 'False'
  /** Reasons of Reconciling that count; all without. */
  readonly reasons?: readonly string[]
  readonly neverWaits?: boolean
  readonly neverSuspended?: boolean
}

const SOURCE: FluxRule = { well: 2, alsoWell: ['ArtifactInStorage'], waits: 'Unknown' }

const RULES: Readonly<Record<string, FluxRule>> = {
  'kustomize.toolkit.fluxcd.io/Kustomization': { well: 1, waits: 'Unknown' },
  'helm.toolkit.fluxcd.io/HelmRelease': { well: 2, alsoWell: ['Released', 'TestSuccess'], waits: 'Unknown' },
  'source.toolkit.fluxcd.io/GitRepository': SOURCE,
  'source.toolkit.fluxcd.io/OCIRepository': SOURCE,
  'source.toolkit.fluxcd.io/HelmRepository': SOURCE,
  'source.toolkit.fluxcd.io/HelmChart': SOURCE,
  'source.toolkit.fluxcd.io/Bucket': SOURCE,
  'notification.toolkit.fluxcd.io/Receiver': { well: 1, waits: 'False', neverWaits: true },
  'image.toolkit.fluxcd.io/ImageRepository': { well: 1, waits: 'False', reasons: ['NewGeneration', 'Scanning'] },
  'image.toolkit.fluxcd.io/ImagePolicy': {
    well: 1,
    waits: 'False',
    reasons: ['NewGeneration', 'AccessingRepository', 'ApplyingPolicy'],
    neverSuspended: true,
  },
  'image.toolkit.fluxcd.io/ImageUpdateAutomation': { well: 1, waits: 'Unknown' },
}

/** Flux's kinds. */
export const FLUX: Readonly<Record<string, (object: KubeObject) => Health>> = Object.fromEntries(
  Object.entries(RULES).map(([kind, rule]) => [kind, (object: KubeObject) => fluxHealth(object, rule)]),
)

function fluxHealth(object: KubeObject, rule: FluxRule): Health {
  if (rule.neverSuspended !== true && valueAt(object, 'spec', 'suspend') === true)
    return health('Suspended', `${object.kind} is suspended`)
  if (object.kind === 'HelmRepository' && textAt(object, 'spec', 'type') === 'oci')
    return health('Healthy', "Helm repositories of type 'oci' do not contain any information in the status.")
  if (valueAt(object, 'status', 'conditions') === undefined) return health('Progressing', 'Status unknown')
  const conditions = conditionsOf(object)
  const isWell = ({ type, status }: Condition): boolean =>
    status === 'True' && (type === 'Ready' || rule.alsoWell?.includes(String(type)) === true)
  const isWaiting = ({ type, status, reason }: Condition): boolean =>
    (type === 'Ready' && status === rule.waits) ||
    (type === 'Reconciling' && status === 'True' && rule.reasons?.includes(String(reason)) !== false)
  const message = messageOf(conditions, rule)
  if (conditions.filter(isWaiting).length === 2)
    return health(rule.neverWaits === true ? 'Degraded' : 'Progressing', message)
  return health(conditions.filter(isWell).length === rule.well ? 'Healthy' : 'Degraded', message)
}

// The reason of Ready, with that of an outdated artefact after it.
function messageOf(conditions: readonly Condition[], rule: FluxRule): string {
  let message = ''
  for (const condition of conditions) {
    const { type, status } = condition
    if (type === 'Ready') message = textAt(condition, 'reason')
    if (rule === SOURCE && type === 'ArtifactOutdated' && status === 'True')
      message = `${message} ${textAt(condition, 'reason')}`
  }
  return message
}
