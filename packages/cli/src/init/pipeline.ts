/** Where the sources of an image lie, and how a chart is told which image to run. */
export interface Wiring {
  /** The folder of the Dockerfile, '' for the top. */
  readonly folder: string
  /** The chart's folder, `.` for the top. */
  readonly chart: string
  /** There is a package-lock.json beside the Dockerfile. */
  readonly hasLock: boolean
  /** The image's name, without tag and digest. */
  readonly image: string
  readonly port: number
  readonly health: string | undefined
}

type Change = readonly [from: string | RegExp, to: string]

/** The script that names what an image is built from, for a service at the top of its repository. */
export const SOURCES_SCRIPT = '.github/scripts/sources.sh'

/** A file of the starter's pipeline for a service that lies elsewhere than in `app/`. @throws Error where the starter has not what is changed */
export function forService(file: string, text: string, wiring: Wiring): string {
  return (CHANGES[file]?.(wiring) ?? []).reduce((before, [from, to]) => {
    const isThere = typeof from === 'string' ? before.includes(from) : from.test(before)
    if (!isThere) throw new Error(`the starter's ${file} has no ${String(from)}`)
    return before.replace(from, () => to)
  }, text)
}

const CHANGES: Readonly<Record<string, (wiring: Wiring) => readonly Change[]>> = {
  '.github/workflows/image.yaml': (wiring) => [
    ["of a commit's app/ folder", "of a commit's sources"],
    ['The commit whose app/ folder is wanted', 'The commit whose sources are wanted'],
    ['The hash of the app/ folder', 'The hash of the sources'],
    [
      / {10}# The chart says[^\n]*\n {10}image=\$\(yq .image.repository deploy\/chart\/values.yaml\)\n/,
      `          image=${wiring.image}\n`,
    ],
    // Written out, so that whoever reads the workflow knows what it pushes: Slipway does, too.
    ['IMAGE: ${{ needs.identify.outputs.image }}', `IMAGE: ${wiring.image}`],
    ['error file=deploy/chart/values.yaml::image.repository is', 'error::the image is'],
    ['$(git rev-parse HEAD:app)', sourcesOf(wiring, 'HEAD')],
    ['context: app', `context: ${contextOf(wiring)}`],
  ],
  '.github/workflows/release.yaml': (wiring) => [
    ['      - deploy/kustomize/overlays/*/image/**\n', ''],
    ['$(git rev-parse HEAD:app)', sourcesOf(wiring, 'HEAD')],
  ],
  '.github/workflows/production.yaml': (wiring) => [
    [/ {10}overlay=[^\n]*\n[^\n]*\n/, ''],
    ['$(yq .image.repository deploy/chart/values.yaml)', wiring.image],
    ['$(git rev-parse HEAD:app)', sourcesOf(wiring, 'HEAD')],
  ],
  '.github/workflows/test.yaml': (wiring) => [
    ['        working-directory: app\n', `        working-directory: ${contextOf(wiring)}\n`],
    [
      / {6}- run: npm ci --ignore-scripts[\s\S]*$/,
      wiring.hasLock
        ? '      - run: npm ci\n      - run: npm test --if-present\n'
        : "      - name: Say what is missing\n        run: echo '::notice::there is no package-lock.json, put what tests this service here'\n",
    ],
  ],
  '.github/workflows/pull-request.yaml': (wiring) => [
    [/ {6}KUSTOMIZE: [^\n]*\n {6}KUBECONFORM: [^\n]*\n {6}KUBE_SCORE: [^\n]*\n/, ''],
    ['"$HELM" "$KUSTOMIZE" "$KUBECONFORM" "$KUBE_SCORE"', '"$HELM"'],
    ['Render both environments, by chart and by overlay', 'Render both environments'],
    [/ {6}- name: Validate against the schemas\n[\s\S]*?policy\.sh[^\n]*\n/, ''],
    ['context: app', `context: ${contextOf(wiring)}`],
    [
      /docker run --detach[\s\S]*?exit 1; \}\n/,
      `docker run --detach --name service --env PORT=${wiring.port} --publish 127.0.0.1:${wiring.port}:${wiring.port} pull-request
          curl --silent --show-error${wiring.health === undefined ? '' : ' --fail'} --output /dev/null --retry 20 --retry-all-errors --retry-delay 1 http://127.0.0.1:${wiring.port}${wiring.health ?? '/'} || { docker logs service; exit 1; }
`,
    ],
    [/\n {10}docker stop --timeout 20 service\n[^\n]*\n/, '\n          docker stop --timeout 20 service\n'],
  ],
  '.github/scripts/write-image.sh': () => [
    ['into the working tree: for the chart and for the overlay.', 'into the working tree.'],
    [/overlay="[^\n]*\n/, ''],
    [/yq -i '\.images\[0\][^\n]*\n[^\n]*\n/, ''],
  ],
  '.github/scripts/render.sh': (wiring) => [
    ['<environment>-chart.yaml and <environment>-overlay.yaml.', '<environment>-chart.yaml.'],
    ['needs helm and kustomize.', 'needs helm.'],
    ['deploy/chart\n', `${wiring.chart}\n`],
    [' deploy/chart --namespace', ` ${wiring.chart} --namespace`],
    [/ {2}kustomize build [^\n]*\n/, ''],
    [/kustomize build deploy[^\n]*\n/, ''],
  ],
  '.github/scripts/promotion.sh': (wiring) => [
    [
      '"$(git rev-parse "$tested:app")" = "$(git rev-parse "$source:app")"',
      `"${sourcesOf(wiring, '"$tested"')}" = "${sourcesOf(wiring, '"$source"')}"`,
    ],
    [
      'mkdir -p "$files/$(dirname "$PRODUCTION_IMAGE")" "$files/$OVERLAYS/production"',
      'mkdir -p "$files/$(dirname "$PRODUCTION_IMAGE")"',
    ],
    ['"$source" "$PRODUCTION_IMAGE" "$OVERLAYS/production/image" | tar', '"$source" "$PRODUCTION_IMAGE" | tar'],
    ['-- "$PRODUCTION_IMAGE" "$OVERLAYS/production/image")', '-- "$PRODUCTION_IMAGE")'],
  ],
  '.github/dependabot.yml': (wiring) => [
    ['directory: /app', `directory: /${wiring.folder}`],
    ['directory: /app', `directory: /${wiring.folder}`],
  ],
  '.github/CODEOWNERS': () => [[/\/deploy\/kustomize[^\n]*\n/, '']],
}

function contextOf({ folder }: Wiring): string {
  return folder === '' ? '.' : folder
}

function sourcesOf({ folder }: Wiring, commit: string): string {
  if (folder === '') return `$(bash ${SOURCES_SCRIPT} ${commit})`
  return commit.startsWith('"')
    ? `$(git rev-parse ${commit.slice(0, -1)}:${folder}")`
    : `$(git rev-parse ${commit}:${folder})`
}

/** The text of {@link SOURCES_SCRIPT}. A chart beside the sources is none of them. */
export function sourcesText({ chart }: Pick<Wiring, 'chart'>): string {
  const folders = [...new Set(['deploy', 'argocd', '.github', chart.split('/')[0] ?? 'deploy'])]
  const rules = folders.filter((folder) => folder !== '.').map((folder) => `$2 != "${folder}"`)
  return `#!/usr/bin/env bash
# Prints the hash of a commit's sources: of its tree without what only the delivery reads. The same hash is the same image.
set -euo pipefail

git ls-tree "$1" | awk -F'\\t' '${rules.join(' && ')}' | git mktree
`
}
