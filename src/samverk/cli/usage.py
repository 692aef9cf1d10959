"""Wrong use of the command line, told in one line in the person's language. Pure: the parser's English message in, a line out."""

import re

from samverk.core.errors import Language

# The parser's messages, in the order tried: pattern, Swedish, English. `\1` … are what the pattern found.
_MESSAGES = (
    (r"Missing argument '?([^'.]+)'?.*", r"\1 saknas.", r"\1 is missing."),
    (r"Missing option '?([^'.]+)'?.*", r"\1 saknas.", r"\1 is missing."),
    (r"Missing command.*", "Kommandot saknas.", "The command is missing."),
    (r"No such command '(.*)'\..*", r"Kommandot \1 finns inte.", r"There is no command \1."),
    (
        r"No such option: (\S+) \(Possible options: (.+)\)",
        r"\1 finns inte. Det som liknar är \2.",
        r"There is no \1. What resembles it is \2.",
    ),
    (r"No such option: (\S+).*", r"\1 finns inte.", r"There is no \1."),
    (r"Got unexpected extra argument.*? \((.*)\)", r"Det här är för mycket: \1.", r"This is too much: \1."),
    (r"Option '(.*)' requires .*", r"\1 ska följas av ett värde.", r"\1 must be followed by a value."),
    (r"Option '(.*)' does not take .*", r"\1 tar inget värde.", r"\1 takes no value."),
    (
        r"Invalid value for '?([^':]+)'?.*?: .*?('.*') is not one of (.*)\.",
        r"\1 kan inte vara \2. Det som går är \3.",
        r"\1 cannot be \2. What can be given is \3.",
    ),
    (
        r"Invalid value for '?([^':]+)'?.*greater than or equal to (\S+)",
        r"\1 ska vara minst \2.",
        r"\1 must be at least \2.",
    ),
    (
        r"Invalid value for '?([^':]+)'?.*less than or equal to (\S+)",
        r"\1 ska vara högst \2.",
        r"\1 must be at most \2.",
    ),
    (r"Invalid value for '?([^':]+)'?.*valid integer.*", r"\1 ska vara ett heltal.", r"\1 must be a whole number."),
    (r"Invalid value for '?([^':]+)'?.*valid UUID.*", r"\1 ska vara ett id.", r"\1 must be an id."),
    (
        r"Invalid value for '?([^':]+)'?.*",
        r"\1 har ett värde som inte går att använda.",
        r"\1 has a value that cannot be used.",
    ),
)


def told(message: str, command: str, language: Language) -> str:
    """What was wrong and where to read more, in one line. What is not known here stays in the parser's English."""
    what = message
    for pattern, sv, en in _MESSAGES:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            what = match.expand(sv if language == "sv" else en)
            break
    read = f"Se {command} --help." if language == "sv" else f"See {command} --help."
    return " ".join(f"{what} {read}".split())
