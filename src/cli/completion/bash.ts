import { type Place, quote } from './tree.ts';

/** A script for bash: it finds out which command is being typed, and offers what may follow it. */
export function bashScript(places: readonly Place[]): string {
  return `# slipway completion for bash
_slipway() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" place="" next="" index
  for ((index = 1; index < COMP_CWORD; index++)); do
    next="\${place:+$place }\${COMP_WORDS[index]}"
    case "$next" in
      ${places
        .map(({ path }) => quote(path))
        .filter((path) => path !== "''")
        .join(' | ')}) place="$next" ;;
    esac
  done
  case "$place $before" in
${places.flatMap(valueCases).join('\n')}
  esac
  case "$place" in
${places.map(placeCase).join('\n')}
  esac
}
complete -F _slipway slipway`;
}

/** What may stand after an option; files where anything may. */
function valueCases({ path, options }: Place): readonly string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ name, choices }) => {
      const offered = choices.length > 0 ? `-W ${quote(choices.join(' '))}` : '-f';
      return `    ${quote(`${path} ${name}`)}) COMPREPLY=($(compgen ${offered} -- "$word")); return ;;`;
    });
}

function placeCase({ path, words, options }: Place): string {
  const names = [...words, ...options].map(({ name }) => name).join(' ');
  return `    ${quote(path)}) COMPREPLY=($(compgen -W ${quote(names)} ${words.length > 0 ? '' : '-o default '}-- "$word")) ;;`;
}
