"""Check a gradient against the difference quotient."""
import numpy as np

from nnlab._checks import at_least, checked, no_wrap, real, same_shape


def _function_at(f, x, h=1e-5):
    real(x=x)
    at_least(np.finfo(float).tiny, h=h)
    if np.asarray(x).dtype != np.float64:
        raise ValueError(
            f"x must be float64; got {np.asarray(x).dtype}. In float32 "
            "rounding hides the error you look for: x.astype(float).")
    if np.any((x + h == x) | (x - h == x)):
        raise ValueError(f"h = {h} is too small: x + h rounds to x = "
                         f"{np.max(np.abs(x)):.3g}. Take a larger h.")
    value = f(x + 0)
    if isinstance(value, tuple):
        raise ValueError("f must return a number; got a tuple. Return the "
                         "loss only: loss(x, y)[0].")
    if np.ndim(value) != 0 or np.asarray(value).dtype.kind not in "fiu":
        raise ValueError(
            "f must return a number; got "
            f"{type(value).__name__} of shape {np.shape(value)}. Sum it: "
            "(upstream * f(x)).sum().")


@checked(_function_at)
def numerical_gradient(f, x, h=1e-5):
    """The central difference quotient of f, an element at a time.

        df/dx_i  ~  (f(x + h e_i) - f(x - h e_i)) / (2 h)

    The error is h^2/6 times the third derivative, plus rounding of
    about 1e-16 |f| / h.  It costs two calls of f for each element, and
    one to see what f returns.
    f : function from an array to a number; x : float64 array.
    Returns an array in the shape of x.  x is not changed.
    Raises ValueError if x is not finite float64, f returns anything
    but a number, or h is not positive or lost in x + h.
    Source: Bishop (2006), section 5.3.3.
    Same as PyTorch's ``torch.autograd.gradcheck`` in method; that one
    compares element by element.
    """
    grad = np.zeros_like(x)
    for i in np.ndindex(np.shape(x)):
        step = np.zeros_like(x)
        step[i] = h
        grad[i] = (f(x + step) - f(x - step)) / (2 * h)
    return grad


def _pair(a, b):
    real(a=a, b=b)
    no_wrap(a=a, b=b)
    same_shape(a=a, b=b)


@checked(_pair)
def relative_error(a, b):
    """norm(a - b) / (norm(a) + norm(b)), from 0 to 1; 0 if both are 0.

    Both are divided by a power of 2 first, which brings the largest
    |a_i| or |b_i| next to 1: no square overflows or becomes 0.
    a, b : arrays of one shape.  Returns a number.
    Raises ValueError for values that are not finite and for shapes
    that differ, which would broadcast.
    Source: Ng (2017), Improving Deep Neural Networks, week 1.
    Differs from PyTorch's gradcheck, which bounds each element.
    """
    largest = np.max(np.abs([a, b]), initial=0.0)
    if largest == 0:
        return 0.0
    # A division by largest itself would round, and a - b show it.
    _, exponent = np.frexp(largest)
    a, b = np.ldexp(a, -exponent), np.ldexp(b, -exponent)
    return float(np.linalg.norm(a - b)
                 / (np.linalg.norm(a) + np.linalg.norm(b)))


def gradcheck(f, x, grad, h=1e-5):
    """The relative error of ``grad`` as the gradient of f at x.

        relative_error(grad, numerical_gradient(f, x, h))

    In float64 and away from kinks a right gradient gives as a rule 1e-7
    or less; more where the gradient is tiny beside f.  A wrong one is
    often above 1e-3, but a forgotten eps may give 1e-6.
    f : function from an array to a number; x, grad : arrays of one
    shape.  Returns a number from 0 to 1.
    Raises ValueError as the two functions it calls.
    Source: Ng (2017), Improving Deep Neural Networks, week 1.
    Differs from PyTorch's gradcheck, which says True or raises.

    >>> import numpy as np
    >>> x = np.array([1.0, 2.0])
    >>> right = gradcheck(lambda x: (x**3).sum(), x, 3 * x**2)
    >>> wrong = gradcheck(lambda x: (x**3).sum(), x, 2 * x**2)
    >>> right < 1e-9, round(wrong, 3)
    (True, 0.2)
    """
    return relative_error(np.asarray(grad), numerical_gradient(f, x, h))
