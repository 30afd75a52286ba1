import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { nodeCluster, type NodeCluster } from './cluster.ts'

const READER = `
const fs = require('node:fs')
for (const path of ['/app/v/passwd', '/app/v/etc/passwd', '/app/v/shadow']) { try { console.log(fs.readFileSync(path.replace('/app', process.cwd()), 'utf8')) } catch (error) { console.log(error.code) } }
setInterval(() => {}, 1e6)
`

async function refused(cluster: NodeCluster, name: string): Promise<string> {
  return eventually(async () => {
    const { phase, reason, message, containerStatuses } = (await cluster.pod(name)).status as unknown as Record<
      string,
      unknown
    > & {
      containerStatuses?: { state?: { waiting?: { reason?: string; message?: string }; running?: unknown } }[]
    }
    const waiting = containerStatuses?.[0]?.state?.waiting
    expect(containerStatuses?.[0]?.state?.running).toBeUndefined()
    const told = JSON.stringify([phase, reason, message, waiting, await cluster.events(name)])
    expect(told).toMatch(/not supported|cannot be honoured|REFUSED|refused/i)
    return told
  })
}

test.each([
  ['hostPath', { hostPath: { path: '/' } }],
  ['hostPath', { hostPath: { path: '/proc' } }],
  ['gitRepo', { gitRepo: { repository: '/etc', directory: '../..' } }],
  ['nfs', { nfs: { server: '127.0.0.1', path: '/' } }],
])('a volume of the kind %s does not run, and is named', async (kind, source) => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', READER)
  const mount = { volumeMounts: [{ name: 'v', mountPath: '/app/v' }] }
  await cluster.createPod('p', mount, { volumes: [{ name: 'v', ...source }] })
  expect(await refused(cluster, 'p')).toContain(kind)
})

test.each([
  { subPath: '../../..' },
  { subPath: '/etc' },
  { subPathExpr: '/etc' },
  { subPathExpr: '`id`' },
  { subPathExpr: '$(HOME)/../..' },
])('the part %j of a volume leads nowhere else', async (part) => {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', READER)
  const mount = { volumeMounts: [{ name: 'v', mountPath: '/app/v', ...part }] }
  const made = await cluster.createPod('p', mount, { volumes: [{ name: 'v', emptyDir: {} }] }).then(
    () => 'made',
    (error: unknown) => String(error),
  )
  if (made !== 'made') return expect(made).toContain('spec.containers[0].volumeMounts.subPath')
  await eventually(async () => {
    const pod = await cluster.pod('p')
    const lines: string[] = []
    for await (const line of cluster.node.logs(pod, new URLSearchParams(), undefined))
      lines.push(Buffer.from(line).toString())
    const events = await cluster.events('p')
    expect(`${lines.join('')} ${events.join(' ')}`).not.toContain('root:')
    expect(lines.join('').split('\n').length > 3 || events.some((event) => event.includes('subPath'))).toBe(true)
  })
  return undefined
})
