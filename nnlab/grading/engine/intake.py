"""A submission, whatever it is, to notebooks that can be graded.

    take_in : (Submission, Release) -> Taken

Nothing a student hands in makes it raise, and the submission itself is
never changed.
"""
import dataclasses

from nnlab.grading.engine import extras, names
from nnlab.grading.engine.claims import Claims, by_label, by_source
from nnlab.grading.engine.encodings import clean
from nnlab.grading.engine.graft import answered, graft
from nnlab.grading.engine.look import files_of
from nnlab.grading.engine.repair import CUT, cells_of
from nnlab.grading.engine.zipped import unzipped

__all__ = ["Taken", "answered", "files_of", "take_in"]

NONE = "There is no notebook {name}.ipynb."
OTHER = "The notebook was handed in as {path}; it was taken for {name}.ipynb."
SEVERAL = "There are several files for {name}.ipynb; {path} was taken."
CANNOT = "{path} could not be read: {why}"
STRANGE = ("{name}.ipynb is damaged in a way that is not known; please tell "
           "your instructor.")
UNTOUCHED = "No answer in the notebook was changed."


@dataclasses.dataclass
class Taken:
    """What was found in a submission.

    notebooks : {name: (notebook or None, remarks)} for each template
    files : {path: bytes} that may lie beside a notebook when it runs
    remarks : about the submission as a whole
    """
    notebooks: dict
    files: dict = dataclasses.field(default_factory=dict)
    remarks: list = dataclasses.field(default_factory=list)

    def why_not(self, name):
        """Why there is no such notebook, in a few words."""
        _, said = self.notebooks.get(name, (None, []))
        absent = not said or said == [NONE.format(name=name)]
        return "not handed in" if absent else "could not be read"


@dataclasses.dataclass
class Candidate:
    """A file that may be a notebook, read."""
    path: str
    meant: str
    cells: list
    remarks: list


def take_in(submission, release):
    """The Taken of a submission.  Never an exception."""
    files, remarks = _files(submission)
    candidates = _candidates(files, release)
    notebooks = {}
    for name, template in release.templates.items():
        try:
            notebooks[name] = _notebook(template, candidates)
        except Exception:  # nobody may be lost to what we forgot
            notebooks[name] = None, [STRANGE.format(name=name)]
    rest = {path: data for path, data in files.items()
            if not (isinstance(path, str) and names.is_notebook(path))}
    kept, more = extras.kept(rest, release)
    notebooks = {name: (notebook, [clean(words) for words in said])
                 for name, (notebook, said) in notebooks.items()}
    return Taken(notebooks, kept, [clean(w) for w in remarks + more])


def _files(submission):
    files = submission.files
    if files is None:
        files = files_of(submission.folder or "")
    remarks = list(getattr(files, "remarks", ()))
    files = {path: bytes(data) for path, data in files.items()
             if isinstance(data, (bytes, bytearray))}
    if not any(names.is_notebook(str(path)) for path in files):
        files, more = unzipped(files)
        remarks += more
    return files, remarks


def _candidates(files, release):
    """Every file that may be a notebook, without what cannot be one."""
    found = []
    for path in sorted(files, key=str):
        if isinstance(path, str) and names.is_notebook(path):
            meant = names.meant(path, release.templates)
            found.append(_read(path, meant, files[path], release))
    return found


def _read(path, meant, data, release):
    template = release.templates.get(meant)
    try:
        cells, remarks = cells_of(data, (
            lambda cells: worth(template, cells)) if template else len)
    except Exception:  # as above
        cells, remarks = None, [STRANGE.format(name=path)]
    return Candidate(path, meant, cells, remarks)


def worth(template, cells):
    """How many answers of a template are filled in, in these cells."""
    return len(answered(graft(template, cells)[0], template))


def _notebook(template, candidates):
    """(notebook or None, remarks) of one template."""
    ours = [c for c in candidates if _is_for(c, template, candidates)]
    readable = [c for c in ours if c.cells is not None]
    unread = [CANNOT.format(path=c.path, why=c.remarks[-1])
              for c in ours if c.cells is None
              and not names.is_checkpoint(c.path)]
    if not readable:
        return None, unread or [NONE.format(name=template.name)]
    made = [(_rank(c, template, n := graft(template, c.cells)), c, n)
            for c in readable]
    _, best, (notebook, remarks) = max(made, key=lambda one: one[0])
    first = _naming(best, template, [
        c for c in ours if not names.is_checkpoint(c.path)])
    if not answered(notebook, template) and any(
            c.get("metadata", {}).get("nbgrader", {}).get("solution")
            for c in template.notebook["cells"]):
        remarks = [*remarks, UNTOUCHED]
    if any(words.startswith(CUT) for words in best.remarks):
        remarks = []        # what is missing went with the rest of the file
    return notebook, [*unread, *first, *best.remarks, *remarks]


def _is_for(candidate, template, candidates):
    """By its name, or by the labels of the cells in it."""
    if candidate.meant:
        return candidate.meant == template.name
    if not candidate.cells:
        return len(candidates) == 1
    return _recognised(template, candidate.cells) > 0


def _recognised(template, cells):
    claims = Claims(template, cells)
    by_label(claims)
    by_source(claims)
    return sum(bool(places) and bool(claims.cells[i].get(
        "metadata", {}).get("nbgrader")) for i, places in claims.of.items())


def _rank(candidate, template, grafted):
    """What makes one file the better choice, the weightiest first."""
    many = len(answered(grafted[0], template))
    return (not names.is_checkpoint(candidate.path), many > 0,
            names.is_exact(candidate.path, template.name),
            bool(candidate.meant), many, -len(candidate.path))


def _naming(best, template, ours):
    name = template.name
    if len(ours) > 1:
        return [SEVERAL.format(name=name, path=best.path)]
    if not names.is_exact(best.path, name):
        return [OTHER.format(path=best.path, name=name)]
    return []
