"""A cache of keys and values with room for the tokens to come, for sampling."""

from typing import Any

from torch import Tensor
from transformers import Cache, DynamicLayer, EncoderDecoderCache


def reserve(cache: Cache, tokens: int) -> None:
    """Gives each layer room for so many more tokens of responses; in place. Layers of other kinds, such as sliding
    windows, stay as they are."""
    growing = cache.self_attention_cache if isinstance(cache, EncoderDecoderCache) else cache
    for index, layer in enumerate(growing.layers):
        if type(layer) is DynamicLayer:
            growing.layers[index] = ReservedLayer(layer, tokens)


class ReservedLayer(DynamicLayer):  # type: ignore[misc]
    """Writes a token where there is room for it, where its parent copies all that came before. Without gradients."""

    def __init__(self, layer: DynamicLayer, tokens: int) -> None:
        super().__init__()
        self.__dict__.update(layer.__dict__)
        self.rooms = [_with_room(states, tokens) for states in (layer.keys, layer.values)]
        self._filled(layer.keys.shape[-2])

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
        start, stop = self.keys.shape[-2], self.keys.shape[-2] + key_states.shape[-2]
        for room, states in zip(self.rooms, (key_states, value_states), strict=True):
            room[..., start:stop, :] = states
        return self._filled(stop)

    def batch_select_indices(self, indices: Tensor) -> None:
        self.rooms = [room[indices] for room in self.rooms]
        self._filled(self.keys.shape[-2])

    def _filled(self, length: int) -> tuple[Tensor, Tensor]:
        self.keys: Tensor = self.rooms[0][..., :length, :]
        self.values: Tensor = self.rooms[1][..., :length, :]
        return self.keys, self.values


def _with_room(states: Tensor, tokens: int) -> Tensor:
    length = states.shape[-2]
    room = states.new_empty(*states.shape[:-2], length + tokens, states.shape[-1])
    room[..., :length, :] = states
    return room
