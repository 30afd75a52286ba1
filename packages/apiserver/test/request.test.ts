import { expect, test } from 'vitest'
import { parseRequest } from '../src/request.ts'

const parse = (path: string) => {
  const { query, ...rest } = parseRequest({ method: 'GET', path })
  return { ...rest, query: [...query] }
}

test('a plain path and query are taken apart as a URL takes them apart', () => {
  expect(parse('/apis/apps/v1/namespaces/a-b/deployments/web.x/status?fieldManager=me&a=%2C+b&a&force=1')).toEqual({
    kind: 'resource',
    verb: 'get',
    group: 'apps',
    version: 'v1',
    namespace: 'a-b',
    resource: 'deployments',
    name: 'web.x',
    subresource: 'status',
    rest: '',
    query: [
      ['fieldManager', 'me'],
      ['a', ', b'],
      ['a', ''],
      ['force', '1'],
    ],
  })
  for (const path of ['/api/v1/pods??limit=1', '/api/v1/pods?a=<"\'>\\&b=~`', '/api?', '/healthz?verbose', '/'])
    expect(parse(path).query).toEqual([...new URL(path, 'http://api').searchParams])
})

test('what a URL leaves out or moves is left out and moved', () => {
  expect(parse('/api/v1/namespaces/a/../b/pods')).toMatchObject({ namespace: 'b', resource: 'pods' })
  expect(parse('/api/v1/./pods/%78?a=1#b=2')).toMatchObject({ resource: 'pods', name: 'x', query: [['a', '1']] })
  expect(parse('/api/v1//pods/x')).toMatchObject({ resource: 'pods', name: 'x' })
  expect(parse('//api/v1/pods')).toMatchObject({ kind: 'path', path: '/v1/pods' })
  expect(parse('/api/v1/pods?a=\tb\n')).toMatchObject({ query: [['a', 'b']] })
})
