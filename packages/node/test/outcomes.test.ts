import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { outcomesOf, PROCESS_OUTCOMES, type Pod } from '@slipway/node'
import { eventually } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { nodeCluster } from './cluster.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const NODE = 'packages/node/test'
const SCHEDULER = 'packages/controllers/test/scheduler.test.ts'
const PREEMPTION = 'packages/controllers/test/preemption.test.ts'

/** For every field that is called enforced, the test in which real processes, or the scheduler, do as it says. */
const PROOFS: Readonly<Record<string, readonly [file: string, title: string]>> = {
  containers: [`${NODE}/pods.test.ts`, 'runs its program with its own environment and becomes ready by its probe'],
  initContainers: [`${NODE}/pods.test.ts`, 'start after the init containers, in their order'],
  volumes: [
    `${NODE}/volumes.test.ts`,
    'of a ConfigMap, a Secret, fields or all of them has their bytes, paths and modes',
  ],
  restartPolicy: [`${NODE}/restart-policy.test.ts`, 'a rule starts a container again in a pod with Never'],
  terminationGracePeriodSeconds: [`${NODE}/pods.test.ts`, 'that ignores SIGTERM is killed at the end of its grace'],
  activeDeadlineSeconds: [`${NODE}/lifecycle.test.ts`, 'activeDeadlineSeconds ends the pod as Failed'],
  enableServiceLinks: [`${NODE}/env.test.ts`, 'enableServiceLinks: false leaves the API'],
  hostname: [`${NODE}/command.test.ts`, 'hostname is what the program is told, and what it finds'],
  nodeName: [`${NODE}/command.test.ts`, 'a pod of another node is left alone'],
  overhead: [SCHEDULER, 'init containers, sidecars and overhead count in what a pod requests'],
  subdomain: [
    `${NODE}/names.test.ts`,
    'members of a StatefulSet are called by their own names, and the name of the Service gives all of them',
  ],
  nodeSelector: [SCHEDULER, 'for the labels of the node, until the node has them'],
  schedulerName: [SCHEDULER, 'untouched for a scheduler of another name'],
  serviceAccountName: [`${NODE}/env.test.ts`, 'fields of the pod, and what no field is'],
  serviceAccount: [`${NODE}/command.test.ts`, 'serviceAccount is another name of serviceAccountName'],
  tolerations: [SCHEDULER, 'for a taint that it does not tolerate, and for a node that is cordoned'],
  priority: [PREEMPTION, 'takes the room of the least important ones, who learn why they end'],
  priorityClassName: [PREEMPTION, 'takes the room of the least important ones, who learn why they end'],
  preemptionPolicy: [PREEMPTION, 'that never preempts waits for room'],
  readinessGates: [`${NODE}/readiness-gates.test.ts`, 'a pod with readiness gates is ready when others say so'],
  schedulingGates: [SCHEDULER, 'while it has scheduling gates, and says so'],
  topologySpreadConstraints: [SCHEDULER, 'for a spread that must hold'],
  affinity: [SCHEDULER, 'for pods that it wants near and that are not there'],
  'containers[].name': [`${NODE}/lifecycle.test.ts`, 'a sidecar starts before the containers'],
  'containers[].image': [`${NODE}/copies.test.ts`, 'a container gets what the image holds'],
  'containers[].imagePullPolicy': [
    `${NODE}/command.test.ts`,
    'an image that must not be pulled and is not there is told as such',
  ],
  'containers[].command': [`${NODE}/command.test.ts`, 'command, args and workingDir replace what the image says'],
  'containers[].args': [`${NODE}/command.test.ts`, 'command, args and workingDir replace what the image says'],
  'containers[].workingDir': [`${NODE}/command.test.ts`, 'command, args and workingDir replace what the image says'],
  'containers[].ports': [`${NODE}/probe-handlers.test.ts`, 'is good when somebody listens, at the host that it names'],
  'containers[].env': [`${NODE}/env.test.ts`, 'a program gets them'],
  'containers[].envFrom': [`${NODE}/env.test.ts`, 'envFrom takes the keys that are text'],
  'containers[].volumeMounts': [
    `${NODE}/volumes.test.ts`,
    'that is emptyDir shows the part that subPath or subPathExpr names',
  ],
  'containers[].livenessProbe': [
    `${NODE}/pods.test.ts`,
    'whose process is stopped fails its liveness probe and is replaced',
  ],
  'containers[].readinessProbe': [
    `${NODE}/pods.test.ts`,
    'leaves the ready endpoints when its probe fails, and comes back',
  ],
  'containers[].startupProbe': [`${NODE}/pods.test.ts`, 'is asked whether it is ready as soon as it has started'],
  'containers[].lifecycle': [`${NODE}/lifecycle.test.ts`, 'runs to its end before SIGTERM'],
  'containers[].restartPolicy': [
    `${NODE}/restart-policy.test.ts`,
    'a container with Never stays ended in a pod with Always',
  ],
  'containers[].restartPolicyRules': [
    `${NODE}/restart-policy.test.ts`,
    'a rule starts a container again in a pod with Never',
  ],
  'containers[].terminationMessagePath': [
    `${NODE}/termination-message.test.ts`,
    'a path below the working directory is reached by a relative path',
  ],
  'containers[].terminationMessagePolicy': [
    `${NODE}/termination-message.test.ts`,
    'a message comes from the log only when it is asked for',
  ],
  'containers[].stdin': [`${NODE}/attach.test.ts`, 'a container with stdin gets what clients that attach write'],
  'containers[].stdinOnce': [`${NODE}/attach.test.ts`, 'with stdinOnce the input ends with the first client'],
  'containers[].resources.requests': [`${NODE}/env.test.ts`, 'requests and limits are divided and rounded up'],
}

const pod = (spec: object, container: object = {}): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {},
    spec: { ...spec, containers: [{ name: 'a', image: 'i', ...container }] },
    status: {},
  }) as unknown as Pod

const enforced = PROCESS_OUTCOMES.filter(({ outcome }) => outcome === 'enforced').map(({ field }) => field)

describe('a field that is called enforced', () => {
  test.each(enforced.map((field) => ({ field })))('is proven by a test: $field', ({ field }) => {
    const [file, title] = PROOFS[field] ?? ['', '']
    expect(file).not.toBe('')
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(title)
  })

  test('has no proof for what is not called so', () => {
    expect(Object.keys(PROOFS).filter((field) => !enforced.includes(field))).toEqual([])
  })

  test('is not mentioned', () => {
    for (const field of enforced.filter((each) => !each.includes('.') && !/ontainers/.test(each)))
      expect(outcomesOf(pod({ [field]: 'x' }))).toEqual({ stored: [], refused: [] })
  })
})

describe('every other field of the table', () => {
  // A pod that has the field, with a value that is not neutral.
  const values: Readonly<Record<string, unknown>> = {
    'containers[].restartPolicyRules[].action': 'RestartAllContainers',
  }
  const others = PROCESS_OUTCOMES.filter(({ outcome }) => outcome !== 'enforced')

  test.each(others.map(({ field, outcome }) => ({ field, outcome })))(
    '$field is $outcome, and named',
    ({ field, outcome }) => {
      const spec = { containers: [{}] as object[], volumes: [] as object[] }
      put(spec as Record<string, unknown>, field.split('.'), values[field] ?? 'x')
      const mounts = (spec.containers[0] as { volumeMounts?: Record<string, unknown>[] }).volumeMounts
      if (mounts?.[0] !== undefined) mounts[0]['name'] = 'v'
      const given = {
        ...pod({}),
        spec: { ...spec, volumes: [...spec.volumes, { name: 'v', emptyDir: {} }] },
      } as unknown as Pod
      const path = `spec.${field.replaceAll('[]', '[0]')}`
      expect(outcomesOf(given)[outcome as 'stored' | 'refused']).toContain(path)
    },
  )

  test('limits and privileged containers are told apart from their neighbours', () => {
    const found = outcomesOf(
      pod({}, { resources: { limits: { cpu: '1' }, requests: { cpu: '1' } }, securityContext: { privileged: true } }),
    )
    expect(found).toEqual({
      stored: ['spec.containers[0].resources.limits', 'spec.containers[0].securityContext'],
      refused: ['spec.containers[0].securityContext.privileged'],
    })
  })

  test('a read-only mount is named where it cannot be one', () => {
    const mounts = ['own', 'config'].map((name) => ({ name, mountPath: `/app/${name}`, readOnly: true }))
    const volumes = [
      { name: 'own', emptyDir: {} },
      { name: 'config', configMap: { name: 'c' } },
    ]
    expect(outcomesOf(pod({ volumes }, { volumeMounts: mounts })).stored).toEqual([
      'spec.containers[0].volumeMounts[0].readOnly',
    ])
  })

  test('rules that start one container again are enforced', () => {
    const rules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }]
    expect(outcomesOf(pod({}, { restartPolicyRules: rules }))).toEqual({ stored: [], refused: [] })
  })

  test('a field that nobody knows is stored and named', () => {
    expect(outcomesOf(pod({ setHostnameAsFQDN: true }, { resizePolicy: [] })).stored).toEqual([
      'spec.setHostnameAsFQDN',
      'spec.containers[0].resizePolicy',
    ])
  })

  test('neutral values are not mentioned', () => {
    expect(outcomesOf(pod({ dnsPolicy: 'ClusterFirst', securityContext: {} }))).toEqual({ stored: [], refused: [] })
  })
})

function put(at: Record<string, unknown>, [part = '', ...rest]: readonly string[], value: unknown): void {
  const name = part.replace('[]', '')
  if (rest.length === 0) at[name] = part.endsWith('[]') ? [value] : value
  else {
    const next = part.endsWith('[]') ? ((at[name] as object[] | undefined)?.[0] ?? {}) : (at[name] ?? {})
    at[name] = part.endsWith('[]') ? [next] : next
    put(next as Record<string, unknown>, rest, value)
  }
}

describe('a real pod', () => {
  test.each([
    ['spec.hostNetwork', { hostNetwork: true }, {}],
    ['spec.hostPID', { hostPID: true }, {}],
    ['spec.hostIPC', { hostIPC: true }, {}],
    ['spec.shareProcessNamespace', { shareProcessNamespace: true }, {}],
    ['spec.containers[0].securityContext.privileged', {}, { securityContext: { privileged: true } }],
    [
      'spec.containers[0].restartPolicyRules[0].action',
      {},
      {
        restartPolicy: 'Never',
        restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [1] } }],
      },
    ],
    [
      'spec.containers[0].env[0].valueFrom.fileKeyRef',
      { volumes: [{ name: 'v', emptyDir: {} }] },
      { env: [{ name: 'A', valueFrom: { fileKeyRef: { volumeName: 'v', path: 'env', key: 'A' } } }] },
    ],
  ])('with %s starts no process and says why', async (path, spec, container) => {
    const cluster = await nodeCluster()
    await cluster.addImage('web:1', '')
    await cluster.createPod('web', container, spec)
    await eventually(async () =>
      expect((await cluster.pod('web')).status.containerStatuses?.[0]?.state.waiting).toEqual({
        reason: 'CreateContainerConfigError',
        message: `refused by the process runner: ${path}`,
      }),
    )
    expect(cluster.node.processes()).toEqual([])
  })

  test('runs with fields that are only stored, and one event names them', async () => {
    const cluster = await nodeCluster()
    await cluster.addImage('web:1', 'setInterval(() => {}, 1000)')
    await cluster.createPod(
      'web',
      {
        tty: true,
        securityContext: { runAsUser: 1000 },
        resources: { limits: { cpu: '1' } },
        volumeMounts: [{ name: 'v', mountPath: '/app/v', readOnly: true }],
      },
      { volumes: [{ name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }] },
    )
    await eventually(async () => expect((await cluster.pod('web')).status.phase).toBe('Running'))
    const named = (await cluster.events('web')).find((event) => event.startsWith('NotEnforced'))
    for (const part of [
      'containers[0].tty',
      'containers[0].securityContext',
      'resources.limits',
      'volumeMounts[0].readOnly',
      'emptyDir.medium',
      'emptyDir.sizeLimit',
    ])
      expect(named).toContain(part)
  })
})
