import { deepEqual, type KubeObject } from '@slipway/objects'
import { forbidden } from '../status.ts'
import { named } from '../storage.ts'
import type { Admission } from './admit.ts'

interface RuntimeClass extends KubeObject {
  readonly overhead?: { readonly podFixed?: Readonly<Record<string, string>> }
  readonly scheduling?: {
    readonly nodeSelector?: Readonly<Record<string, string>>
    readonly tolerations?: readonly object[]
  }
}

interface PodSpec {
  runtimeClassName?: string
  overhead?: Readonly<Record<string, string>>
  nodeSelector?: Record<string, string>
  tolerations?: readonly object[]
}

/** A pod takes from its runtime class what it costs and where it may run: k8s.io/kubernetes/plugin/pkg/admission/runtimeclass. @throws StatusError Forbidden */
export function applyRuntimeClass(admission: Admission): void {
  const { strategy, resource, object } = admission
  if (resource.kind !== 'Pod' || resource.group !== '') return
  const spec = object['spec'] as PodSpec
  const { runtimeClassName: name } = spec
  const found = name === undefined ? undefined : strategy.get('node.k8s.io', 'runtimeclasses', { namespace: '', name })
  if (name !== undefined && found === undefined)
    throw refusal(admission, `pod rejected: RuntimeClass "${name}" not found`)
  const { overhead, scheduling } = (found ?? {}) as Partial<RuntimeClass>
  setOverhead(admission, spec, overhead?.podFixed)
  if (scheduling === undefined) return
  setSelector(admission, spec, scheduling.nodeSelector ?? {})
  const present = spec.tolerations ?? []
  const added = (scheduling.tolerations ?? []).filter((wanted) => !present.some((given) => deepEqual(given, wanted)))
  if (added.length > 0) spec.tolerations = [...present, ...structuredClone(added)]
}

function setOverhead(admission: Admission, spec: PodSpec, cost: Readonly<Record<string, string>> | undefined): void {
  if (cost === undefined) {
    if (spec.overhead === undefined) return
    throw refusal(admission, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead')
  }
  if (spec.overhead !== undefined && !deepEqual(spec.overhead, cost))
    throw refusal(admission, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")
  spec.overhead = { ...cost }
}

function setSelector(admission: Admission, spec: PodSpec, wanted: Readonly<Record<string, string>>): void {
  const given = spec.nodeSelector ?? {}
  for (const [key, value] of Object.entries(wanted)) {
    if (given[key] !== undefined && given[key] !== value)
      throw refusal(
        admission,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${given[key]}`,
      )
  }
  if (Object.keys(wanted).length > 0) spec.nodeSelector = { ...given, ...wanted }
}

function refusal({ resource, object }: Admission, why: string): Error {
  return forbidden(named(resource), object.metadata.name ?? '', why)
}
