import { systemClock } from '@slipway/objects'
import { type Proxy, startProxy } from '@slipway/proxy'
import { eventually } from '@slipway/testkit'
import { onTestFinished } from 'vitest'
import { expectCondition, type NodeCluster, nodeCluster } from './cluster.ts'

/** A cluster whose pods reach each other through a real proxy. */
export interface NetworkCluster extends NodeCluster {
  readonly proxy: Proxy
  /** Makes a pod of an image, with labels, and waits until it is ready; its address. */
  ready(name: string, options?: { readonly container?: object; readonly spec?: object }): Promise<string>
  service(name: string, spec: object, namespace?: string): Promise<string>
  /** Runs a text in Node inside a pod; what it wrote, as JSON. */
  run(pod: string, text: string): Promise<unknown>
  /** Runs a command inside a pod; its exit code and what it wrote. */
  exec(pod: string, command: readonly string[]): Promise<{ readonly code: number; readonly output: string }>
}

const TCP = { tcpSocket: { port: 8080 }, periodSeconds: 1 }

export async function networkCluster(): Promise<NetworkCluster> {
  const links: { proxy?: Proxy } = {}
  const cluster = await nodeCluster({
    services: () => links.proxy,
    // As in a clone in a folder of this name.
    pods: 'our "pods"',
    serviceEnv: (namespace) => links.proxy?.serviceEnv(namespace) ?? {},
  })
  const { client, runner, node } = cluster
  const proxy = await startProxy({
    client,
    clock: systemClock,
    addressOf: (ip, port) => runner.addressOf(ip, port),
  })
  links.proxy = proxy
  onTestFinished(() => proxy.stop())
  const exec: NetworkCluster['exec'] = async (pod, command) => {
    const process = await node.exec({ namespace: 'default', pod }, command)
    let output = ''
    for (const stream of [process.stdout, process.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
      })
    process.stdin?.end()
    const { code } = await process.exited
    return { code, output }
  }
  return {
    ...cluster,
    proxy,
    exec,
    ready: async (name, { container = {}, spec = {} } = {}) => {
      await client.create({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'default', labels: { app: name.replace(/-\d+$/, '') } },
        spec: { containers: [{ name: 'main', image: 'web:1', readinessProbe: TCP, ...container }], ...spec },
      })
      return eventually(async () => {
        const pod = await cluster.pod(name)
        expectCondition(pod, 'Ready', 'True')
        return pod.status.podIP ?? ''
      })
    },
    service: async (name, spec, namespace = 'default') => {
      const made = await client.create({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec })
      return String((made['spec'] as { clusterIP?: string }).clusterIP)
    },
    run: async (pod, text) => {
      const { output } = await exec(pod, ['node', '-e', text])
      try {
        return JSON.parse(output) as unknown
      } catch {
        throw new Error(`not JSON: ${output}`)
      }
    },
  }
}
