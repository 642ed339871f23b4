"""Completion scripts are scripts."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.support.command_line import CommandLine


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_shell_can_read_it(kata: CommandLine, shell: str) -> None:
    outcome = kata("completion", shell)
    assert outcome.code == 0, outcome
    assert "duplicate" in outcome.out
    assert "--catch-up" in outcome.out
    found = shutil.which(shell)
    if found is None:  # not every computer has zsh: then at least it is one for it
        assert shell == "zsh"
        assert outcome.out.startswith("#compdef kata-desktop")
        return
    checked = subprocess.run([found, "-n"], input=outcome.out, text=True, capture_output=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_bash_completes_verbs(kata: CommandLine) -> None:
    script = kata("completion", "bash").out
    asked = f'{script}\nCOMP_WORDS=(kata-desktop task d); COMP_CWORD=2; _shtab_kata_desktop; echo "${{COMPREPLY[@]}}"'
    bash = shutil.which("bash")
    assert bash is not None
    answer = subprocess.run([bash, "-c", asked], text=True, capture_output=True, check=True, timeout=10)
    assert set(answer.stdout.split()) == {"delete", "duplicate"}
