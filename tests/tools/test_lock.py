"""The lock: every dependency at one version, with hashes, from anywhere."""

import re
import tomllib
from importlib import metadata

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def entries(text):
    """Each entry of a lock: (requirement, list of hashes)."""
    joined = text.replace("\\\n", " ")
    lines = [line for line in joined.splitlines()
             if line.strip() and not line.startswith("#")]
    return [(Requirement(line.split("--hash")[0]),
             re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
            for line in lines]


def applies(requirement, extra=""):
    """True if the requirement's marker holds on this machine."""
    environment = default_environment() | {"extra": extra}
    return not requirement.marker or requirement.marker.evaluate(environment)


def pins(locked):
    """The locked version of each package that this machine installs."""
    return {canonicalize_name(r.name): next(iter(r.specifier)).version
            for r, _ in locked if applies(r)}


def missing(requirements, pinned):
    """The requirements that the pins do not satisfy."""
    def satisfied(requirement):
        version = pinned.get(canonicalize_name(requirement.name))
        return version is not None and version in requirement.specifier
    return [str(r) for r in requirements if applies(r) and not satisfied(r)]


def read_requirements(text):
    """The requirements in a plain file with comments."""
    return [Requirement(line) for line in text.splitlines()
            if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def locked(root):
    return entries((root / "requirements.lock").read_text())


@pytest.fixture(scope="module")
def torch_locked(root):
    return entries((root / "requirements-torch.lock").read_text())


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


def test_every_package_has_one_version_and_hashes(locked):
    assert len(locked) > 100
    for requirement, hashes in locked:
        operators = [s.operator for s in requirement.specifier]
        assert operators == ["=="], requirement
        assert hashes, requirement


def test_torch_is_pinned_without_a_hash(torch_locked):
    assert [(str(r), h) for r, h in torch_locked] == [("torch==2.13.0", [])]


def test_the_lock_covers_what_the_project_names(
        root, project, locked, torch_locked):
    named = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        named += extra
    # The extra tests takes in others by naming nnlab itself.
    wanted = [r for r in map(Requirement, named) if r.name != "nnlab"]
    wanted += read_requirements((root / "requirements.in").read_text())
    assert missing(wanted, pins(locked + torch_locked)) == []


def test_the_lock_covers_the_plain_dependencies_of_torch(locked):
    wanted = [Requirement(text) for text in metadata.requires("torch")]
    # A marker that names the platform belongs to one build of torch.
    wanted = [r for r in wanted if "platform" not in str(r.marker or "")]
    assert len(wanted) >= 5
    assert missing(wanted, pins(locked)) == []


def test_a_dependency_that_is_not_locked_is_seen(locked):
    wanted = [Requirement("numpy>=2"), Requirement("numpy>=99"),
              Requirement("pandas")]
    assert missing(wanted, pins(locked)) == ["numpy>=99", "pandas"]


def test_what_is_installed_is_what_is_locked(locked, torch_locked):
    installed = {name: metadata.version(name)
                 for name in pins(locked + torch_locked)}
    different = {name: version for name, version in installed.items()
                 if version.partition("+")[0]
                 != pins(locked + torch_locked)[name]}
    assert different == {}


def test_no_lock_says_where_packages_come_from(root):
    for path in root.glob("requirements*"):
        assert not re.search(r"://|--(extra-)?index|--find", path.read_text())


def test_the_core_is_lean(project):
    names = {Requirement(text).name for text in project["dependencies"]}
    assert names == {"numpy", "matplotlib", "tqdm"}


def test_the_tests_bring_what_the_optional_rooms_need(project):
    extras = project["optional-dependencies"]
    brought = {extra for text in extras["tests"]
               for extra in Requirement(text).extras
               if Requirement(text).name == "nnlab"}
    assert brought == {"cluster", "data", "tuning"} <= set(extras)


def test_the_version_is_said_once(project):
    import nnlab
    assert "version" in project["dynamic"]
    assert metadata.version("nnlab") == nnlab.__version__
