"""The page Conventions: each row has its test, each test its row."""
import ast
from pathlib import Path

from nnlab.exercises import EXERCISES

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "book" / "conventions.md"
FILES = [path for path in HERE.glob("test_conventions*.py")
         if path.name != Path(__file__).name]

# The row for each convention that a question knows.
ROWS = {"mask_with_zero": "test_relu_at_zero", "sum": "test_loss_mean",
        "fan_out": "test_he_fan", "eps_hat": "test_adam_eps_hat",
        "lecun": "test_lecun", "torch_layout": "test_w_shape",
        "momentum_flipped": "test_batchnorm_momentum",
        "biased_running": "test_batchnorm_variance",
        "keras": "test_batchnorm_momentum",
        "annotated_transformer": "test_layernorm_root",
        "p_keeps": "test_dropout_p", "scales_later": "test_dropout_scaling",
        "half_lam": "test_l2_half",
        "every_parameter": "test_l2_weight_decay",
        "eps_in_root": "test_adagrad_eps",
        "starts_at_a_tenth": "test_adagrad_start",
        "as_keras": "test_adagrad_start",
        "not_times_lr": "test_adamw_lambda",
        "after_the_step": "test_adamw_order",
        "elementwise": "test_relative_error",
        "elementwise_larger": "test_relative_error",
        "larger_norm": "test_relative_error"}


def rows():
    """The cells of each table row of the page."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [[c.strip() for c in line.split("|")[1:-1]]
             for line in lines if line.startswith("|")]
    return [c for c in cells if not set("".join(c)) <= set(":-")
            and c[-1] != "checked by"]


def conversions():
    """The names of the tests of the conversions."""
    return {node.name for file in FILES
            for node in ast.parse(file.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef)
            and node.name.startswith("test_")}


def test_rows_name_the_tests():
    named = [row[-1].strip("`") for row in rows()]
    assert sorted(named) == sorted(conversions())


def test_rows_are_complete():
    for row in rows():
        assert len(row) == 5 and all(row), row


def test_conventions_of_the_exercises_are_on_the_page():
    known = {convention.name for exercise in EXERCISES.values()
             for convention in getattr(exercise, "conventions", ())}
    assert known <= set(ROWS)
    assert set(ROWS.values()) <= conversions()
