const lines = (text) => text.split('\n')

// Every line, however often it comes, in the order of the alphabet.
const anyOrder = (text) => lines(text).sort().join('\n')

/**
 * Commands whose real output is not the same twice: what of the masked text counts, and why no more. `settles` marks one that changes nothing and was recorded when the
 * controllers were done.
 */
export const LOOSE = {
  'events -n shop --types=Normal': {
    view: anyOrder,
    reason:
      'kubectl sorts by times of one second; events of the same second come in the order of controllers that run side by side',
  },
  'rollout status deploy/web -n shop --timeout=30s': {
    view: (text) =>
      lines(text)
        .filter((line) => !line.startsWith('Waiting for deployment "web" rollout to finish: '))
        .join('\n'),
    reason: 'kubectl prints a line a status that it happens to see: how many depends on how fast pods become ready',
  },
  'apply -f changed.yaml --dry-run=server -o yaml': {
    view: anyOrder,
    settles: true,
    reason:
      'conditions stand in the order of their last changes, which depends on when the pods of the rollout before became ready',
  },
  'get deploy web -n shop -o yaml --show-managed-fields': {
    view: anyOrder,
    settles: true,
    reason:
      'owners of fields stand in the order of seconds, then of names: which writes fall in the same second is chance',
  },
}
