import { parseAllDocuments } from 'yaml'
import { expect, test } from 'vitest'
import { build, deployment, single } from '../build.ts'

const service = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n  - port: 80\n'

function built(fields: string, ...documents: string[]): Record<string, unknown>[] {
  return parseAllDocuments(build(single(fields, ...documents))).map((each) => each.toJS() as Record<string, unknown>)
}

test('commonLabels reach selectors and templates', () => {
  const [first, second] = built('commonLabels: {team: a}\n', deployment('web'), service)
  expect(first).toMatchObject({
    kind: 'Service',
    metadata: { labels: { team: 'a' } },
    spec: { selector: { team: 'a' } },
  })
  expect(second).toMatchObject({
    metadata: { labels: { team: 'a' } },
    spec: {
      selector: { matchLabels: { app: 'web', team: 'a' } },
      template: { metadata: { labels: { app: 'web', team: 'a' } } },
    },
  })
})

test('labels stay in the metadata unless more is asked for', () => {
  const [object] = built('labels:\n- pairs: {team: a}\n', deployment('web'))
  expect(object).toMatchObject({
    metadata: { labels: { team: 'a' } },
    spec: { selector: { matchLabels: { app: 'web' } } },
  })
  expect(JSON.stringify(object)).not.toContain('"app":"web","team"')
})

test('includeTemplates adds the template, includeSelectors the selector too', () => {
  const [templates] = built('labels:\n- pairs: {team: a}\n  includeTemplates: true\n', deployment('web'))
  expect(JSON.stringify(templates)).toContain('"selector":{"matchLabels":{"app":"web"}}')
  expect(JSON.stringify(templates)).toContain('"labels":{"app":"web","team":"a"}')
  const [selectors] = built('labels:\n- pairs: {team: a}\n  includeSelectors: true\n', deployment('web'))
  expect(JSON.stringify(selectors)).toContain('"matchLabels":{"app":"web","team":"a"}')
})

test('custom fields are created where the entry says so', () => {
  const fields =
    'labels:\n- pairs: {team: a}\n  fields:\n  - path: spec/strategy/labels\n    create: true\n    kind: Deployment\n'
  expect(built(fields, deployment('web'))[0]).toMatchObject({ spec: { strategy: { labels: { team: 'a' } } } })
})

test('texts that YAML 1.1 reads as something else are quoted', () => {
  expect(build(single('commonAnnotations: {a: "yes", b: "1", c: "1e3"}\n', deployment('web')))).toContain(
    '    a: "yes"\n    b: "1"\n    c: "1e3"\n',
  )
})
