"""Optimizers. One file each, with

    build(groups, /, *, lr, …options) -> torch.optim.Optimizer

`groups` are parameter groups; the group of norms and biases carries `weight_decay: 0`. The training calls
`step(closure)`: the closure clears the gradients, computes the loss, runs backward and returns the loss. State lives
in `state_dict()`.
"""
