"""What the tests of releases share."""
import shutil

import pytest


@pytest.fixture
def away(root, tmp_path):
    """A copy of solutions/, and an exercises/ beside it, to spoil."""
    shutil.copytree(root / "solutions", tmp_path / "solutions")
    shutil.copytree(root / "exercises", tmp_path / "exercises")
    return tmp_path


@pytest.fixture(scope="session")
def tree():
    """A function: the files below a folder, with what they hold."""
    def files(folder):
        return {str(p.relative_to(folder)): p.read_bytes()
                for p in sorted(folder.rglob("*")) if p.is_file()
                and ".ipynb_checkpoints" not in p.parts}
    return files
