/** Subresources of the real API that are refused by name: why, or what to do instead. docs/compatibility.md is made from it. */
export const REFUSED: Readonly<Record<string, string>> = {
  'nodes/proxy': 'the node has no API of its own',
  'pods/ephemeralcontainers':
    'instead of "kubectl debug", "kubectl exec POD -- COMMAND" runs any program of this machine beside the pod',
  'pods/resize': 'limits are not enforced on processes, so there is nothing to change while one runs',
}

/** What a webhook configuration is answered with: the request, and why. */
export const WEBHOOKS_REFUSED: readonly [request: string, why: string] = [
  'create a MutatingWebhookConfiguration or ValidatingWebhookConfiguration',
  'no admission webhook is called; admission policies are enforced',
]
