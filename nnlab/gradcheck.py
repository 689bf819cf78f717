"""Check a gradient against the difference quotient."""
import numpy as np

from nnlab._checks import at_least, checked, real, same_shape


def _function_at(f, x, h=1e-5):
    real(x=x)
    at_least(np.finfo(float).tiny, h=h)
    if np.asarray(x).dtype != np.float64:
        raise ValueError(
            f"x must be float64; got {np.asarray(x).dtype}. In float32 "
            "rounding hides the error you look for: x.astype(float).")


@checked(_function_at)
def numerical_gradient(f, x, h=1e-5):
    """The central difference quotient of f, an element at a time.

        df/dx_i  ~  (f(x + h e_i) - f(x - h e_i)) / (2 h)

    The error is h^2/6 times the third derivative, plus rounding of
    about 1e-16 |f| / h.  It costs two calls of f for each element.
    f : function from an array to a number; x : float64 array.
    Returns an array in the shape of x.  x is not changed.
    Raises ValueError if x is not finite float64 or h is not positive.
    Source: Bishop (2006), section 5.3.3.
    Same as PyTorch's ``torch.autograd.gradcheck`` in method; that one
    compares element by element.
    """
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        grad[i] = (f(x + step) - f(x - step)) / (2 * h)
    return grad


def _pair(a, b):
    real(a=a, b=b)
    same_shape(a=a, b=b)


@checked(_pair)
def relative_error(a, b):
    """norm(a - b) / (norm(a) + norm(b)), from 0 to 1; 0 if both are 0.

    a, b : arrays of one shape.
    Raises ValueError for values that are not finite and for shapes
    that differ, which would broadcast.
    Source: Ng (2017), Improving Deep Neural Networks, week 1.
    Differs from PyTorch's gradcheck, which bounds each element.
    """
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size > 0 else 0.0


def gradcheck(f, x, grad, h=1e-5):
    """The relative error of ``grad`` as the gradient of f at x.

        relative_error(grad, numerical_gradient(f, x, h))

    In float64 and away from kinks a right gradient gives 1e-7 or less,
    a wrong one 1e-3 or more.
    f : function from an array to a number; x, grad : arrays of one
    shape.  Raises ValueError as the two functions it calls.
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
