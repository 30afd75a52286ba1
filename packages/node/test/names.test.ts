import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { type NetworkCluster, networkCluster } from './network-cluster.ts'

const SERVER = `require('node:http').createServer((request, response) => response.end(process.env.HOSTNAME)).listen(8080)`
const HEADLESS = {
  clusterIP: 'None',
  selector: { app: 'web' },
  ports: [{ name: 'http', port: 8080 }],
}

// What each expression gives, or the code of its error.
const lookedUp = (cluster: NetworkCluster, pod: string, expressions: readonly string[]): Promise<unknown> =>
  cluster.run(
    pod,
    `const dns = require('node:dns'), util = require('node:util')
    const callback = (method, ...args) => new Promise((resolve, reject) => dns[method](...args, (error, ...found) => (error ? reject(error) : resolve(found.length > 1 ? found : found[0]))))
    const all = async () => {
      const found = {}
      for (const [text, run] of [${expressions.map((each) => `[${JSON.stringify(each)}, async () => ${each}]`).join(',')}]) {
        found[text] = await run().catch((error) => (error.cause ?? error).syscall + ' ' + (error.cause ?? error).code)
      }
      console.log(JSON.stringify(found))
    }
    all()`,
  )

interface Members {
  readonly cluster: NetworkCluster
  /** The addresses of web-0 and web-1. */
  readonly ips: readonly [string, string]
}

async function statefulSet(): Promise<Members> {
  const cluster = await networkCluster()
  await cluster.addImage('web:1', SERVER)
  await cluster.service('web', HEADLESS)
  const member = (name: string) => cluster.ready(name, { spec: { hostname: name, subdomain: 'web' } })
  const ips = [await member('web-0'), await member('web-1')] as const
  const from = { namespace: 'default', name: 'x', ip: 'x' }
  await eventually(() => {
    const answer = cluster.proxy.lookUp('web', from)
    expect(answer.kind === 'addresses' && answer.addresses).toHaveLength(2)
  })
  return { cluster, ips }
}

test('members of a StatefulSet are called by their own names, and the name of the Service gives all of them', async () => {
  const { cluster, ips } = await statefulSet()
  const [first, second] = ips
  const fqdn = 'web.default.svc.cluster.local'
  const found = (await lookedUp(cluster, 'web-1', [
    `dns.promises.lookup('web-0.web')`,
    `callback('lookup', 'web-0.web.default')`,
    `util.promisify(dns.lookup)('web-1.${fqdn}')`,
    `(await dns.promises.lookup('web', { all: true })).map(({ address }) => address).sort()`,
    `callback('lookup', 'web-1')`,
    `callback('lookup', 'web', { family: 6 })`,
    `dns.promises.lookup('web-7.web')`,
    `(await dns.promises.resolve4('${fqdn}')).sort()`,
    `(await callback('resolve', '${fqdn}')).sort()`,
    `callback('resolve', 'web-0.${fqdn}', 'A')`,
    `new dns.promises.Resolver().resolve4('web-0.${fqdn}', { ttl: true })`,
    `(await dns.promises.resolveSrv('_http._tcp.${fqdn}')).sort((a, b) => (a.name < b.name ? -1 : 1))`,
    `callback('reverse', '${first}')`,
    `dns.promises.resolve6('${fqdn}')`,
    `callback('resolveMx', '${fqdn}')`,
    `dns.promises.resolve4('none.default.svc.cluster.local')`,
    `(await fetch('http://web-0.web:8080')).text()`,
    `(await fetch('http://web-1.${fqdn}:8080')).text()`,
    `(await Promise.all([1, 2, 3, 4].map(async () => (await fetch('http://web:8080', { headers: { connection: 'close' } })).text()))).sort()`,
  ])) as Record<string, unknown>
  expect(Object.values(found)).toEqual([
    { address: first, family: 4 },
    [first, 4],
    { address: second, family: 4 },
    [first, second],
    [second, 4],
    'getaddrinfo ENOTFOUND',
    'getaddrinfo ENOTFOUND',
    [first, second],
    [first, second],
    [first],
    [{ address: first, ttl: 30 }],
    [
      { name: `web-0.${fqdn}`, port: 8080, priority: 0, weight: 50 },
      { name: `web-1.${fqdn}`, port: 8080, priority: 0, weight: 50 },
    ],
    [`web-0.${fqdn}`],
    'queryAaaa ENODATA',
    'queryMx ENODATA',
    'queryA ENOTFOUND',
    'web-0',
    'web-1',
    ['web-0', 'web-0', 'web-1', 'web-1'],
  ])
})

test('only ready members have names, unless their Service publishes them before', async () => {
  const cluster = await networkCluster()
  await cluster.addImage('web:1', SERVER)
  await cluster.service('web', HEADLESS)
  await cluster.service('early', { ...HEADLESS, publishNotReadyAddresses: true })
  const ready = await cluster.ready('web-0')
  const never = { tcpSocket: { port: 1 }, periodSeconds: 1 }
  await cluster.client.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'default', labels: { app: 'web' } },
    spec: { containers: [{ name: 'main', image: 'web:1', readinessProbe: never }] },
  })
  const unready = await eventually(async () => {
    const { podIP } = (await cluster.pod('web-1')).status
    expect(podIP).toMatch(/^10\.244\./)
    return podIP
  })
  const addresses = (name: string): string =>
    `(await dns.promises.lookup('${name}', { all: true })).map(({ address }) => address).sort()`
  await eventually(async () =>
    expect(await lookedUp(cluster, 'web-0', [addresses('web'), addresses('early')])).toEqual({
      [addresses('web')]: [ready],
      [addresses('early')]: [ready, unready].toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1)),
    }),
  )
})

test('a namespace and a Service that are made later have their names in a process that runs already', async () => {
  const cluster = await networkCluster()
  await cluster.addImage(
    'web:1',
    `const dns = require('node:dns')
    require('node:http').createServer((request, response) => dns.lookup(request.url.slice(1), (error, address) => response.end(error ? error.code : address))).listen(8080)`,
  )
  const ip = await cluster.ready('web')
  expect(await cluster.get(ip, 8080, '/late.later.svc')).toBe('ENOTFOUND')
  await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'later' } })
  const clusterIP = await cluster.service('late', { ports: [{ port: 80 }] }, 'later')
  await eventually(async () => expect(await cluster.get(ip, 8080, '/late.later')).toBe(clusterIP))
})

test('an ExternalName is followed, and modules that import lookup by name find it', async () => {
  const { cluster, ips } = await statefulSet()
  const [first] = ips
  await cluster.service('member', { type: 'ExternalName', externalName: 'web-0.web.default.svc.cluster.local' })
  const module = `import { lookup } from 'node:dns'; import { lookup as promised } from 'node:dns/promises'; lookup('member', async (error, address) => console.log(JSON.stringify([error, address, await promised('member')])))`
  const { output } = await cluster.exec('web-1', ['node', '--input-type=module', '-e', module])
  expect(JSON.parse(output)).toEqual([null, first, { address: first, family: 4 }])
  const found = (await lookedUp(cluster, 'web-1', [
    `(await fetch('http://member:8080')).text()`,
    `dns.promises.resolveCname('member.default.svc.cluster.local')`,
    `dns.promises.resolve4('member.default.svc.cluster.local')`,
    `dns.promises.lookup('nothing')`,
    `(await fetch('http://nothing')).text()`,
  ])) as object
  expect(Object.values(found)).toEqual([
    'web-0',
    ['web-0.web.default.svc.cluster.local'],
    [first],
    'getaddrinfo ENOTFOUND',
    'getaddrinfo ENOTFOUND',
  ])
})
