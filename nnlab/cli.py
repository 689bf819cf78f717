"""The command line: nnlab list, show, train, grade.

One verb, one function.
"""
import argparse
import math
import os
import sys

import nnlab

# Chosen on a validation part of the training set; the test set is
# looked at once, at the end.
SETTINGS = {
    "digits": {"hidden": (64,), "batch_size": 32, "epochs": 30,
               "lr": {"sgd": 0.3, "momentum": 0.1, "nesterov": 0.1,
                      "adam": 3e-3}},
    "mnist": {"hidden": (256, 128), "batch_size": 128, "epochs": 8,
              "lr": {"sgd": 0.2, "momentum": 0.03, "nesterov": 0.03,
                     "adam": 1e-3}},
}
LEAST_SECONDS, LEAST_MEMORY = 1, 0.1    # Python alone takes as much


def contents(word=""):
    """Print every public function and class, by room, or those with a word.

    Raises ValueError if nothing has the word.
    """
    from nnlab import _catalogue

    print(_catalogue.table(word))
    if not word:
        print("\nnnlab list WORD narrows this down, nnlab show NAME prints "
              "the source,\nnnlab train digits trains; nnlab --help.")


def show(name):
    """Print the source of a function or class, as the book prints it.

    Raises ValueError for a name that nothing has.
    """
    from nnlab import _catalogue

    print(_catalogue.listing(name))


def train(dataset, data=None, epochs=None, seed=0, optimizer="adam"):
    """Train a network on a data set; return its test accuracy.

    Prints the set-up, a progress bar on a terminal, the history, and
    the test accuracy with the time.
    """
    import numpy as np

    from nnlab import optimizers, training
    from nnlab.layers import mlp

    if seed < 0:
        raise ValueError(f"seed must be at least 0; got {seed}.")
    setting = SETTINGS[dataset]
    rng = np.random.default_rng(seed)
    X, y, X_test, y_test = load(dataset, data, rng)
    net = mlp(X.shape[1], *setting["hidden"], 10, rng=rng,
              dtype=np.float32)
    rule = training.Optimizer(getattr(optimizers, optimizer),
                              lr=setting["lr"][optimizer])
    print(f"{dataset}: {len(X)} training and {len(X_test)} test images\n"
          f"{net}, {net.parameter_count} parameters\n"
          f"{rule}, batches of {setting['batch_size']}, seed {seed}",
          flush=True)
    history = training.fit(
        net, X, y, rng=rng, optimizer=rule,
        epochs=setting["epochs"] if epochs is None else epochs,
        batch_size=setting["batch_size"], progress=sys.stdout.isatty())
    print(history)
    share = training.accuracy(net, X_test, y_test)
    print(f"test accuracy {100 * share:.2f} % "
          f"({round(share * len(X_test))} of {len(X_test)}), "
          f"trained in {sum(history.seconds):.1f} s")
    return share


def load(dataset, folder, rng):
    """X_train, y_train, X_test, y_test; of the digits a fifth is test."""
    from nnlab.data import load_digits, load_mnist, split

    if dataset == "mnist":
        return load_mnist(folder)
    train, test = split(*load_digits(), rng, sizes=(0.8, 0.2))
    return *train, *test


def grade(assignment, course=".", workers=2, scheduler=None, student=None,
          force=False, unprotected=False, seconds=30.0, memory=2.0,
          scores=False):
    """Grade a class as nbgrader would; return the exit status.

    0 : all are graded, 1 : some need a look, 2 : nobody was graded
    """
    for name, value, least in (("--seconds", seconds, LEAST_SECONDS),
                               ("--memory", memory, LEAST_MEMORY)):
        if not (least <= value and math.isfinite(value)):
            raise ValueError(f"{name} {value:g} is no limit that Python can "
                             f"work within: {least:g} or more.")
    try:
        from nnlab.grading.engine.model import Options
        from nnlab.grading.engine.run import run
    except ModuleNotFoundError as error:
        raise ValueError(f"nnlab grade needs {error.name}. Type: pip "
                         'install "nnlab[grading]"') from None
    summary = run(course, assignment, workers=workers, scheduler=scheduler,
                  options=Options(
                      protected=not unprotected, cell_seconds=seconds,
                      call_seconds=seconds / 3, total_seconds=8 * seconds,
                      memory=int(memory * 2**30)),
                  force=force, students=student)
    print(summary.table(scores or bool(student)))
    return summary.code


class Parser(argparse.ArgumentParser):
    """An argument that is wrong gets one line, without the usage."""

    def error(self, message):
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def parser():
    """The verbs and their options."""
    top = Parser(prog="nnlab", description=nnlab.__doc__)
    top.add_argument("--version", action="version",
                     version=f"nnlab {nnlab.__version__}")
    top.set_defaults(run=contents)
    verbs = top.add_subparsers(metavar="verb")
    verb = verbs.add_parser("list", help="list what there is (so does "
                            "nnlab alone)")
    verb.set_defaults(run=contents)
    verb.add_argument("word", nargs="?", default="", metavar="WORD",
                      help="only what has it in its name or summary")
    verb = verbs.add_parser("show", help="print the source, as the book "
                            "does")
    verb.set_defaults(run=show)
    verb.add_argument("name", metavar="NAME", help="such as adam, "
                      "optimizers.adam or layers.Linear.forward")
    verb = verbs.add_parser("train", help="train a network, show how good "
                            "it is on the test set")
    verb.set_defaults(run=train)
    verb.add_argument("dataset", choices=SETTINGS)
    verb.add_argument("--data", metavar="FOLDER", help="holds mnist/ with "
                      "the four original .gz files (or set NNLAB_DATA; "
                      "without either pooch fetches them)")
    verb.add_argument("--epochs", type=int, metavar="N")
    verb.add_argument("--seed", type=int, default=0, metavar="S")
    verb.add_argument("--optimizer", default="adam",
                      choices=SETTINGS["mnist"]["lr"])
    _grade(verbs.add_parser("grade", help="grade what a class has handed "
                            "in, in an nbgrader course"))
    return top


def _grade(verb):
    verb.description = (
        "Grade what a class has handed in: tests never run where a "
        "student's code ran, and that runs in a sandbox. Leaves the "
        "gradebook, autograded/ and feedback/ of an nbgrader course as "
        "nbgrader autograde and generate_feedback do. Only what is new, or "
        "has changed, is graded; so after Ctrl-C, type the same again. "
        "Another limit grades nobody again, unless --force is given.")
    verb.epilog = (
        "Exit status: 0 all graded; 1 some need a look; 2 it could not "
        "start or go on, or nobody could be graded; 130 stopped by Ctrl-C. "
        "Who needed a look in an earlier run, with the same files and for "
        "the same reason, is in the table but no more in the status.")
    verb.set_defaults(run=grade)
    verb.add_argument("assignment", metavar="ASSIGNMENT")
    verb.add_argument("--course", default=".", metavar="DIR",
                      help="the folder with nbgrader_config.py (default: "
                      "the current folder)")
    verb.add_argument("--workers", type=int, default=2, metavar="N",
                      help="processes on this machine (default: 2)")
    verb.add_argument("--scheduler", metavar="ADDRESS", help="grade on this "
                      "Dask cluster instead, such as tcp://host:8786")
    verb.add_argument("--student", nargs="+", metavar="ID",
                      help="only these, and show their points")
    verb.add_argument("--scores", action="store_true",
                      help="show the points of every student")
    verb.add_argument("--seconds", type=float, default=30.0, metavar="S",
                      help="a cell may take so long (default: 30), one call "
                      "in a test a third of it, and all cells of a notebook "
                      "together eight times as long")
    verb.add_argument("--memory", type=float, default=2.0, metavar="GIB",
                      help="one student's code may use so much (default: 2)")
    verb.add_argument("--force", action="store_true",
                      help="grade again who is finished; marks by hand stay, "
                      "and wait to be looked at again")
    verb.add_argument("--unprotected", action="store_true",
                      help="without the sandbox and its limit on memory, if "
                      "you trust every submission")


def main(argv=None):
    """Run a command; exit status 2 and one line if it cannot be done.

    A verb that returns an int gives the exit status itself.
    """
    options = vars(parser().parse_args(argv))
    run = options.pop("run")
    try:
        status = run(**options)
        sys.stdout.flush()
    except BrokenPipeError:     # nnlab list | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except (ValueError, OSError) as error:
        print(f"nnlab: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as stop:   # words, if they say how far it is
        print(f"nnlab: {str(stop) or 'stopped'}", file=sys.stderr)
        return 130
    return status if type(status) is int else 0


if __name__ == "__main__":
    sys.exit(main())
