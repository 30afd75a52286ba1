import { memoryTree } from '@slipway/diag'
import { expect, test } from 'vitest'
import { findBuilds, repositoryOf, writtenImages } from '@slipway/delivery'

test('images are found where people write them down', () => {
  const tree = memoryTree({
    'deploy/app.yaml':
      'containers:\n  - name: a\n    image: shop:1.0\n  - image: "ghcr.io/acme/api@sha256:00"\n  # image: old/shop\n  - image: localhost:5000/x/web:2\n',
    'chart/values.yaml': "image:\n  repository: 'ghcr.io/acme/worker'\n",
    'chart/templates/a.yaml': 'image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"\n',
    'overlay/kustomization.yaml':
      'images:\n  - name: shop\n    newName: ghcr.io/acme/shop\n    newTag: "2"\n  - name: ghcr.io/acme/job\n    digest: sha256:00\n',
    'docker-compose.yaml': 'services:\n  a:\n    image: other/shop\n',
    'node_modules/x/y.yaml': 'image: a/shop\n',
    '.github/workflows/x.yaml': 'image: b/shop\n',
  })
  expect(writtenImages(tree)).toEqual([
    'ghcr.io/acme/api',
    'ghcr.io/acme/job',
    'ghcr.io/acme/shop',
    'ghcr.io/acme/worker',
    'localhost:5000/x/web',
  ])
})

test('each Dockerfile gets the image that a workflow pushes, else the one of its name', () => {
  const tree = memoryTree({
    'services/api/Dockerfile': '',
    'services/web/Dockerfile': '',
    'tools/lint/Dockerfile': '',
    'shop/Dockerfile': '',
    'build/x.Dockerfile': '',
  })
  const pushed = [
    { folder: 'build', dockerfile: 'x.Dockerfile', image: 'ghcr.io/acme/x' },
    { folder: 'gone', dockerfile: 'Dockerfile', image: 'ghcr.io/acme/gone' },
    { folder: 'shop', dockerfile: 'Dockerfile', image: 'ghcr.io/acme/pushed' },
  ]
  const images = ['ghcr.io/acme/api:1', 'ghcr.io/acme/web', 'ghcr.io/acme/shop', 'redis:7']
  expect(
    findBuilds(tree, { images, repositoryName: 'mono', pushed }).map(({ folder, image }) => `${folder} ${image}`),
  ).toEqual([
    'build ghcr.io/acme/x',
    'shop ghcr.io/acme/pushed',
    'services/api ghcr.io/acme/api',
    'services/web ghcr.io/acme/web',
  ])
})

test('a Dockerfile at the top is the repository itself', () => {
  const tree = memoryTree({ Dockerfile: '' })
  const build = (...images: string[]) => findBuilds(tree, { images, repositoryName: 'Shop' })
  expect(build('ghcr.io/acme/shop@sha256:00')).toEqual([
    { folder: '', dockerfile: 'Dockerfile', image: 'ghcr.io/acme/shop' },
  ])
  expect(build('ghcr.io/acme/other')).toEqual([])
  expect(() => build('a/shop:1', 'b/shop')).toThrow('Dockerfile could build a/shop or b/shop')
})

test.each([
  ['shop', 'shop'],
  ['shop:1', 'shop'],
  ['localhost:5000/shop', 'localhost:5000/shop'],
  ['localhost:5000/a/shop:1@sha256:00', 'localhost:5000/a/shop'],
])('the repository of %s', (reference, repository) => {
  expect(repositoryOf(reference)).toBe(repository)
})
