import { eventually } from '@slipway/testkit'
import { load } from '@slipway/yaml'
import { configReader } from '../../../packages/node/src/kubelet/config.ts'
import { environmentOf } from '../../../packages/node/src/pod/env.ts'
import { makeVolumes } from '../../../packages/node/src/pod/volumes.ts'
import type { Pod } from '../../../packages/node/src/types.ts'
import { type NodeCluster, nodeCluster } from '../../../packages/node/test/cluster.ts'
import type { Example, Room } from './example.ts'
import type { Place } from './place.ts'

/** Pods on this machine. Their status and events have the same words, without the code. */
export const PODS: Room = {
  title: 'pods',
  page: 'pods',
  examples: [
    {
      code: 'CONTAINER_START',
      when: 'The program that is to run is not there: `kubectl exec shop -- pgrep-all`, or a `command` of that name.',
      run: async () => (await running()).node.exec({ namespace: 'default', pod: 'shop' }, ['pgrep-all']),
    },
    pod(
      'CONTAINER_CONFIG',
      'A container takes a variable from a ConfigMap that does not exist; the pod waits for it.',
      'env:\n    - name: GREETING\n      valueFrom:\n        configMapKeyRef: { name: greeting, key: text }',
    ),
    pod(
      'VOLUME',
      'A volume is made from a Secret that does not exist; the pod waits for it.',
      'volumeMounts:\n    - { name: keys, mountPath: /app/keys }\n  volumes:\n  - name: keys\n    secret: { secretName: keys }',
    ),
    pod(
      'REFUSED',
      'A volume of a kind that a process on this machine cannot have.',
      'volumeMounts:\n    - { name: disk, mountPath: /app/data }\n  volumes:\n  - name: disk\n    hostPath: { path: /var/lib/shop }',
    ),
    {
      code: 'NO_SUCH_CONTAINER',
      when: '`kubectl logs shop -c proxy`, where the pod has no container of that name.',
      run: async () => {
        const { node, pod: find } = await running()
        const lines = node.logs(await find('shop'), new URLSearchParams({ container: 'proxy' }), undefined)
        for await (const line of lines) void line
      },
    },
  ],
}

async function running(): Promise<NodeCluster> {
  const cluster = await nodeCluster()
  await cluster.addImage('web:1', 'setInterval(() => {}, 1000)')
  await cluster.createPod('shop', {})
  await eventually(async () => {
    if ((await cluster.pod('shop')).status.phase !== 'Running') throw new Error('not running yet')
  })
  return cluster
}

function pod(code: string, when: string, container: string): Example {
  const text = `apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  containers:
  - name: shop
    image: shop:1
    ${container}
`
  return { code, when, files: { 'pod.yaml': text }, run: prepared }
}

// What the kubelet does before it starts a container, with the ConfigMaps and Secrets of a namespace that has none.
async function prepared({ directory }: Place, text: string): Promise<unknown> {
  const { client } = await nodeCluster()
  const made = load(text, { dialect: 'sigs' }) as unknown as Pod
  const config = configReader(client, 'default')
  const at = { pod: made, podIP: '10.244.0.2', hostIP: '10.244.0.1', config, allocatable: {} }
  await makeVolumes({ ...at, directory })
  const [container] = made.spec.containers
  if (container === undefined) throw new Error('the pod has no container')
  return environmentOf({ ...at, container, image: [], services: {} })
}
