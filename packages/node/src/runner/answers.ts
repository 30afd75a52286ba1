import type { Listening, PortTable } from './port-table.ts'
import type { HostAddress, PodSandbox } from './runner.ts'

/** What a name stands for: addresses, another name, nothing; `outside` is a name that the host's resolver answers for. */
export type NameAnswer =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'alias'; readonly name: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'outside' }

/** Finds out where Services are; handed in by the proxy. */
export interface ServiceResolver {
  /** What a name stands for in a pod. A name that ends in a dot is full. */
  lookUp(name: string, from: Pick<PodSandbox, 'namespace' | 'name' | 'ip'>): NameAnswer
  /** The SRV records of a full name. */
  records(name: string): readonly object[]
  /** The names of an address (PTR records). */
  names(ip: string): readonly string[]
  /** The endpoint that a client's next connection to a Service's address goes to; undefined where it is refused. */
  endpoint(ip: string, port: number, client: string): { readonly ip: string; readonly port: number } | undefined
}

/** What the gateway answers from. */
export interface Asked {
  readonly table: PortTable
  readonly services: () => ServiceResolver | undefined
  readonly podAt: (ip: string) => PodSandbox | undefined
  /** Looks for what programs without the hook listen on, because a pod asks for a port that is not known. */
  readonly discover: (ip: string) => Promise<void>
}

/** The way to a host and port of the cluster. */
export type Route =
  | { readonly kind: 'host'; readonly host: string; readonly hostPort: number; readonly address: string }
  | { readonly kind: 'refused'; readonly code: 'ECONNREFUSED' | 'EHOSTUNREACH'; readonly address: string }
  | Exclude<NameAnswer, { readonly kind: 'addresses' }>

// More names in a row are a circle.
const ALIASES = 8

/** Answers a line of the hook's, `VERB {json}`; undefined for what is no request. */
export async function answerTo(line: string, asked: Asked): Promise<object | undefined> {
  const space = line.indexOf(' ')
  const request = parsed(line.slice(space + 1))
  if (request === undefined) return undefined
  switch (line.slice(0, space)) {
    case 'LISTEN': {
      const listening = listeningOf(request)
      return listening && { taken: !asked.table.add(listening) }
    }
    case 'CLOSE': {
      const listening = listeningOf(request)
      if (listening !== undefined) asked.table.remove(listening)
      return listening && {}
    }
    case 'LOOKUP':
      return lookUp(textOf(request['name']), textOf(request['ip']), asked)
    case 'QUERY':
      return query(textOf(request['name']), textOf(request['ip']), asked)
    case 'ROUTE':
      return route({ from: textOf(request['ip']), host: textOf(request['host']), port: Number(request['port']) }, asked)
    default:
      return undefined
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function listeningOf(request: Record<string, unknown>): Listening | undefined {
  const { run, ip, port, hostPort, pid, local, shared } = request
  const numbers = [port, hostPort, pid].every((each) => Number.isInteger(each))
  if (typeof run !== 'string' || typeof ip !== 'string' || !numbers) return undefined
  return {
    run,
    ip,
    port: Number(port),
    hostPort: Number(hostPort),
    pid: Number(pid),
    local: local === true,
    shared: shared === true,
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

// An alias is followed here as far as it stays in the cluster.
function lookUp(name: string, ip: string, asked: Asked): NameAnswer {
  let answer = lookUpOnce(name, ip, asked)
  for (let depth = 0; answer.kind === 'alias'; depth++) {
    const next = lookUpOnce(`${answer.name}.`, ip, asked)
    if (next.kind === 'outside') return answer
    if (depth === ALIASES) return { kind: 'missing' }
    answer = next
  }
  return answer
}

function lookUpOnce(name: string, ip: string, { services, podAt }: Asked): NameAnswer {
  const from = podAt(ip)
  const resolver = services()
  return from === undefined || resolver === undefined ? { kind: 'outside' } : resolver.lookUp(name, from)
}

interface Records {
  readonly exists: boolean
  readonly addresses: readonly string[]
  /** Another name for it, in the cluster or not. */
  readonly aliases: readonly string[]
  /** The name outside of the cluster whose addresses it has. */
  readonly outside: readonly string[]
  readonly services: readonly object[]
  readonly names: readonly string[]
}

function query(name: string, ip: string, asked: Asked): Records {
  const resolver = asked.services()
  const full = name.replace(/\.$/, '')
  const isAddress = /^[\d.]+$/.test(full)
  const first = isAddress ? undefined : lookUpOnce(`${full}.`, ip, asked)
  const last = isAddress ? undefined : lookUp(`${full}.`, ip, asked)
  const found = {
    addresses: last?.kind === 'addresses' ? last.addresses : [],
    aliases: first?.kind === 'alias' ? [first.name] : [],
    outside: last?.kind === 'alias' ? [last.name] : [],
    services: isAddress ? [] : (resolver?.records(full) ?? []),
    names: isAddress ? (resolver?.names(full) ?? []) : [],
  }
  return { ...found, exists: Object.values(found).some((records) => records.length > 0) }
}

interface Target {
  readonly from: string
  readonly host: string
  readonly port: number
}

async function route(target: Target, asked: Asked): Promise<Route> {
  const { host, from, port } = target
  if (host.startsWith('127.')) return toPod(from, { from, host, port }, asked)
  const isAddress = /^[\d.]+$/.test(host)
  const answer: NameAnswer = isAddress ? { kind: 'addresses', addresses: [host] } : lookUp(host, from, asked)
  return answer.kind === 'addresses' ? firstThatAnswers(answer.addresses, target, asked) : answer
}

// The addresses of a headless Service are tried one after another, as Node does with all that a name has.
async function firstThatAnswers(addresses: readonly string[], target: Target, asked: Asked): Promise<Route> {
  let last: Route = { kind: 'missing' }
  for (const address of addresses) {
    last = await toAddress(address, target, asked)
    if (last.kind === 'host') return last
  }
  return last
}

async function toAddress(address: string, { from, port }: Target, asked: Asked): Promise<Route> {
  if (isPodAddress(address)) return toPod(address, { from, host: address, port }, asked)
  const endpoint = asked.services()?.endpoint(address, port, from)
  if (endpoint === undefined) return { kind: 'refused', code: 'ECONNREFUSED', address }
  // Somebody wrote an EndpointSlice for a place outside the cluster.
  if (!isPodAddress(endpoint.ip)) return { kind: 'host', host: endpoint.ip, hostPort: endpoint.port, address }
  return toPod(endpoint.ip, { from, host: address, port: endpoint.port }, asked)
}

async function toPod(ip: string, { from, host, port }: Target, { table, podAt, discover }: Asked): Promise<Route> {
  // What is bound to the pod's loopback answers there only, not at the pod's own address.
  const find = (): HostAddress | undefined => table.find(ip, port, host.startsWith('127.') ? from : undefined)
  if (find() === undefined && podAt(ip) !== undefined) await discover(ip)
  const found = find()
  if (found !== undefined) return { kind: 'host', host: found.host, hostPort: found.port, address: host }
  // An address that no pod has answers nobody; the node itself has one, too.
  const code = podAt(ip) === undefined ? 'EHOSTUNREACH' : 'ECONNREFUSED'
  return { kind: 'refused', code, address: host }
}

function isPodAddress(ip: string): boolean {
  return ip.startsWith('10.244.')
}
