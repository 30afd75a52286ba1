import { quantityMilliValue, quantityValue } from '@slipway/objects'
import { NodeError } from '../errors.ts'
import type { Container, Pod, ResourceRef } from '../types.ts'

// A container without a limit may use the whole node (k8s.io/kubernetes/pkg/api/v1/resource, MergeContainerResourceLimits).
const UNLIMITED = new Set(['cpu', 'memory', 'ephemeral-storage'])
const DIGITS = /^0*(\.0*)?$/

/** Whose resources are asked for, and what the node has. */
export interface ResourceSources {
  readonly pod: Pod
  /** The container that is meant unless the reference names one. */
  readonly container?: Container
  readonly allocatable: Readonly<Record<string, string>>
}

/** A request or limit as the downward API shows it: divided and rounded up. @throws NodeError `CONTAINER_CONFIG` */
export function resourceValue(ref: ResourceRef, { pod, container, allocatable }: ResourceSources): string {
  const named = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(
    (each) => each.name === ref.containerName,
  )
  const meant = ref.containerName === undefined || ref.containerName === '' ? container : named
  if (meant === undefined) throw new NodeError('CONTAINER_CONFIG', `container ${ref.containerName ?? ''} not found`)
  const dot = ref.resource.indexOf('.')
  const [side, name] = [ref.resource.slice(0, dot), ref.resource.slice(dot + 1)]
  const quantity = side === 'limits' ? limitOf(meant, name, allocatable) : (meant.resources?.requests?.[name] ?? '0')
  const divisor = ref.divisor === undefined || DIGITS.test(ref.divisor) ? '1' : ref.divisor
  const value = name === 'cpu' ? quantityMilliValue : quantityValue
  return String(Math.ceil(value(quantity) / value(divisor)))
}

function limitOf({ resources }: Container, name: string, allocatable: Readonly<Record<string, string>>): string {
  const limit = resources?.limits?.[name] ?? '0'
  return UNLIMITED.has(name) && quantityMilliValue(limit) === 0 ? (allocatable[name] ?? '0') : limit
}
