"""What goes into grading and what comes out of it, as plain data.

    grade : (Submission, Release, Options) -> Result

All four can be pickled and sent to another machine.
"""
import dataclasses
import hashlib
import json
from pathlib import Path


@dataclasses.dataclass
class Template:
    """One notebook of a release, whole: hidden tests and all.

    name : of the notebook, without .ipynb
    notebook : the released notebook (nbformat 4, a dict), in which each
        locked cell has the source that the gradebook keeps, with its
        hidden tests; answers are as the student first saw them
    names : {grade_id of a test cell: names of the student's that it
        may use}
    classes : {name: methods} of the classes that the release's own
        solution defines
    answers : sources of the release's own solution cells; the test
        kernel rehearses with them, they never reach a student's kernel
    """
    name: str
    notebook: dict
    names: dict = dataclasses.field(default_factory=dict)
    classes: dict = dataclasses.field(default_factory=dict)
    answers: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Release:
    """What was given out, and how it is graded.

    templates : {name: Template};  files : {path: bytes} of the data
    that goes with it;  hide : "module:function" or "module", what the
    student's kernel must not be able to reach
    """
    assignment: str
    templates: dict
    files: dict = dataclasses.field(default_factory=dict)
    hide: tuple = ()

    @property
    def key(self):
        """A checksum of everything above."""
        return checksum(self.assignment, self.hide, sorted(
            (n, t.notebook, t.names, t.classes, t.answers)
            for n, t in self.templates.items()), sorted(
            (path, hashlib.sha256(data).hexdigest())
            for path, data in self.files.items()))


@dataclasses.dataclass
class Submission:
    """What one student handed in: a folder, or its files as bytes.

    ``packed`` reads the folder, so that another machine can grade it.
    """
    student: str
    folder: str = None
    files: dict = None


@dataclasses.dataclass(frozen=True)
class Options:
    """Limits and protections.  Times in seconds, sizes in bytes.

    protected : False runs the student's code without a sandbox
    """
    protected: bool = True
    cell_seconds: float = 30
    call_seconds: float = 10
    total_seconds: float = 240
    memory: int = 2 << 30
    output: int = 4 << 20
    file_size: int = 64 << 20
    processes: int = 64
    preload: tuple = ("numpy",)

    @property
    def key(self):
        return checksum(sorted(dataclasses.asdict(self).items()))


@dataclasses.dataclass
class Score:
    """Of one graded cell.  points is None if a person has to mark it.

    words : one line for the student, "" if the cell speaks for itself
    """
    points: float | None
    out_of: float
    words: str = ""


@dataclasses.dataclass
class Graded:
    """One notebook of a submission, after grading.

    notebook : nbformat 4, a dict, made from the release with the
        student's answers; its outputs say to nbgrader what ``scores``
        say: a test cell has at most one execute_result, and an error
        only if it scored 0
    scores : {grade_id: Score} for every graded cell of the release
    remarks : sentences about what was found and mended, for the
        student and the instructor
    handed_in : False if there was no notebook to read
    """
    name: str
    notebook: dict
    scores: dict
    remarks: list = dataclasses.field(default_factory=list)
    handed_in: bool = True


@dataclasses.dataclass
class Result:
    """What became of one submission.  There is always one.

    trouble : "" or one line for the instructor: what kept a part of it
        from being graded as usual
    notes : about the machine that graded it, for the instructor
    files : {path: bytes} of what else was handed in and kept
    seconds : how long it took
    """
    student: str
    assignment: str
    notebooks: dict
    remarks: list = dataclasses.field(default_factory=list)
    trouble: str = ""
    notes: list = dataclasses.field(default_factory=list)
    files: dict = dataclasses.field(default_factory=dict)
    seconds: float = 0.0


def checksum(*values):
    """A SHA-256 of values that JSON can hold."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def packed(submission):
    """``submission`` with its files read into memory."""
    from nnlab.grading.engine.intake import files_of
    if submission.files is not None:
        return submission
    return Submission(submission.student, None,
                      files_of(Path(submission.folder)))
