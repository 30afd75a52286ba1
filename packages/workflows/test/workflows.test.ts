import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { combinations, parseWorkflow, pushedImages, resolveText, UNKNOWN, type Workflow } from '@slipway/workflows'

const facts = { repository: 'Acme/Shop', branch: 'stg' }

function workflow(text: string): Workflow {
  const parsed = parseWorkflow(text, '.github/workflows/build.yaml')
  expect(parsed.diagnostics).toEqual([])
  if (parsed.workflow === undefined) throw new Error('no workflow')
  return parsed.workflow
}

const steps = (text: string, more = ''): Workflow =>
  workflow(
    `on: push\nenv:\n  REGISTRY: ghcr.io\njobs:\n  build:\n    runs-on: x\n${more}    steps:\n${text.replace(/^/gm, '      ')}`,
  )

const push = (tags: string, more = ''): string =>
  `- uses: docker/build-push-action@v6\n  with:\n    push: true\n${more}    tags: ${tags}\n`

const images = (found: Workflow): string[] =>
  pushedImages([found], facts).map((each) => `${each.image} ${each.context || '.'} ${each.dockerfile}`)

describe('the images that a workflow pushes', () => {
  test.each([
    ['ghcr.io/acme/shop:latest', 'ghcr.io/acme/shop . Dockerfile'],
    ['${{ env.REGISTRY }}/${{ github.repository }}:${{ github.sha }}', 'ghcr.io/acme/shop . Dockerfile'],
    ['ghcr.io/${{ github.repository_owner }}/api:${{ steps.version.outputs.v }}', 'ghcr.io/acme/api . Dockerfile'],
    ['localhost:5000/x', 'localhost:5000/x . Dockerfile'],
    ["${{ format('{0}/a/{1}', env.REGISTRY, github.ref_name) }}:1", 'ghcr.io/a/stg . Dockerfile'],
  ])('%s', (tags, expected) => {
    expect(images(steps(push(tags)))).toEqual([expected])
  })

  test('context and file', () => {
    expect(images(steps(push('a/b:1', '    context: ./app/\n')))).toEqual(['a/b app app/Dockerfile'])
    expect(images(steps(push('a/b:1', '    context: .\n    file: ./docker/api.Dockerfile\n')))).toEqual([
      'a/b . docker/api.Dockerfile',
    ])
    expect(images(steps(push('a/b:1', '    context: "{{defaultContext}}:sub"\n')))).toEqual(['a/b sub sub/Dockerfile'])
  })

  test('several tags, the metadata action, and a matrix', () => {
    expect(images(steps(push('|\n      a/b:1\n      a/b:2\n      c/d:1')))).toEqual([
      'a/b . Dockerfile',
      'c/d . Dockerfile',
    ])
    const metadata =
      '- uses: docker/metadata-action@v5\n  id: meta\n  with:\n    images: |\n      ghcr.io/${{ github.repository }}\n      name=docker.io/acme/shop,enable=true\n'
    expect(images(steps(metadata + push('${{ steps.meta.outputs.tags }}')))).toEqual([
      'ghcr.io/acme/shop . Dockerfile',
      'docker.io/acme/shop . Dockerfile',
    ])
    const matrix = '    strategy:\n      matrix:\n        service: [api, web]\n'
    expect(
      images(steps(push('ghcr.io/acme/${{ matrix.service }}:1', '    context: ${{ matrix.service }}\n'), matrix)),
    ).toEqual(['ghcr.io/acme/api api api/Dockerfile', 'ghcr.io/acme/web web web/Dockerfile'])
  })

  test('nothing is guessed', () => {
    for (const tags of [
      '${{ secrets.REGISTRY }}/x:1',
      '${{ needs.a.outputs.image }}:1',
      '${{ env.MISSING }}/x',
      '${{ broken( }}',
    ]) {
      expect(images(steps(push(tags)))).toEqual([])
    }
    expect(images(steps(push('a/b:1').replace('push: true', 'push: false')))).toEqual([])
    expect(images(steps(push('a/b:1', '    context: https://example.org/x.git\n')))).toEqual([])
  })

  test('arguments, as far as they are known', () => {
    const [found] = pushedImages(
      [
        steps(
          push('a/b:1', '    build-args: |\n      A=1\n      B=${{ secrets.B }}\n      C=${{ github.ref_name }}\n'),
        ),
      ],
      facts,
    )
    expect(found).toMatchObject({ args: { A: '1', C: 'stg' }, workflow: '.github/workflows/build.yaml', job: 'build' })
    expect(found?.range?.start.line).toBe(8)
  })
})

test("the starter's workflows are read; its image is named by a script, so it is not guessed", () => {
  const folder = new URL('../../../starter/.github/workflows/', import.meta.url)
  const parsed = readdirSync(folder).map((name) => parseWorkflow(readFileSync(new URL(name, folder), 'utf8'), name))
  expect(parsed.flatMap((each) => each.diagnostics)).toEqual([])
  const all = parsed.flatMap((each) => each.workflow ?? [])
  expect(all.find((each) => each.name === 'image')?.jobs.map((job) => [job.id, job.needs])).toEqual([
    ['identify', []],
    ['image', ['identify']],
  ])
  expect(all.find((each) => each.name === 'production')?.events).toEqual(['push'])
  expect(pushedImages(all, facts)).toEqual([])
})

test('texts with expressions', () => {
  const contexts = { env: { A: 'x' }, matrix: { n: 1 } }
  expect(resolveText('a ${{ env.A }} ${{ matrix.n == 1 && env.A || 2 }}', contexts)).toBe('a x x')
  expect(resolveText("${{ secrets.S }} ${{ contains('abc', 'b') }}", contexts)).toBe(`${UNKNOWN} true`)
})

// The example of GitHub's documentation on include, in other words.
test('combinations of a matrix', () => {
  expect(combinations(undefined)).toEqual([{}])
  expect(combinations('${{ fromJSON(x) }}')).toEqual([])
  const matrix = {
    fruit: ['apple', 'pear'],
    animal: ['cat', 'dog'],
    exclude: [{ fruit: 'pear', animal: 'dog' }],
    include: [{ color: 'green' }, { color: 'pink', animal: 'cat' }, { fruit: 'banana' }],
  }
  expect(combinations(matrix)).toEqual([
    { fruit: 'apple', animal: 'cat', color: 'pink' },
    { fruit: 'apple', animal: 'dog', color: 'green' },
    { fruit: 'pear', animal: 'cat', color: 'pink' },
    { fruit: 'banana' },
  ])
})

test('what is no workflow', () => {
  expect(parseWorkflow('name: x\n', 'x.yaml').diagnostics).toMatchObject([
    { code: 'WORKFLOW_SYNTAX', severity: 'error', hint: expect.stringContaining('jobs:') as string },
  ])
  expect(parseWorkflow('a: [', 'x.yaml').workflow).toBeUndefined()
})
