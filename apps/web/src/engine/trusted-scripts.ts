// TypeScript's DOM library does not have Trusted Types yet.
interface ScriptPolicy {
  createScriptURL(url: string): string;
}
declare const trustedTypes: { createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy } | undefined;

/**
 * The one way in which this page names a script to run: those of its own build, and no others.
 *
 * @param scripts paths on this origin
 */
export function trustedScripts(scripts: readonly string[]): (url: string) => string {
  const createScriptURL = (url: string) => {
    if (!scripts.includes(url)) throw new TypeError(`${url} is no script of this app`);
    return url;
  };
  const isThere = typeof trustedTypes === "object";
  const policy = isThere ? trustedTypes.createPolicy("redoubt", { createScriptURL }) : { createScriptURL };
  return (url) => policy.createScriptURL(url);
}
