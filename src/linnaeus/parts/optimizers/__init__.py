"""Optimizers. One file each, with

    build(groups, /, *, lr, …options) -> torch.optim.Optimizer

`groups` are parameter groups; the group of norms and biases carries `weight_decay: 0`. The training calls
`step(closure)`: the closure clears the gradients, computes the loss, runs backward and returns the loss. State lives
in `state_dict()`. The learning rate of each group is its `lr`, which the training sets before each step.

`closure.frozen_statistics()` is a context manager within which the closure leaves the running statistics of batch norm
alone. An optimizer that calls the closure more than once a step does so within it from the second time on; a closure
without that attribute has no such statistics. An optimizer that wraps another takes it as a nested spec, which arrives
as a function of the groups, and gives it its groups and its state: `sam(base=sgd(lr=0.1))`.
"""
