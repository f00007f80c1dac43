import { type OptionWord, type Place, quote, type Word } from './tree.ts';

/** A script for zsh: it finds out which command is being typed, and offers what may follow it with a description. */
export function zshScript(places: readonly Place[]): string {
  return `#compdef slipway
# slipway completion for zsh
_slipway() {
  local place="" next="" before="\${words[CURRENT-1]}" index
  for ((index = 2; index < CURRENT; index++)); do
    next="\${place:+$place }\${words[index]}"
    case "$next" in
      (${places
        .filter(({ path }) => path !== '')
        .map(({ path }) => quote(path))
        .join('|')}) place="$next" ;;
    esac
  done
  case "$place $before" in
${places.flatMap(valueCases).join('\n')}
  esac
  local -a offered
  case "$place" in
${places.map(placeCase).join('\n')}
  esac
  _describe slipway offered || _files
}
if [ "$funcstack[1]" = "_slipway" ]; then
  _slipway "$@"
else
  compdef _slipway slipway
fi`;
}

function valueCases({ path, options }: Place): readonly string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ name, choices }) => {
      const offered = choices.length > 0 ? `compadd -- ${choices.map(quote).join(' ')}` : '_files';
      return `    (${quote(`${path} ${name}`)}) ${offered}; return ;;`;
    });
}

function placeCase({ path, words, options }: Place): string {
  return `    (${quote(path)}) offered=(${[...words, ...options].map(offer).join(' ')}) ;;`;
}

/** A colon ends the name. */
const offer = ({ name, description }: Word | OptionWord) => quote(`${name.replaceAll(':', '\\:')}:${description}`);
