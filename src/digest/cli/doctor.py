"""`digest doctor`: whether everything is there that sending needs."""

import sys

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--offline", is_flag=True, help="Ask nobody outside of this machine.")
@click.option(
    "--config",
    "config_file",
    metavar="FILE",
    help="Settings to use.  [default: config.toml here, or DIGEST_CONFIG]",
)
def doctor(as_json: bool, offline: bool, config_file: str | None) -> None:
    """Say whether everything is there that sending needs, each with a remedy.

    Sends nothing and changes nothing. Exit code 10: something is missing without which no mail
    may leave. All checks: docs/doctor.md.
    """
    from digest.cli.show_doctor import Watched, show_diagnosis
    from digest.config.environment import read_environment
    from digest.runs.clock import read_now
    from digest.runs.doctor.diagnose import diagnose

    environment = read_environment()
    named = config_file or environment.config or None
    with Watched() as tick:
        diagnosis = diagnose(named, environment, read_now(), offline=offline, tick=tick)
    show_diagnosis(diagnosis, as_json=as_json)
    # Not an error of the command: what is wrong was its answer.
    sys.exit(diagnosis.exit_code)
