"""The symptom table: for each symptom why it happens and what to try.

WHY is the mechanism, TRY the remedies, the first first.  EXPLAINS
names for a fault the symptoms that are only its consequences.
"""

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
            EXPLODING: {DEAD, UNDERFITTING, SLOW},
            DEAD: {UNDERFITTING, SLOW},
            TWICE: {UNDERFITTING, SLOW},
            START: {UNDERFITTING, SLOW}}

WHY = {
    VANISHING:
        "On its way back the gradient is multiplied at each layer by the "
        "weights and by the slope of the activation. A sigmoid's slope is "
        "at most 0.25, that of a saturated unit about 0, and small weights "
        "shrink it too: over many layers the product goes to 0, and the "
        "lower layers stay as they were drawn.",
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
        "noisy labels or classes that overlap it may also be the best "
        "there is.",
    SLOW:
        "The loss falls, but each update changes the weights so little "
        "that the run ends on the way. This is no overfitting and no lack "
        "of capacity.",
}

TRY = {
    VANISHING: (
        "an activation that does not saturate: ReLU, leaky ReLU, GELU",
        "weights that fit the activation: He for ReLU, Xavier for tanh",
        "BatchNorm or LayerNorm between the layers",
        "residual connections, or fewer layers",
        "not a larger rate: the upper layers diverge before the lower "
        "ones learn"),
    EXPLODING: (
        "a rate 10 times smaller, or the one that a range test suggests",
        "inputs standardised on the training set",
        "He's or Xavier's weights, not a fixed standard deviation",
        "clipping the gradient by its global norm",
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
        "more units, then more layers; more telling inputs"),
    SLOW: (
        "a larger rate: 3 to 10 times, by a range test",
        "Adam or momentum in place of plain SGD",
        "standardised inputs, BatchNorm",
        "more epochs, or smaller batches (more updates in an epoch)"),
}
