import type { KubeObject, WatchEvent } from '@slipway/objects'
import { eventually, FakeClock } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { ApiError, type Change, type Client, Informer } from '@slipway/client'

const KIND = { apiVersion: 'v1', kind: 'ConfigMap' }
const thing = (name: string, resourceVersion: number, uid = name): KubeObject => ({
  ...KIND,
  metadata: { name, namespace: 'default', uid, resourceVersion: String(resourceVersion) },
})
const gone = (): ApiError =>
  new ApiError({ apiVersion: 'v1', kind: 'Status', metadata: {}, status: 'Failure', reason: 'Expired', code: 410 })

/** An API that tells a script: each list, and each watch until its end. */
class Script {
  readonly asked: string[] = []
  readonly lists: (KubeObject[] | Error)[] = []
  readonly watches: (WatchEvent[] | Error)[] = []
  revision = 10

  get client(): Client {
    const list = async () => {
      this.asked.push('list')
      const items = this.lists.shift() ?? []
      if (items instanceof Error) throw items
      return { items, resourceVersion: String(this.revision), continue: '' }
    }
    const watch = async (_: unknown, { resourceVersion, signal }: { resourceVersion: string; signal: AbortSignal }) => {
      this.asked.push(`watch ${resourceVersion}`)
      const events = this.watches.shift()
      if (events instanceof Error) throw events
      return this.#events(events, signal)
    }
    return { list, watch } as unknown as Client
  }

  async *#events(events: WatchEvent[] | undefined, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    yield* events ?? []
    if (events === undefined && !signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  }
}

async function follow(script: Script, clock = new FakeClock()) {
  const errors: unknown[] = []
  const informer = new Informer(script.client, KIND, { clock, onError: (error) => errors.push(error) })
  const changes: string[] = []
  informer.listen(({ type, object, previous }: Change) => {
    const before = previous === undefined ? '' : ` was ${previous.metadata.resourceVersion ?? ''}`
    changes.push(`${type} ${object.metadata.name ?? ''}@${object.metadata.resourceVersion ?? ''}${before}`)
  })
  await informer.start()
  onTestFinished(() => informer.stop())
  return { informer, changes, errors, clock }
}

test('goes on from the last version that it heard of, also when only a bookmark said it', async () => {
  const script = new Script()
  script.lists.push([thing('a', 9)])
  const bookmark = { type: 'BOOKMARK', object: thing('', 15) } as const
  script.watches.push([{ type: 'MODIFIED', object: thing('a', 11) }], [bookmark])
  const { changes } = await follow(script)
  await eventually(() => expect(script.asked).toEqual(['list', 'watch 10', 'watch 11', 'watch 15']))
  expect(changes).toEqual(['added a@9', 'modified a@11 was 9'])
})

test.each([
  ['as an answer', (): WatchEvent[] | Error => gone()],
  ['as an event', (): WatchEvent[] | Error => [{ type: 'ERROR', object: gone().status as unknown as KubeObject }]],
])('an expired version, told %s, starts over with a list whose differences are told', async (_, expired) => {
  const script = new Script()
  script.lists.push([thing('kept', 1), thing('changed', 2), thing('lost', 3)])
  script.lists.push([thing('kept', 1), thing('changed', 8), thing('new', 9)])
  script.watches.push(expired())
  const { changes, informer, errors } = await follow(script)
  await eventually(() => expect(script.asked).toEqual(['list', 'watch 10', 'list', 'watch 10']))
  expect(changes.slice(3)).toEqual(['deleted lost@3 was 3', 'modified changed@8 was 2', 'added new@9'])
  expect(informer.list().map(({ metadata }) => metadata.name)).toEqual(['kept', 'changed', 'new'])
  expect(errors).toEqual([])
})

test('what was deleted and made anew while nobody watched is another object', async () => {
  const script = new Script()
  script.lists.push([thing('a', 1, 'first')], [thing('a', 5, 'second')])
  script.watches.push(gone())
  const { changes } = await follow(script)
  await eventually(() => expect(changes).toEqual(['added a@1', 'deleted a@1 was 1', 'added a@5']))
})

test('failures are told and tried again, later each time; a watch that ends at once is one', async () => {
  const script = new Script()
  script.lists.push(new Error('down'), new Error('down'), [])
  script.watches.push([], [])
  const clock = new FakeClock()
  const errors: unknown[] = []
  const informer = new Informer(script.client, KIND, { clock, onError: (error) => errors.push(error) })
  onTestFinished(() => informer.stop())
  const started = informer.start()
  await clock.advance(99)
  expect(script.asked).toEqual(['list'])
  await clock.advance(1)
  expect(script.asked).toEqual(['list', 'list'])
  await clock.advance(200)
  await started
  await eventually(() => expect(script.asked).toEqual(['list', 'list', 'list', 'watch 10']))
  await clock.advance(400)
  await clock.advance(800)
  await eventually(() => expect(script.asked.slice(3)).toEqual(['watch 10', 'watch 10', 'watch 10']))
  expect(errors).toHaveLength(4)
  expect(clock.waiting).toBe(0)
})

test('an event that repeats what the cache has is not told; who listens later hears what is there', async () => {
  const script = new Script()
  script.lists.push([thing('a', 9)])
  script.watches.push([
    { type: 'ADDED', object: thing('a', 9) },
    { type: 'DELETED', object: thing('b', 11) },
    { type: 'DELETED', object: thing('a', 12) },
    { type: 'ADDED', object: thing('a', 13, 'again') },
  ])
  const { changes, informer } = await follow(script)
  await eventually(() => expect(changes).toEqual(['added a@9', 'deleted a@12 was 9', 'added a@13']))
  const late: string[] = []
  const stop = informer.listen(({ type, object }) => late.push(`${type} ${object.metadata.name ?? ''}`))
  stop()
  expect(late).toEqual(['added a'])
  expect(informer.get('default/a')?.metadata.uid).toBe('again')
  expect(informer.list('other')).toEqual([])
})

test('stops while it waits, and whoever waits for its first list goes on', async () => {
  const script = new Script()
  script.lists.push(new Error('down'))
  const informer = new Informer(script.client, KIND, { clock: new FakeClock() })
  const started = informer.start()
  await eventually(() => expect(script.asked).toEqual(['list']))
  await informer.stop()
  await started
  expect(informer.synced).toBe(false)
})
