import { isRecord, type KubeObject } from '@slipway/objects'

type Fields = Readonly<Record<string, unknown>>

const HOOK = 'argocd.argoproj.io/hook'
const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe']
const LIFECYCLE = ['postStart', 'preStop']

/** What an object's pods run, a line for each container and for each command of its probes and lifecycle; none for an object without pods. */
export function podCommands(object: KubeObject): readonly string[] {
  const hook = object.metadata.annotations?.[HOOK] ?? object.metadata.annotations?.['helm.sh/hook']
  const subject = `${hook === undefined ? '' : `${hook} hook `}${object.kind}/${object.metadata.name ?? ''}`
  return containersOf(object).flatMap((container) => {
    const at = `${subject}, container ${String(container['name'])}`
    return [`${at}: ${ownCommand(container)}`, ...execs(container).map(([what, words]) => `${at}, ${what}: ${words}`)]
  })
}

function containersOf(value: unknown): readonly Fields[] {
  if (Array.isArray(value)) return value.flatMap(containersOf)
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([key, each]) =>
    (key === 'containers' || key === 'initContainers') && Array.isArray(each)
      ? each.filter(isRecord)
      : containersOf(each),
  )
}

function ownCommand({ command, args, image }: Fields): string {
  const given = words(args)
  const name = String(image).split('@')[0] ?? ''
  if (Array.isArray(command) && command.length > 0)
    return [words(command), given].filter((text) => text !== '').join(' ')
  return given === '' ? `the command of ${name}` : `the entrypoint of ${name} with ${given}`
}

function execs(container: Fields): readonly (readonly [string, string])[] {
  const lifecycle = isRecord(container['lifecycle']) ? container['lifecycle'] : {}
  const handlers = [
    ...PROBES.map((name) => [name, container[name]] as const),
    ...LIFECYCLE.map((name) => [name, lifecycle[name]] as const),
  ]
  return handlers.flatMap(([name, handler]) => {
    const exec = isRecord(handler) ? handler['exec'] : undefined
    return isRecord(exec) ? [[name, words(exec['command'])] as const] : []
  })
}

function words(list: unknown): string {
  return Array.isArray(list)
    ? list.map((word) => (/[^\w./:=@-]/.test(String(word)) ? JSON.stringify(word) : String(word))).join(' ')
    : ''
}
