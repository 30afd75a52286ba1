/** The outcomes that are not what the lists say: a recorded test that fails without a reason in failing.json, or one with a reason that passes. Each fails the run. */
export function surprisesOf(results, reasons) {
  return results.filter(({ name, ok }) => ok === (reasons[name] !== undefined))
}
