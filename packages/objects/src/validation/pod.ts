import { existing, items, type Json } from '../defaults/fields.ts'
import { deepEqual } from '../equal.ts'
import { compareQuantities } from '../quantity.ts'
import type { Causes } from './causes.ts'
import { validateLabels } from './metadata.ts'
import { dns1123Label } from './names.ts'
import { checkGates } from './pod-gates.ts'

/** Where a check is: the path of the field, and where faults go. */
export interface At {
  readonly field: string
  readonly causes: Causes
}

/** Checks a pod's spec: k8s.io/kubernetes/pkg/apis/core/validation/validation.go, ValidatePodSpec. */
export function validatePodSpec(spec: Json, at: At): void {
  const names = new Set<string>()
  const volumes = validateVolumes(spec, at)
  const containers = items(spec, 'containers')
  if (containers.length === 0) at.causes.required(`${at.field}.containers`)
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, container] of items(spec, list).entries()) {
      validateContainer(container, {
        field: `${at.field}.${list}[${index}]`,
        causes: at.causes,
        names,
        volumes,
        init: list === 'initContainers',
      })
    }
  }
  validateSysctls(existing(spec, 'securityContext') ?? {}, { ...at, field: `${at.field}.securityContext` })
  const grace = spec['terminationGracePeriodSeconds']
  if (typeof grace === 'number' && grace < 0)
    at.causes.invalid(`${at.field}.terminationGracePeriodSeconds`, grace, 'must be greater than or equal to 0')
  const deadline = spec['activeDeadlineSeconds']
  if (typeof deadline === 'number' && deadline < 1)
    at.causes.invalid(`${at.field}.activeDeadlineSeconds`, deadline, 'must be between 1 and 2147483647, inclusive')
}

/** As the API shows it. */
const SYSCTL_FORM = String.raw`^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$`
const SYSCTL = new RegExp(SYSCTL_FORM)
const SYSCTL_LENGTH = 253

function validateSysctls(securityContext: Json, { field, causes }: At): void {
  const names = new Set<string>()
  for (const [index, sysctl] of items(securityContext, 'sysctls').entries()) {
    const at = `${field}.sysctls[${index}].name`
    const name = String(sysctl['name'] ?? '')
    if (name === '') causes.required(at)
    else if (name.length > SYSCTL_LENGTH || !SYSCTL.test(name))
      causes.invalid(at, name, `must have at most ${SYSCTL_LENGTH} characters and match regex ${SYSCTL_FORM}`)
    else if (names.has(name)) causes.duplicate(at, name)
    names.add(name)
  }
}

/** Checks a template of a controller: its labels meet the selector, its spec is valid. */
export function validateTemplate(template: Json | undefined, at: At): void {
  validateLabels(existing(template, 'metadata')?.['labels'], {
    field: `${at.field}.metadata.labels`,
    causes: at.causes,
  })
  validatePodSpec(existing(template, 'spec') ?? {}, { field: `${at.field}.spec`, causes: at.causes })
}

interface ContainerAt extends At {
  readonly names: Set<string>
  readonly volumes: ReadonlySet<string>
  readonly init: boolean
}

function validateContainer(container: Json, at: ContainerAt): void {
  const { field, causes } = at
  const name = String(container['name'] ?? '')
  if (name === '') causes.required(`${field}.name`)
  else if (at.names.has(name)) causes.duplicate(`${field}.name`, name)
  else for (const fault of dns1123Label(name)) causes.invalid(`${field}.name`, name, fault)
  at.names.add(name)
  const image = String(container['image'] ?? '')
  if (image === '') causes.required(`${field}.image`)
  else if (image.trim() !== image)
    causes.invalid(`${field}.image`, image, 'must not have leading or trailing whitespace')
  validatePorts(container, at)
  validateEnvironment(container, at)
  validateResources(existing(container, 'resources') ?? {}, { field: `${field}.resources`, causes })
  validateMounts(container, at)
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe'])
    validateProbe(existing(container, probe), { field: `${field}.${probe}`, causes }, probe)
  for (const hook of ['postStart', 'preStop']) {
    const handler = existing(existing(container, 'lifecycle'), hook)
    if (handler !== undefined) validateHandler(handler, { field: `${field}.lifecycle.${hook}`, causes })
  }
}

function validatePorts(container: Json, { field, causes }: At): void {
  const names = new Set<unknown>()
  for (const [index, port] of items(container, 'ports').entries()) {
    const at = `${field}.ports[${index}]`
    const name = port['name']
    if (name !== undefined && name !== '') {
      if (names.has(name)) causes.duplicate(`${at}.name`, name)
      if (!/^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/.test(String(name)) || String(name).includes('--')) {
        causes.invalid(
          `${at}.name`,
          name,
          String(name).length > 15
            ? 'must be no more than 15 characters'
            : 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
        )
      }
      names.add(name)
    }
    validatePort(port['containerPort'], { field: `${at}.containerPort`, causes })
  }
}

/** Checks a port number. */
export function validatePort(port: unknown, at: At): void {
  if (port === undefined || port === 0) at.causes.required(at.field)
  else if (typeof port === 'number' && (port < 1 || port > 65535))
    at.causes.invalid(at.field, port, 'must be between 1 and 65535, inclusive')
}

function validateEnvironment(container: Json, { field, causes }: At): void {
  for (const [index, variable] of items(container, 'env').entries()) {
    const at = `${field}.env[${index}]`
    const name = String(variable['name'] ?? '')
    if (name === '') causes.required(`${at}.name`)
    else if (/[^ -~]|=/.test(name)) {
      causes.invalid(
        `${at}.name`,
        name,
        "a valid environment variable name must consist only of printable ASCII characters other than '='",
      )
    }
    const source = existing(variable, 'valueFrom')
    if (source === undefined) continue
    if (Object.keys(source).length === 0)
      causes.invalid(
        `${at}.valueFrom`,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      )
    if (variable['value'] !== undefined && variable['value'] !== '')
      causes.invalid(`${at}.valueFrom`, '', 'may not be specified when `value` is not empty')
  }
}

function validateResources(resources: Json, { field, causes }: At): void {
  const limits = existing(resources, 'limits') ?? {}
  for (const [name, request] of Object.entries(existing(resources, 'requests') ?? {})) {
    const limit = limits[name]
    if (limit !== undefined && compareQuantities(String(request), String(limit)) > 0) {
      causes.invalid(`${field}.requests`, request, `must be less than or equal to ${name} limit of ${String(limit)}`)
    }
  }
}

function validateMounts(container: Json, at: ContainerAt): void {
  const paths = new Set<unknown>()
  for (const [index, mount] of items(container, 'volumeMounts').entries()) {
    const field = `${at.field}.volumeMounts[${index}]`
    if ((mount['name'] ?? '') === '') at.causes.required(`${field}.name`)
    else if (!at.volumes.has(String(mount['name']))) at.causes.notFound(`${field}.name`, mount['name'])
    if ((mount['mountPath'] ?? '') === '') at.causes.required(`${field}.mountPath`)
    else if (paths.has(mount['mountPath']))
      at.causes.invalid(`${field}.mountPath`, mount['mountPath'], 'must be unique')
    paths.add(mount['mountPath'])
    validateParts(mount, { field, mounts: `${at.field}.volumeMounts`, causes: at.causes })
  }
}

// The real server names these fields without the mount's index.
function validateParts(
  mount: Json,
  { field, mounts, causes }: { readonly field: string; readonly mounts: string; readonly causes: At['causes'] },
): void {
  if ((mount['subPath'] ?? '') !== '' && (mount['subPathExpr'] ?? '') !== '')
    causes.invalid(`${field}.subPathExpr`, mount['subPathExpr'], 'subPathExpr and subPath are mutually exclusive')
  for (const name of ['subPath', 'subPathExpr']) {
    const path = mount[name]
    if (typeof path !== 'string') continue
    if (path.startsWith('/')) causes.invalid(`${mounts}.${name}`, path, 'must be a relative path')
    if (path.split('/').includes('..')) causes.invalid(`${mounts}.${name}`, path, "must not contain '..'")
  }
}

function validateProbe(probe: Json | undefined, at: At, name: string): void {
  if (probe === undefined) return
  validateHandler(probe, at)
  for (const field of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ]) {
    const value = probe[field]
    if (typeof value === 'number' && value < 0)
      at.causes.invalid(`${at.field}.${field}`, value, 'must be greater than or equal to 0')
  }
  const success = probe['successThreshold']
  if (name !== 'readinessProbe' && typeof success === 'number' && success !== 1)
    at.causes.invalid(`${at.field}.successThreshold`, success, 'must be 1')
}

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep']

function validateHandler(handler: Json, at: At): void {
  const given = HANDLERS.filter((name) => handler[name] !== undefined)
  if (given.length === 0) at.causes.required(at.field, 'must specify a handler type')
  for (const name of given.slice(1))
    at.causes.forbidden(`${at.field}.${name}`, 'may not specify more than 1 handler type')
  const port = existing(handler, 'httpGet')?.['port'] ?? existing(handler, 'tcpSocket')?.['port']
  if (typeof port === 'number' && (port < 1 || port > 65535))
    at.causes.invalid(`${at.field}.httpGet.port`, port, 'must be between 1 and 65535, inclusive')
}

function validateVolumes(spec: Json, { field, causes }: At): Set<string> {
  const names = new Set<string>()
  for (const [index, volume] of items(spec, 'volumes').entries()) {
    const name = String(volume['name'] ?? '')
    const at = `${field}.volumes[${index}]`
    if (name === '') causes.required(`${at}.name`)
    else if (names.has(name)) causes.duplicate(`${at}.name`, name)
    else for (const fault of dns1123Label(name)) causes.invalid(`${at}.name`, name, fault)
    names.add(name)
    const sources = Object.keys(volume).filter((key) => key !== 'name')
    if (sources.length === 0) causes.required(at, 'must specify a volume type')
    for (const source of sources.slice(1))
      causes.forbidden(`${at}.${source}`, 'may not specify more than 1 volume type')
  }
  return names
}

const MUTABLE = new Set([
  'activeDeadlineSeconds',
  'tolerations',
  'terminationGracePeriodSeconds',
  'ephemeralContainers',
  'nodeName',
])

/** A pod's spec cannot change after creation, but for images, tolerations, deadlines and what a gated pod may add. */
export function validatePodUpdate(spec: Json, old: Json, causes: Causes): void {
  const comparable = (of: Json): Json => ({
    ...Object.fromEntries(Object.entries(of).filter(([name]) => !MUTABLE.has(name))),
    containers: items(of, 'containers').map(({ image: _, ...rest }) => rest),
    initContainers: items(of, 'initContainers').map(({ image: _, ...rest }) => rest),
  })
  const rest = checkGates(spec, old, causes)
  if (deepEqual(comparable(rest.spec), comparable(rest.old))) return
  causes.forbidden(
    'spec',
    'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing ' +
      'tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
  )
}
