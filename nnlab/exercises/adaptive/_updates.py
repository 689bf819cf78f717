"""What the questions on optimisers share: updates in a row, their look."""
from nnlab.exercises.scripts import Out, Script, sixty_fourths


def updates(rng, shapes, steps, hyper, label, special=False):
    """``steps`` updates of each array in turn, each with its state."""
    calls, arrays = [], len(shapes)
    for call in range(steps * arrays):
        shape = shapes[call % arrays]
        state = Out(call - arrays, 1) if call >= arrays else None
        calls.append(((sixty_fourths(rng, *shape),
                       sixty_fourths(rng, *shape), state), hyper))
    return Script(calls, label, special)


def cases(rng, hyper, other):
    """Two arrays in turn at hyper; at other, where eps is large, one
    number, and a start with a gradient of 0."""
    n, a, b = (int(k) for k in rng.integers(2, 5, size=3))
    start = updates(rng, [(n,)], 4, other, "the first gradient has a 0",
                    special=True)
    start.calls[0][0][1][0] = 0.0
    return [updates(rng, [(a, b), (n,)], 5, hyper, "two arrays in turn"),
            updates(rng, [(1,)], 5, other, "a large eps", special=True),
            start]


def look(results, script):
    """w after each update; what a special script shows is about eps."""
    arrays = sum(args[2] is None for args, _ in script.calls)
    parts = {}
    for call, (w, _) in enumerate(results):
        update = call // arrays + 1
        part = ("eps" if script.special else
                "first update" if update == 1 else "later updates")
        array = f" of array {call % arrays + 1}" if arrays > 1 else ""
        parts.setdefault(part, {})[f"w after update {update}{array}"] = w
    return parts
