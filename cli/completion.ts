import { Argument, type Command, type Option } from 'commander';
import { EXIT } from './exit.ts';
import { act, type Ended } from './invocation.ts';

/** One command as a shell needs to know it. */
interface Place {
  /** `tranche payment create`, or a part of it. */
  readonly path: string;
  readonly commands: readonly {
    readonly name: string;
    readonly description: string;
    readonly aliases: readonly string[];
  }[];
  readonly options: readonly Option[];
  /** What the first argument may be, where that is a closed list. */
  readonly choices: readonly string[];
}

const SHELLS = { bash, zsh, fish } as const;
type Shell = keyof typeof SHELLS;

/** `completion bash|zsh|fish`: a script that completes commands and options, made from the commands themselves. */
export function completionCommand(program: Command, ended: Ended): void {
  act<object>(
    program
      .command('completion')
      .description('print a completion script for a shell')
      .addArgument(new Argument('<shell>', 'the shell that will read it').choices(Object.keys(SHELLS)))
      .addHelpText('after', HELP),
    ended,
    async ({ args, output }) => {
      output.announce(SHELLS[args[0] as Shell](placesIn(program)).trimEnd());
      return EXIT.done;
    },
  );
}

const HELP = `
  bash   source <(tranche completion bash)                                    in ~/.bashrc
  zsh    source <(tranche completion zsh)                                     in ~/.zshrc, after compinit
  fish   tranche completion fish > ~/.config/fish/completions/tranche.fish`;

/** Every command with what it knows of its own; the settings of the whole program are known everywhere. */
function placesIn(
  command: Command,
  above: readonly string[] = [],
  inherited: readonly Option[] = [],
): Place[] {
  const path = [...above, command.name()];
  const shown = command.createHelp().visibleCommands(command);
  const options = [...command.createHelp().visibleOptions(command), ...inherited];
  const commands = shown.map((each) => ({
    name: each.name(),
    description: summaryOf(each),
    aliases: each.aliases(),
  }));
  const choices = command.registeredArguments[0]?.argChoices ?? [];
  const settings =
    above.length === 0 ? command.options.filter(({ long }) => long !== '--version') : inherited;
  return [
    { path: path.join(' '), commands, options, choices },
    ...command.commands.flatMap((child) => placesIn(child, path, settings)),
  ];
}

/** The first part of a description, without what a shell would trip over. */
const summaryOf = (each: { readonly description: string | (() => string) }): string =>
  (typeof each.description === 'string' ? each.description : each.description()).replaceAll(
    /['"`$\\[\]:]/g,
    '',
  );

const takesValue = ({ required, optional }: Option): boolean => required || optional;
const longOf = ({ long, short }: Option): string => long ?? short ?? '';
const wordsOf = ({ commands, options, choices }: Place): readonly string[] => [
  ...commands.map(({ name }) => name),
  ...choices,
  ...options.map(longOf),
];

/** `case` arms that walk from a command to the one below, and past options with a value. */
const walk = (places: readonly Place[]): string =>
  places
    .flatMap(({ path, commands, options }) => [
      ...commands.flatMap(({ name, aliases }) =>
        [name, ...aliases].map((word) => `      '${path} ${word}') at='${path} ${name}' ;;`),
      ),
      ...options
        .filter(({ required }) => required)
        .map((option) => `      '${path} ${longOf(option)}') skip=1 ;;`),
    ])
    .join('\n');

/** `case` arms for the word behind an option with a value: its choices, or whatever the shell completes by itself. */
const values = (places: readonly Place[], arm: (choices: readonly string[]) => string): string =>
  places
    .flatMap(({ path, options }) =>
      options
        .filter(takesValue)
        .filter((option) => option.required || option.argChoices !== undefined)
        .map((option) => `    '${path} ${longOf(option)}') ${arm(option.argChoices ?? [])} ;;`),
    )
    .join('\n');

function bash(places: readonly Place[]): string {
  return `# bash completion of tranche; made by: tranche completion bash
_tranche() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" at=tranche skip=0 word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if ((skip)); then skip=0; continue; fi
    case "$at $word" in
${walk(places)}
    esac
  done
  case "$at $before" in
${values(places, (choices) => (choices.length === 0 ? 'return' : `COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$current")); return`))}
  esac
  case "$at" in
${places.map((place) => `    '${place.path}') COMPREPLY=($(compgen -W '${wordsOf(place).join(' ')}' -- "$current")) ;;`).join('\n')}
  esac
}
complete -o default -F _tranche tranche
`;
}

function zsh(places: readonly Place[]): string {
  const described = (place: Place): string =>
    [
      ...place.commands.map(({ name, description }) => `'${name}:${description}'`),
      ...place.choices.map((choice) => `'${choice}'`),
      ...place.options.map((option) => `'${longOf(option)}:${summaryOf(option)}'`),
    ].join(' ');
  return `#compdef tranche
# zsh completion of tranche; made by: tranche completion zsh
_tranche() {
  local at=tranche skip=0 word i before="\${words[CURRENT-1]}"
  local -a known
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    if ((skip)); then skip=0; continue; fi
    case "$at $word" in
${walk(places)}
    esac
  done
  case "$at $before" in
${values(places, (choices) => (choices.length === 0 ? '_files; return' : `compadd -- ${choices.join(' ')}; return`))}
  esac
  case "$at" in
${places.map((place) => `    '${place.path}') known=(${described(place)}) ;;`).join('\n')}
  esac
  _describe 'tranche' known || _files
}
compdef _tranche tranche
`;
}

function fish(places: readonly Place[]): string {
  const arms = places
    .flatMap(({ path, commands, options }) => [
      ...commands.flatMap(({ name, aliases }) =>
        [name, ...aliases].map((word) => `      case '${path} ${word}'\n        set at '${path} ${name}'`),
      ),
      ...options
        .filter(({ required }) => required)
        .map((option) => `      case '${path} ${longOf(option)}'\n        set skip 1`),
    ])
    .join('\n');
  const lines = places.flatMap((place) => {
    const when = `complete -c tranche -n '__tranche_at "${place.path}"'`;
    return [
      ...(place.commands.length > 0 || place.choices.length > 0 ? [`${when} -f`] : []),
      ...place.commands.map(({ name, description }) => `${when} -a '${name}' -d '${description}'`),
      ...place.choices.map((choice) => `${when} -a '${choice}'`),
      ...place.options.map((option) => {
        const choices = option.argChoices === undefined ? '' : ` -a '${option.argChoices.join(' ')}'`;
        return `${when} -l '${longOf(option).replace(/^--/, '')}'${option.required ? ' -r' : ''}${choices} -d '${summaryOf(option)}'`;
      }),
    ];
  });
  return `# fish completion of tranche; made by: tranche completion fish
function __tranche_at
  set -l at tranche
  set -l skip 0
  set -l given (commandline -opc)
  for word in $given[2..-1]
    if test $skip = 1
      set skip 0
      continue
    end
    switch "$at $word"
${arms}
    end
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}
