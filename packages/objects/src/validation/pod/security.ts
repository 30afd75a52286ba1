import { existing, items, type Json } from '../../defaults/fields.ts'
import type { Place } from '../place.ts'
import { descendingPath, numberOf, oneOf, textOf, textsOf } from '../shared.ts'

const LARGEST = 2147483647

function id(owner: Json, place: Place, name: string): void {
  const value = numberOf(owner, name)
  if (value !== undefined && (value < 0 || value > LARGEST))
    place.at(name).invalid(value, `must be between 0 and ${LARGEST}, inclusive`)
}

/** The security context of a pod. */
export function podSecurity(spec: Json, place: Place): void {
  const context = existing(spec, 'securityContext') ?? {}
  for (const name of ['fsGroup', 'runAsUser', 'runAsGroup']) id(context, place, name)
  for (const [index, group] of textsOf(context, 'supplementalGroups').entries())
    if (Number(group) < 0 || Number(group) > LARGEST)
      place.at('supplementalGroups').nth(index).invalid(Number(group), `must be between 0 and ${LARGEST}, inclusive`)
  if (spec['shareProcessNamespace'] === true && spec['hostPID'] === true)
    place.at('shareProcessNamespace').invalid(true, 'ShareProcessNamespace and HostPID cannot both be enabled')
  sysctls(context, place.at('sysctls'))
  oneOf(context, place, 'fsGroupChangePolicy', ['Always', 'OnRootMismatch'])
  seccomp(existing(context, 'seccompProfile'), place.at('seccompProfile'))
  oneOf(context, place, 'supplementalGroupsPolicy', ['Merge', 'Strict'])
  oneOf(context, place, 'seLinuxChangePolicy', ['MountOption', 'Recursive'])
}

/** The security context of a container. */
export function containerSecurity(context: Json, place: Place): void {
  for (const name of ['runAsUser', 'runAsGroup']) id(context, place, name)
  oneOf(context, place, 'procMount', ['Default', 'Unmasked'])
  seccomp(existing(context, 'seccompProfile'), place.at('seccompProfile'))
  if (context['allowPrivilegeEscalation'] !== false) return
  if (context['privileged'] === true)
    place.invalid(context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true')
  if (textsOf(existing(context, 'capabilities'), 'add').includes('CAP_SYS_ADMIN'))
    place.invalid(context, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN')
}

const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined']

function seccomp(profile: Json | undefined, place: Place): void {
  if (profile === undefined) return
  const type = textOf(profile, 'type')
  const file = profile['localhostProfile']
  if (type === '') place.at('type').required('type is required when seccompProfile is set')
  else if (!PROFILES.includes(type)) place.at('type').unsupported(type, PROFILES)
  const at = place.at('localhostProfile')
  if (type !== 'Localhost') {
    if (file !== undefined)
      at.invalid({ Type: type, LocalhostProfile: file }, 'can only be set when seccomp type is Localhost')
  } else if (file === undefined) at.required('must be set when seccomp type is Localhost')
  else descendingPath(String(file), at)
}

/** As the API shows it. */
const SYSCTL_FORM = String.raw`^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$`
const SYSCTL = new RegExp(SYSCTL_FORM)
const SYSCTL_LENGTH = 253

function sysctls(context: Json, place: Place): void {
  const names = new Set<string>()
  for (const [index, sysctl] of items(context, 'sysctls').entries()) {
    const at = place.nth(index).at('name')
    const name = textOf(sysctl, 'name')
    if (name === '') at.required()
    else if (name.length > SYSCTL_LENGTH || !SYSCTL.test(name))
      at.invalid(name, `must have at most ${SYSCTL_LENGTH} characters and match regex ${SYSCTL_FORM}`)
    else if (names.has(name)) at.duplicate(name)
    names.add(name)
  }
}
