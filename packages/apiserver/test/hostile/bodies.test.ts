import { expect, test } from 'vitest'
import { inDefault, startServer } from '../https.ts'

const CONFIG_MAPS = inDefault('configmaps')
const LONG = 20_000

test('JSON nested a hundred thousand deep is a bad request', async () => {
  const server = await startServer()
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const bodies = [
    deep,
    `{"metadata":{"name":"a","annotations":${deep}}}`,
    `{"metadata":{"name":"a"},"x":${deep}}`,
    '['.repeat(100_000),
    `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
  ]
  for (const text of bodies) {
    const body = Buffer.from(text)
    const { object } = await server.ask('POST', CONFIG_MAPS, { body })
    expect.soft(object).toMatchObject({ code: 400, reason: 'BadRequest' })
    expect.soft((object.message ?? '').length).toBeLessThan(1000)
  }
  const merge = { body: Buffer.from(`{"data":${deep}}`), type: 'application/merge-patch+json' }
  await server.ask('POST', CONFIG_MAPS, { body: { metadata: { name: 'a' } } })
  expect((await server.ask('PATCH', inDefault('configmaps', 'a'), merge)).status).toBe(400)
})

test('YAML whose aliases multiply, or that nests deep, is a bad request', async () => {
  const server = await startServer()
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
  for (let at = 1; at < 10; at++)
    lines.push(
      `a${at}: &a${at} [${Array(9)
        .fill(`*a${at - 1}`)
        .join(', ')}]`,
    )
  const nested = `${'- '.repeat(LONG)}x`
  const merges = `a: &a {b: c}\n${Array.from({ length: LONG }, (_, at) => `k${at}: {<<: *a}`).join('\n')}\n`
  for (const text of [`${lines.join('\n')}\n`, nested, `metadata: {name: a}\n${merges}`, '\xff\xfe']) {
    const started = performance.now()
    const { object } = await server.ask('POST', CONFIG_MAPS, { body: Buffer.from(text), type: 'application/yaml' })
    expect.soft(object, text.slice(0, 40)).toMatchObject({ code: 400, reason: 'BadRequest' })
    expect.soft(performance.now() - started, text.slice(0, 40)).toBeLessThan(5000)
  }
})

test('text that is no UTF-8 is a bad request', async () => {
  const server = await startServer()
  const head = Buffer.from('{"metadata":{"name":"a"},"data":{"k":"')
  const body = Buffer.concat([head, Buffer.from([0xff, 0xfe]), Buffer.from('"}}')])
  expect((await server.ask('POST', CONFIG_MAPS, { body })).status).toBeLessThan(500)
  const yaml = Buffer.concat([Buffer.from('metadata: {name: b}\ndata: {k: "'), Buffer.from([0xc3]), Buffer.from('"')])
  expect((await server.ask('POST', CONFIG_MAPS, { body: yaml, type: 'application/yaml' })).status).toBe(400)
})

test('a field that is there twice is refused, warned of, or the last one counts, as the request says', async () => {
  const server = await startServer()
  const body = Buffer.from('{"metadata":{"name":"a","name":"b"},"data":{"k":"1","k":"2"}}')
  const post = (validation: string) =>
    server.ask('POST', `${CONFIG_MAPS}?dryRun=All&fieldValidation=${validation}`, { body })
  const strict = await post('Strict')
  expect(strict.object).toMatchObject({ code: 400 })
  expect(strict.object.message).toContain('strict decoding error: duplicate field "metadata.name"')
  const warned = await post('Warn')
  expect(warned.status).toBe(201)
  expect(warned.headers['warning']).toContain('duplicate field \\"metadata.name\\"')
  expect((await post('Ignore')).object).toMatchObject({ metadata: { name: 'b' }, data: { k: '2' } })
})

test('a JSON patch of more than 10,000 operations, or that doubles by copies, is refused', async () => {
  const server = await startServer()
  await server.ask('POST', CONFIG_MAPS, { body: { metadata: { name: 'a' }, data: { k: 'x'.repeat(100_000) } } })
  const send = (body: unknown) =>
    server.ask('PATCH', inDefault('configmaps', 'a'), { body, type: 'application/json-patch+json' })
  const many = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/data/k', value: 'y' }))
  expect((await send(many)).object).toMatchObject({ code: 413, reason: 'RequestEntityTooLarge' })
  const copies = Array.from({ length: 40 }, (_, at) => ({ op: 'copy', from: '/data', path: `/data/k${at}` }))
  const doubled = await send(copies)
  expect([413, 422]).toContain(doubled.status)
  expect((await server.ask('GET', inDefault('configmaps', 'a'))).object['data']).toHaveProperty('k')
})

test('a ConfigMap above 1 MiB and annotations above 256 KiB are told in the words of Kubernetes', async () => {
  const server = await startServer()
  const large = { metadata: { name: 'a' }, data: { k: 'x'.repeat(1024 * 1024 + 1) } }
  expect((await server.ask('POST', CONFIG_MAPS, { body: large })).object).toMatchObject({
    code: 422,
    message: 'ConfigMap "a" is invalid: : Too long: may not be more than 1048576 bytes',
  })
  const annotations = { k: 'x'.repeat(262_144) }
  expect(
    (await server.ask('POST', CONFIG_MAPS, { body: { metadata: { name: 'a', annotations } } })).object,
  ).toMatchObject({
    code: 422,
    message: 'ConfigMap "a" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
  })
})

test.each(['../x', '..', '..data', 'a/b', '', 'x'.repeat(254)])(
  'the key %j of a ConfigMap or Secret is invalid',
  async (key) => {
    const server = await startServer()
    for (const [plural, field] of [
      ['configmaps', 'data'],
      ['secrets', 'data'],
    ] as const) {
      const { object } = await server.ask('POST', inDefault(plural), {
        body: { metadata: { name: 'a' }, [field]: { [key]: 'eA==' } },
      })
      expect.soft(object, plural).toMatchObject({ code: 422, reason: 'Invalid' })
      expect.soft(object.message).toContain(`data[${key}]`)
    }
  },
)

test('a Secret that is not base64 is told by its field, not by its value', async () => {
  const server = await startServer()
  const value = 'p@ssw0rd-in-clear!'
  const send = [
    server.ask('POST', inDefault('secrets'), { body: { metadata: { name: 'a' }, data: { password: value } } }),
    server.ask('PATCH', `${inDefault('secrets', 'a')}?fieldManager=t`, {
      body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: { password: value } },
      type: 'application/apply-patch+yaml',
    }),
  ]
  for (const { status, text } of await Promise.all(send)) {
    expect.soft(status).toBe(400)
    expect.soft(text).toContain('data[password]')
    expect.soft(text).not.toContain('ssw0rd')
  }
  await server.ask('POST', inDefault('secrets'), { body: { metadata: { name: 'b' }, data: { password: 'eA==' } } })
  for (const type of ['application/merge-patch+json', 'application/strategic-merge-patch+json']) {
    const { status, text } = await server.ask('PATCH', inDefault('secrets', 'b'), {
      body: { data: { password: value } },
      type,
    })
    expect.soft(status, type).toBeGreaterThanOrEqual(400)
    expect.soft(status, type).toBeLessThan(500)
    expect.soft(text, type).not.toContain('ssw0rd')
  }
})

test('keys of prototypes are plain keys', async () => {
  const server = await startServer()
  const body = Buffer.from('{"metadata":{"name":"a","labels":{"constructor":"x"}},"data":{"__proto__":"p","k":"v"}}')
  const made = await server.ask('POST', CONFIG_MAPS, { body })
  expect(made.status).toBe(201)
  expect(made.text).toContain('"__proto__":"p"')
  const patch = Buffer.from('{"data":{"__proto__":{"polluted":"x"}}}')
  await server.ask('PATCH', inDefault('configmaps', 'a'), { body: patch, type: 'application/merge-patch+json' })
  const operation = { op: 'add', path: '/data/__proto__/polluted', value: 'x' }
  await server.ask('PATCH', inDefault('configmaps', 'a'), { body: [operation], type: 'application/json-patch+json' })
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})
