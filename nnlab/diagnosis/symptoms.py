"""The symptom table: for each symptom why it happens and what to try.

WHY is the mechanism, TRY the remedies, the first first.  EXPLAINS
names for a fault the symptoms that are only its consequences.
"""

BEFORE = "not finite before any update"
VANISHING = "vanishing gradients"
EXPLODING = "exploding gradients"
DEAD = "dead units"
SUMMED = "wrong loss scale: a sum over the batch"
TWICE = "wrong loss scale: softmax twice"
START = "wrong loss scale: far from chance at the start"
OVERFITTING = "overfitting"
UNDERFITTING = "underfitting"
SLOW = "slow convergence"

EXPLAINS = {VANISHING: {UNDERFITTING, SLOW},
            EXPLODING: {VANISHING, DEAD, UNDERFITTING, SLOW},
            DEAD: {UNDERFITTING, SLOW},
            TWICE: {UNDERFITTING, SLOW},
            START: {UNDERFITTING, SLOW},
            # More epochs and a larger rate would only make it worse.
            OVERFITTING: {UNDERFITTING, SLOW}}

WHY = {
    BEFORE:
        "No learning rate is to blame: the weights are still as they were "
        "drawn. So what goes into the net is not finite (data, "
        "augmentation), or so large that its outputs overflow, or the "
        "loss takes a logarithm of 0 or divides by 0.",
    VANISHING:
        "On its way back the gradient is multiplied at each layer by the "
        "weights and by the slope of the activation. A sigmoid's slope is "
        "at most 0.25, that of a saturated unit about 0, and small weights "
        "shrink both it and the activations: over many layers the product "
        "goes to 0, and the lower layers stay as they were drawn.",
    EXPLODING:
        "The update -lr dL/dW overshoots once lr times the curvature "
        "exceeds 2, and then each step makes the loss larger. Large "
        "weights do the same with any rate: each layer multiplies the "
        "gradient by them, so that over many layers it grows without "
        "bound.",
    DEAD:
        "A ReLU whose input is negative for every example gives out 0 and "
        "passes no gradient back, so its weights never change again. A "
        "step too large, or a bias far below 0, pushes units there.",
    SUMMED:
        "With a sum instead of the mean over the batch the gradient grows "
        "with the batch size. The rate then means something else at each "
        "batch size (lr times N of what it says), and losses of batches, "
        "or of training and validation, cannot be compared.",
    TWICE:
        "Softmax cross-entropy takes logits and applies softmax itself. "
        "Probabilities lie within [0, 1]; taken for logits they differ by "
        "at most 1, so that even a sure, right answer gets the loss "
        "log(e + K - 1) - 1 (1.46 for 10 classes), and the gradient is "
        "weak.",
    START:
        "A net that knows nothing should give each class about the same "
        "share: a loss of about log K. Far more means that it is sure and "
        "wrong before it has seen an example, because inputs or weights "
        "are too large; the first epochs go into unlearning that.",
    OVERFITTING:
        "The net has enough freedom to learn the training examples one by "
        "one, noise included, and what holds for them alone does not "
        "carry over.",
    UNDERFITTING:
        "The training loss has stopped falling while still high. Either "
        "the net cannot express the task, or something keeps it from "
        "fitting: too much regularisation, a rate that decays too early "
        "or is too large to settle, or a fault in data or code. With "
        "noisy targets or classes that overlap it may also be the best "
        "there is.",
    SLOW:
        "The loss falls, but each update changes the weights so little "
        "that the run ends on the way. This is no lack of capacity.",
}

TRY = {
    BEFORE: (
        "np.isfinite(X).all(), and the same for y",
        "the same for what augment returns, for a few batches",
        "net(X[:32]) and the loss of it, by hand; then layer by layer: "
        "profile(net, X[:32], y[:32])"),
    VANISHING: (
        "an activation that does not saturate: ReLU, leaky ReLU, GELU",
        "weights that fit the activation: He for ReLU, Xavier for tanh",
        "BatchNorm or LayerNorm between the layers",
        "residual connections, or fewer layers",
        "inputs standardised on the training set: tiny ones give a tiny "
        "signal",
        "not a larger rate: the upper layers diverge before the lower "
        "ones learn"),
    EXPLODING: (
        "a rate 10 times smaller, or the one that a range test suggests",
        "inputs standardised on the training set",
        "He's or Xavier's weights, not a fixed standard deviation",
        "clipping the gradient by its global norm",
        "if it came all at once after many good updates: look for NaN in "
        "data and augmentation",
        "BatchNorm or LayerNorm; warm-up of the rate"),
    DEAD: (
        "a smaller rate: units mostly die in one step too large",
        "He's weights, biases that start at 0, standardised inputs",
        "BatchNorm before the activation, or clipping by the norm",
        "leaky ReLU, ELU or GELU, which keep a slope below 0"),
    SUMMED: (
        "divide the loss and its gradient by the number of examples",
        "then choose the rate anew: the old one times the batch size"),
    TWICE: (
        "give the logits to the loss: no softmax as the last layer",
        "apply softmax only to read probabilities off a trained net"),
    START: (
        "standardise the inputs (or divide pixels by 255)",
        "He's or Xavier's weights; smaller ones in the last layer",
        "check that labels and classes are counted alike, from 0"),
    OVERFITTING: (
        "more data, or augmentation that keeps the label",
        "early stopping at the smallest validation loss",
        "weight decay or an L2 penalty; dropout",
        "fewer units or layers",
        "not more epochs, and not a larger net"),
    UNDERFITTING: (
        "fit 20 examples: if even that fails, look for a fault in data, "
        "labels, loss or gradient",
        "less regularisation: dropout, weight decay, augmentation",
        "the rate: try 3 times more and 3 times less, decay it later",
        "standardised inputs and, in regression, targets",
        "more units, then more layers; more telling inputs"),
    SLOW: (
        "a larger rate: 3 to 10 times, by a range test",
        "Adam or momentum in place of plain SGD",
        "standardised inputs, BatchNorm",
        "more epochs, or smaller batches (more updates in an epoch)"),
}

# START where the targets are no labels of classes.
START_OF_NUMBERS = {
    "why":
        "The net's outputs are far larger than the targets: inputs or "
        "weights are too large, or the targets are small numbers in the "
        "unit they are given in. The first epochs go into unlearning "
        "that, and a rate that suits it is too large later.",
    "remedies": (
        "standardise the targets on the training set: subtract their "
        "mean, divide by their standard deviation",
        "standardise the inputs",
        "smaller weights in the last layer")}
