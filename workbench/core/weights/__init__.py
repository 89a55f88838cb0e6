"""Pretrained weights: `stored` and `download` keep files without torch, `tensors` and `store` load them."""
