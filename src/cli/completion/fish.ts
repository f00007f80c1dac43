import type { Place } from './tree.ts';

/** A script for fish: a line for each command and option, with the command that it belongs to. */
export function fishScript(places: readonly Place[]): string {
  return `# slipway completion for fish
function __slipway_at
    set -l words (commandline -opc)
    set -l place ''
    for word in $words[2..-1]
        set -l next (string trim -- "$place $word")
        contains -- "$next" $__slipway_places; and set place $next
    end
    test "$place" = "$argv[1]"
end
set -g __slipway_places ${places
    .filter(({ path }) => path !== '')
    .map(({ path }) => quote(path))
    .join(' ')}
${places.flatMap(linesOf).join('\n')}`;
}

function linesOf({ path, words, options }: Place): readonly string[] {
  const at = `complete -c slipway -n ${quote(`__slipway_at ${quote(path)}`)}`;
  return [
    ...words.map(({ name, description }) => `${at} -f -a ${quote(name)} -d ${quote(description)}`),
    ...options.map(({ name, description, takesValue, choices }) => {
      const value = takesValue ? ' -r' : '';
      const offered = choices.length > 0 ? ` -f -a ${quote(choices.join(' '))}` : '';
      return `${at} -l ${name.slice(2)}${value}${offered} -d ${quote(description)}`;
    }),
  ];
}

const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", `\\'`)}'`;
