"""The floors of nnlab, from the ground up: what may import what.

A module may import what lies below it; on the ground floor and inside one
package, its neighbours too.
"""
FLOORS = [
    {"_checks", "activations", "augmentation", "dropout", "gradcheck",
     "inits", "losses", "metrics", "normalization", "optimizers",
     "regularization", "schedules"},
    {"data", "_scope"},
    {"layers"},
    {"training"},
    {"tuning", "transfer", "diagnosis"},
    {"plots"},
    {"exercises"},
    {"claims"},  # above the exercises: a claim may try their mistakes
    {"grading"},
    {"_catalogue"},
    {"cli"},
    {"__main__"},
]
GROUND = FLOORS[0] - {"_checks"}
