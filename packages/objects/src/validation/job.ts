import { existing, items, type Json } from '../defaults/fields.ts'
import { deepEqual } from '../equal.ts'
import { toLabelSelector, type LabelSelectorSpec } from '../selector.ts'
import { failurePolicy, successPolicy } from './job-policies.ts'
import { dns1123Label } from './names.ts'
import type { Place } from './place.ts'
import { validateTemplate } from './pod/pod.ts'
import { domainPath, IMMUTABLE, immutable, nonNegative, numberOf, selector, textOf } from './shared.ts'
import { templateLabels } from './template.ts'

/** k8s.io/kubernetes/pkg/apis/batch/validation/validation.go, ValidateJob. */
export function validateJob(object: Json, old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  const before = existing(old, 'spec')
  if (before === undefined) generatedSelector(object, spec, root)
  validateJobSpec(spec, place)
  ownSelector(spec, place)
  if (before === undefined) longestName(object, spec, root)
  else validateChange(spec, before, place)
}

// Its pods are found by the uid of the job, unless somebody wants otherwise.
function generatedSelector(object: Json, spec: Json, root: Place): void {
  const of = existing(spec, 'selector')
  if (spec['manualSelector'] === true || of === undefined) return
  const metadata = existing(object, 'metadata')
  const uid = textOf(metadata, 'uid')
  const name = textOf(metadata, 'name')
  const expected = {
    'batch.kubernetes.io/controller-uid': uid,
    'controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'job-name': name,
  }
  if (!toLabelSelector(of as LabelSelectorSpec).matches(expected))
    root.at('spec', 'selector').invalid(of, '`selector` not auto-generated')
}

function ownSelector(spec: Json, place: Place): void {
  const of = existing(spec, 'selector')
  const labels = templateLabels(existing(spec, 'template'))
  const shown = Object.keys(labels).length === 0 ? null : labels
  if (of === undefined) place.at('selector').required()
  const valid = selector(of, place.at('selector'))
  if (of === undefined || (valid && !toLabelSelector(of as LabelSelectorSpec).matches(labels)))
    place.at('template', 'metadata', 'labels').invalid(shown, '`selector` does not match template `labels`')
}

// The name of the last pod is its host name.
function longestName(object: Json, spec: Json, root: Place): void {
  const completions = numberOf(spec, 'completions') ?? 0
  const name = textOf(existing(object, 'metadata'), 'name')
  const last = `${name}-${completions - 1}`
  if (spec['completionMode'] === 'Indexed' && completions > 0 && dns1123Label(last).length > 0)
    root.at('metadata', 'name').invalid(name, `will not able to create pod with invalid DNS label: ${last}`)
}

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
]
const LONGEST_MANAGER = 63

/** What holds for jobs and for the templates of cron jobs. */
export function validateJobSpec(spec: Json, place: Place): void {
  nonNegative(spec, place, COUNTS)
  if (spec['maxFailedIndexes'] !== undefined && spec['backoffLimitPerIndex'] === undefined)
    place.at('backoffLimitPerIndex').required('when maxFailedIndexes is specified')
  const manager = spec['managedBy']
  if (manager !== undefined) {
    domainPath(String(manager), place.at('managedBy'))
    if (String(manager).length > LONGEST_MANAGER) place.at('managedBy').tooLong(LONGEST_MANAGER)
  }
  completionMode(spec, place)
  if (existing(spec, 'podFailurePolicy') !== undefined) failurePolicy(spec, place.at('podFailurePolicy'))
  if (existing(spec, 'successPolicy') !== undefined) successPolicy(spec, place.at('successPolicy'))
  replacement(spec, place.at('podReplacementPolicy'))
  validateTemplate(existing(spec, 'template'), place.at('template'))
  restart(spec, place.at('template', 'spec', 'restartPolicy'))
}

const MODES = ['NonIndexed', 'Indexed']
const MOST_PARALLEL = 100_000
const MANY = 100_000
const MANY_PARALLEL = 10_000

function completionMode(spec: Json, place: Place): void {
  const mode = spec['completionMode']
  if (mode !== undefined && !MODES.includes(String(mode))) place.at('completionMode').unsupported(mode, MODES)
  if (mode === 'Indexed') indexed(spec, place)
  if (mode === undefined || mode === 'NonIndexed')
    for (const name of ['backoffLimitPerIndex', 'maxFailedIndexes'])
      if (spec[name] !== undefined) place.at(name).invalid(spec[name], 'requires indexed completion mode')
}

function indexed(spec: Json, place: Place): void {
  const completions = numberOf(spec, 'completions')
  const parallelism = numberOf(spec, 'parallelism') ?? 0
  const failed = numberOf(spec, 'maxFailedIndexes')
  if (completions === undefined) place.at('completions').required('when completion mode is Indexed')
  if (parallelism > MOST_PARALLEL)
    place
      .at('parallelism')
      .invalid(parallelism, `must be less than or equal to ${MOST_PARALLEL} when completion mode is Indexed`)
  if (completions !== undefined && failed !== undefined && failed > completions)
    place.at('maxFailedIndexes').invalid(failed, 'must be less than or equal to completions')
  if (failed !== undefined && failed > MOST_PARALLEL)
    place.at('maxFailedIndexes').invalid(failed, `must be less than or equal to ${MOST_PARALLEL}`)
  if (completions === undefined || completions <= MANY || spec['backoffLimitPerIndex'] === undefined) return
  const most = `must be less than or equal to ${MANY_PARALLEL} when completions are above ${MANY} and used with backoff limit per index`
  if (failed === undefined) place.at('maxFailedIndexes').required(`must be specified when completions is above ${MANY}`)
  if (parallelism > MANY_PARALLEL) place.at('parallelism').invalid(parallelism, most)
  if (failed !== undefined && failed > MANY_PARALLEL) place.at('maxFailedIndexes').invalid(failed, most)
}

function replacement(spec: Json, place: Place): void {
  const policy = spec['podReplacementPolicy']
  const supported = spec['podFailurePolicy'] === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed']
  if (policy !== undefined && !supported.includes(String(policy))) place.unsupported(policy, supported)
}

const RESTARTS = ['OnFailure', 'Never']

function restart(spec: Json, place: Place): void {
  const policy = textOf(existing(existing(spec, 'template'), 'spec'), 'restartPolicy')
  if (policy === 'Always' || policy === '') place.required('valid values: "OnFailure", "Never"')
  else if (!RESTARTS.includes(policy)) place.unsupported(policy, RESTARTS)
  else if (spec['podFailurePolicy'] !== undefined && policy !== 'Never')
    place.invalid(policy, 'only "Never" is supported when podFailurePolicy is specified')
}

const FIXED = ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy']

function validateChange(spec: Json, old: Json, place: Place): void {
  completionsChange(spec, old, place)
  immutable(spec, old, place, ['selector'])
  templateChange(spec, old, place)
  immutable(spec, old, place, FIXED)
}

function completionsChange(spec: Json, old: Json, place: Place): void {
  const { completions } = spec
  if (completions === old['completions'] || (spec['completionMode'] === 'Indexed' && completions === undefined)) return
  const at = place.at('completions')
  if (spec['completionMode'] !== 'Indexed') at.invalid(completions, IMMUTABLE)
  else if (completions !== spec['parallelism'])
    at.invalid(completions, 'can only be modified in tandem with spec.parallelism')
}

/** A job that has not started may still be sent elsewhere, and be given other resources. */
function templateChange(spec: Json, old: Json, place: Place): void {
  const [now, before] = [existing(spec, 'template') ?? {}, existing(old, 'template') ?? {}]
  if (old['suspend'] !== true) {
    if (!deepEqual(now, before)) place.at('template').invalid(now, IMMUTABLE)
    return
  }
  const pod = existing(now, 'spec') ?? {}
  if (!deepEqual(unmovable(pod), unmovable(existing(before, 'spec') ?? {})))
    place.at('template', 'spec').invalid(pod, IMMUTABLE)
}

function unmovable(pod: Json): Json {
  const { nodeSelector: _, tolerations: __, schedulingGates: ___, affinity, ...rest } = pod
  const { nodeAffinity: ____, ...others } = existing({ affinity }, 'affinity') ?? {}
  const plain = (list: string): Json[] => items(pod, list).map(({ resources: _____, ...container }) => container)
  return { ...rest, affinity: others, containers: plain('containers'), initContainers: plain('initContainers') }
}
