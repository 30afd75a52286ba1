import { gvOf, names, text } from './objects.mjs'
import { write } from './write.mjs'

const INSIDE = ['zone', 'a', 'list.0', 'items.[name=x].value', 'items.0.name', 'deep.b', 'deep.new', 'new'].flatMap(
  (path) => [`data.settings\\.yaml.${path}`, `data.settings\\.json.${path}`],
)

/** An entry of `replacements`, at times in a file of its own. */
export function replacement(layer, chance) {
  const source = chance.pick(layer.objects)
  const goal = chance.pick(layer.objects)
  const paths = {
    ConfigMap: ['data.k0', 'data.new', 'metadata.name', ...(goal.data?.['settings.yaml'] ? INSIDE : [])],
    Deployment: [
      'spec.template.spec.containers.0.image',
      'spec.template.spec.containers.[name=main].image',
      'spec.template.spec.containers.*.image',
      'metadata.labels.app',
    ],
    Service: ['spec.ports.0.targetPort', 'metadata.annotations.example\\.com/x'],
  }
  const fieldPath = chance.pick(paths[goal.kind] ?? ['metadata.annotations.copied', 'metadata.labels.app'])
  const split = chance.oneIn(4) ? { delimiter: chance.pick(['-', ':', '/']), index: chance.below(2) } : {}
  const encoding = chance.oneIn(2) ? { encoding: 'base64' } : {}
  const create = chance.oneIn(9) ? {} : { create: true }
  const entry = {
    ...(chance.oneIn(6) ? { sourceValue: text(chance) || 'x' } : { source: sourceOf(chance, source, encoding) }),
    targets: [
      {
        select: {
          ...(chance.oneIn(3) ? { kind: goal.kind, name: goal.metadata.name } : { kind: goal.kind }),
          ...narrower(chance, goal),
        },
        ...(chance.oneIn(4) ? {} : { reject: chance.times(1 + chance.below(2), () => rejected(chance)) }),
        fieldPaths: [fieldPath],
        options: { ...split, ...encoding, ...create },
      },
    ],
  }
  if (!chance.oneIn(4)) return entry
  const path = `replacement-${layer.count++}.yaml`
  layer.files[path] = write(chance.oneIn(2) ? entry : [entry], chance)
  return { path }
}

function sourceOf(chance, object, encoding) {
  return {
    kind: object.kind,
    name: object.metadata.name,
    ...(chance.oneIn(2) ? gvOf(object) : {}),
    ...(object.metadata.namespace ? { namespace: object.metadata.namespace } : {}),
    ...(chance.oneIn(2) ? { fieldPath: chance.pick(['metadata.name', 'kind', 'apiVersion']) } : {}),
    ...(chance.oneIn(2)
      ? {
          options: {
            delimiter: chance.pick(['-', '/']),
            index: 0,
            ...encoding,
            ...(chance.oneIn(2) ? { create: chance.oneIn(2) } : {}),
          },
        }
      : {}),
  }
}

// More that a selector may ask for, mostly what the object has.
function narrower(chance, object) {
  return chance.pick([
    {},
    gvOf(object),
    { labelSelector: chance.pick(['app', '!nothing', 'app in (web,db)']) },
    { annotationSelector: chance.pick(['!nothing', '!nothing', 'env=x']) },
    { namespace: object.metadata.namespace ?? chance.pick(['one', 'default', '.*']) },
  ])
}

const REJECTED = [
  (chance) => ({ name: names(chance) }),
  (chance) => ({ kind: chance.pick(['Service', 'Deployment']), name: names(chance), annotationSelector: 'env=x' }),
  (chance) => ({ namespace: chance.pick(['one', 'two']), version: 'v1', labelSelector: 'app' }),
  (chance) => ({ group: 'apps', version: 'v1', name: names(chance), namespace: 'default' }),
  (chance) => ({ labelSelector: chance.pick(['app=db', 'tier']), kind: 'Deployment' }),
  () => ({ annotationSelector: 'env=x', group: 'batch' }),
]
const rejected = (chance) => chance.pick(REJECTED)(chance)
